"""Sites and their policies."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from moderation.decision import Action
from moderation.errors import NotFound
from moderation.form_switches import NAMES, FormSwitches
from moderation.policy import Policy, Threshold, WordRule
from moderation.site import Site
from moderation.store.database.any_of import any_of
from moderation.store.tables import sites


class SiteRepository:
    """The sites of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, site: Site, *, at: datetime) -> None:
        """Store a new site."""
        self._connection.execute(insert(sites), {"created_at": at, **_columns(site)})

    def get(self, site_id: str) -> Site:
        """One site. Raises NotFound."""
        row = self._connection.execute(select(sites).where(sites.c.id == site_id)).one_or_none()
        if row is None:
            raise NotFound("site", site_id)
        return _site_from(row)

    def all(self, site_ids: Sequence[str] | None = None) -> list[Site]:
        """The named sites that exist, or all."""
        named = (_ALL, {}) if site_ids is None else (_NAMED, {"ids": site_ids})
        return [_site_from(row) for row in self._connection.execute(*named)]

    def change(self, site: Site) -> None:
        """Update a site's name, origins, policy, retention, learning, form and figures."""
        self._connection.execute(update(sites).where(sites.c.id == site.id).values(**_columns(site)))


def policy_from(stored: Mapping[str, Any]) -> Policy:
    """A policy from JSON; missing fields have their defaults."""
    known = dict(stored)
    if "thresholds" in known:
        known["thresholds"] = {label: Threshold(**bounds) for label, bounds in known["thresholds"].items()}
    if "words" in known:
        known["words"] = tuple(WordRule(each["phrase"], Action(each["action"])) for each in known["words"])
    if "closed_threads" in known:
        known["closed_threads"] = Action(known["closed_threads"])
    return Policy(**known)


def policy_columns(policy: Policy) -> dict[str, Any]:
    """A policy as JSON."""
    return {
        "thresholds": {
            label: {"approve_below": t.approve_below, "hold_at": t.hold_at, "reject_at": t.reject_at}
            for label, t in policy.thresholds.items()
        },
        "hold_links": policy.hold_links,
        "hold_first_comment": policy.hold_first_comment,
        "hold_duplicates": policy.hold_duplicates,
        "hold_traps": policy.hold_traps,
        "closed_threads": policy.closed_threads.value,
        "close_days": policy.close_days,
        "words": [{"phrase": rule.phrase, "action": rule.action.value} for rule in policy.words],
        "min_confidence": policy.min_confidence,
        "edit_minutes": policy.edit_minutes,
        "hold_edits": policy.hold_edits,
        "hold_reports": policy.hold_reports,
    }


def _columns(site: Site) -> dict[str, Any]:
    return {
        "id": site.id,
        "name": site.name,
        "origins": list(site.origins),
        "policy": policy_columns(site.policy),
        "check_days": site.check_days,
        "learning": site.learning,
        "form": asdict(site.form),
        "shows_figures": site.shows_figures,
    }


def _site_from(row: Row[Any]) -> Site:
    return Site(
        id=row.id,
        name=row.name,
        origins=tuple(row.origins),
        policy=policy_from(row.policy),
        check_days=row.check_days,
        learning=row.learning,
        form=FormSwitches(**{name: bool(row.form.get(name)) for name in NAMES}),
        shows_figures=row.shows_figures,
    )


_ALL = select(sites).order_by(sites.c.id)
_NAMED = _ALL.where(any_of(sites.c.id, "ids"))
