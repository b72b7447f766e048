"""Finds what Redis forgot, and takes out what has served its time. Rings; does no work of the others itself."""

import logging
import threading
from datetime import timedelta

from moderation.errors import StoreBusy
from worker.context import Context

PATIENCE = timedelta(seconds=2)
SKETCH_DAYS = 7
TIDY_EVERY = timedelta(hours=1)

log = logging.getLogger("rejoinder.sweep")


def sweep_until(context: Context, stopped: threading.Event) -> None:
    """Sweep every few seconds until stopped. A database that is away is tried again the next time."""
    tidied_at = context.now() - TIDY_EVERY
    while not stopped.is_set():
        try:
            sweep(context)
            if context.now() - tidied_at >= TIDY_EVERY:
                tidy(context)
                tidied_at = context.now()
        except StoreBusy as problem:
            log.warning("sweep put off problem=%s", type(problem.__cause__ or problem).__name__)
        stopped.wait(context.settings.sweep_s)


def sweep(context: Context) -> None:
    """Ring for comments and deliveries that nobody works on although their time has come."""
    at = context.now()
    with context.store.read() as uow:
        unscored = uow.comments.count_unclaimed(before=at - PATIENCE, at=at)
        due = uow.delivery_queue.count_due(at=at)
    if unscored:
        log.info("ringing again bell=scoring waiting=%d", unscored)
        context.doorbell.ring("scoring")
    if due:
        context.doorbell.ring("delivery")


def tidy(context: Context) -> None:
    """Forget sketches that are too old to match and sign-ins that have run out."""
    at = context.now()
    before = at - timedelta(days=SKETCH_DAYS)
    sketches = context.store.write(lambda uow: uow.sketches.forget(before=before))
    context.store.write(lambda uow: uow.accounts.forget_sign_ins(before=at))
    log.info("tidied sketches=%d", sketches)
