"""Deletes what has expired: old sketches, sign-ins and rules that have run out, and the texts of old checks."""

import logging
from datetime import datetime, timedelta
from functools import partial

from moderation.near_duplicates import SKETCH_DAYS
from moderation.store import UnitOfWork
from moderation.store.sketches import BEGINNING
from worker.context import Context

AT_ONCE = 1_000
"""How many sketches one transaction looks at."""

log = logging.getLogger("rejoinder.cleanup")


def delete_expired(context: Context) -> int:
    """Delete some of the old sketches, in a short transaction; returns 0 when there are no more."""
    at = context.now()
    after, deleted = context.places.get("cleanup", (BEGINNING, 0))
    before = at - timedelta(days=SKETCH_DAYS)
    some, last = context.store.write(lambda uow: uow.sketches.forget(before=before, after=after, limit=AT_ONCE))
    if last is not None:
        context.places["cleanup"] = (last, deleted + some)
        return 1
    context.places.pop("cleanup", None)
    context.store.write(lambda uow: uow.accounts.forget_sign_ins(before=at))
    context.store.write(lambda uow: uow.sender_rules.forget_expired(at=at))
    log.info("expired deleted sketches=%d", deleted + some)
    return 0


def purge_checks(context: Context) -> int:
    """Delete what was written from some checks that are older than their site keeps them; returns from how many."""
    at = context.now()
    with context.store.read() as uow:
        sites = uow.sites.all()
    for site in sites:
        before = at - timedelta(days=site.check_days)
        if some := context.store.write(partial(_purge, site_id=site.id, before=before, at=at)):
            log.info("texts of checks deleted count=%d", some)
            return some
    return 0


def _purge(uow: UnitOfWork, *, site_id: str, before: datetime, at: datetime) -> int:
    return uow.checks.purge(site_id, before=before, at=at)
