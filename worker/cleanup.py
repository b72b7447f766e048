"""Deletes what has expired: sketches that are too old to match, and sign-ins that have run out."""

import logging
from datetime import timedelta

from worker.context import Context

SKETCH_DAYS = 7

log = logging.getLogger("rejoinder.cleanup")


def delete_expired(context: Context) -> int:
    """Delete everything that has expired; returns 0, because nothing is left."""
    at = context.now()
    sketches = context.store.write(lambda uow: uow.sketches.forget(before=at - timedelta(days=SKETCH_DAYS)))
    context.store.write(lambda uow: uow.accounts.forget_sign_ins(before=at))
    log.info("expired deleted sketches=%d", sketches)
    return 0
