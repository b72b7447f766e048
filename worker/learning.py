"""Learns what moderators decided: reads the texts of new lessons, and replays the lessons of sites that have enough.

It runs in the process that scores, which has the classifier. A replay takes seconds, so comments that arrive
meanwhile are scored in between.
"""

import logging
import time

from models.lesson_reader import LessonReader
from moderation.errors import StoreBusy
from moderation.learning import due_sites, learn_site, read_some
from worker.context import Context
from worker.scoring import score_waiting

PATIENCE_S = 0.5
"""How often a replay looks for comments that wait for their score."""

log = logging.getLogger("rejoinder.learning")


def learn_next(context: Context) -> int:
    """Read some lessons, or replay those of one site; returns 0 when there is nothing to do.

    Comments whose bell waits behind this job are scored first. Lessons wait while the encoder cannot be loaded: what
    is read of them is kept as read by the whole model, and is not read again.
    """
    assert context.scorer is not None
    if done := _score_waiting(context):
        return done
    if not context.scorer.is_whole():
        return 0
    reader = LessonReader(context.scorer)
    if done := read_some(context.store, reader):
        return done
    for site_id in due_sites(context.store, reader):
        try:
            made = learn_site(context.store, reader, site_id, on_step=_InBetween(context), at=context.now())
        except StoreBusy:
            raise
        except Exception as problem:  # one site that cannot be learned must not stop the others
            log.error("learning failed site=%s problem=%s", site_id, type(problem).__name__)
            continue
        if made is not None:
            log.info("site learned site=%s lessons=%d passed=%s", site_id, made.lessons, made.passed)
            return 1
    return 0


def _score_waiting(context: Context) -> int:
    with context.store.read() as uow:
        is_waiting = any(uow.comments.any_unclaimed(at=context.now()))
    return score_waiting(context) if is_waiting else 0


class _InBetween:
    """Scores what waits, now and then."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._next = time.monotonic() + PATIENCE_S

    def __call__(self) -> None:
        """Score what waits, if it is time to look."""
        if time.monotonic() >= self._next:
            _score_waiting(self._context)
            self._next = time.monotonic() + PATIENCE_S
