"""Deletes what has expired: old sketches, the texts of old checks, and sign-ins that have run out."""

import logging
from datetime import datetime, timedelta
from functools import partial

from moderation.store import Store, UnitOfWork
from moderation.store.sketches import BEGINNING, Place
from worker.context import Context

SKETCH_DAYS = 7

log = logging.getLogger("rejoinder.cleanup")


def delete_expired(context: Context) -> int:
    """Delete everything that has expired; returns 0, because nothing is left."""
    at = context.now()
    sketches = _forget_sketches(context.store, before=at - timedelta(days=SKETCH_DAYS))
    checks = _purge_checks(context.store, at=at)
    context.store.write(lambda uow: uow.accounts.forget_sign_ins(before=at))
    log.info("expired deleted sketches=%d checks=%d", sketches, checks)
    return 0


def _forget_sketches(store: Store, *, before: datetime) -> int:
    """Delete old sketches in many short transactions, between which others can write; returns how many."""
    deleted, place = 0, BEGINNING
    while True:
        some, after = store.write(partial(_forget_some, before=before, after=place))
        deleted += some
        if after is None:
            return deleted
        place = after


def _purge_checks(store: Store, *, at: datetime) -> int:
    """Delete the texts of old checks in many short transactions; returns of how many checks."""
    with store.read() as uow:
        sites = uow.sites.all()
    purged = 0
    for site in sites:
        before = at - timedelta(days=site.check_days)
        while some := store.write(partial(_purge_some, site_id=site.id, before=before, at=at)):
            purged += some
    return purged


def _purge_some(uow: UnitOfWork, *, site_id: str, before: datetime, at: datetime) -> int:
    return uow.checks.purge(site_id, before=before, at=at)


def _forget_some(uow: UnitOfWork, *, before: datetime, after: Place) -> tuple[int, Place | None]:
    return uow.sketches.forget(before=before, after=after)
