"""What all requests of a process share: settings, store, doorbell, limits, caches, classifier and clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from flask import Flask, current_app

from moderation.config.settings import Settings
from moderation.dispatch import Dispatch, Doorbell, Ringer
from moderation.store import Store
from moderation.store.sealing import Sealer
from service.caches.sites import SiteCache
from service.caches.threads import Outline, RenderedPage, ThreadCache
from service.check_groups import CheckGroups
from service.classifier import WebClassifier
from service.database_health import DatabaseHealth
from service.rate_limits.floods import FloodWatch
from service.rate_limits.limiter import Limiter

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Resources:
    """The resources of one web process. now: its only clock, aware and in UTC."""

    settings: Settings
    store: Store
    dispatch: Dispatch
    limiter: Limiter
    floods: FloodWatch
    now: Clock
    sites: SiteCache
    outlines: ThreadCache[Outline]
    thread_pages: ThreadCache[RenderedPage]
    database_health: DatabaseHealth
    classifier: WebClassifier
    check_groups: CheckGroups


def utc_now() -> datetime:
    """The clock of the real service."""
    return datetime.now(UTC)


def open_resources(
    settings: Settings,
    *,
    store: Store | None = None,
    dispatch: Dispatch | None = None,
    now: Clock = utc_now,
) -> Resources:
    """Open the resources. Tests pass their own store, dispatch and clock."""
    store = store or Store(settings.database_url, Sealer(settings.secret))
    classifier = WebClassifier(settings.model_path, uses_encoder=settings.uses_encoder)
    limiter = Limiter.from_settings(settings, store.sealer)
    return Resources(
        settings=settings,
        store=store,
        dispatch=dispatch or Ringer(Doorbell(settings.redis_url)),
        limiter=limiter,
        floods=FloodWatch(store, limiter),
        now=now,
        sites=SiteCache(store),
        outlines=ThreadCache(),
        thread_pages=ThreadCache(),
        database_health=DatabaseHealth(),
        classifier=classifier,
        check_groups=CheckGroups(store, classifier),
    )


def install(app: Flask, opened: Resources) -> None:
    """Make the resources available to every request of this app."""
    app.extensions["rejoinder"] = opened


def resources() -> Resources:
    """The resources of the current app."""
    return cast(Resources, current_app.extensions["rejoinder"])
