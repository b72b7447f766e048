"""Deletes what has expired: sketches that are too old to match, and sign-ins that have run out."""

import logging
from datetime import datetime, timedelta

from moderation.store import Store
from moderation.store.sketches import BEGINNING
from worker.context import Context

SKETCH_DAYS = 7

log = logging.getLogger("rejoinder.cleanup")


def delete_expired(context: Context) -> int:
    """Delete everything that has expired; returns 0, because nothing is left."""
    at = context.now()
    sketches = _forget_sketches(context.store, before=at - timedelta(days=SKETCH_DAYS))
    context.store.write(lambda uow: uow.accounts.forget_sign_ins(before=at))
    log.info("expired deleted sketches=%d", sketches)
    return 0


def _forget_sketches(store: Store, *, before: datetime) -> int:
    """Delete old sketches in many short transactions, between which others can write; returns how many."""
    deleted, place = 0, BEGINNING
    while place is not None:
        some, place = store.write(lambda uow, after=place: uow.sketches.forget(before=before, after=after))
        deleted += some
    return deleted
