"""Scores comments in batches: each is claimed, sketched, scored in one call and settled in one transaction."""

import logging
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import chain

from models.near_duplicates import sketch_many
from moderation.comment import STRIKES, Comment
from moderation.errors import StoreBusy
from moderation.messages import Message
from moderation.near_duplicates import Copies, Sketch, find_copies
from moderation.process import failpoints
from moderation.triage import Scored, latest_seen, settle
from worker.context import Context
from worker.site_models import authors_of, site_models_of

BATCH = 512
ROUND_S = 5.0
REST_S = 0.03

log = logging.getLogger("rejoinder.scoring")


@dataclass(frozen=True, slots=True)
class Batch:
    """Claimed comments. scored, sketches: what there is to settle; empty when scoring failed."""

    claimed: Sequence[Comment] = ()
    scored: Sequence[Scored] = ()
    sketches: Mapping[str, Sketch] = field(default_factory=dict)


def score_waiting(context: Context) -> int:
    """Score and settle new comments, and one that failed before; returns how many were claimed.

    A comment whose batch crashed is tried again alone, so that it cannot harm others; after three crashes it goes to
    the moderators without a score. After an incomplete batch there is a short rest, so that more comments can gather.
    """
    with context.store.read() as uow:
        untried, tried = uow.comments.any_unclaimed(at=context.now())
    found = _score_untried(context) if untried else 0
    if tried:
        again = _score_some(context, limit=1, retries=True)
        _settle(context, again)
        return found + len(again.claimed)
    if found % BATCH:
        time.sleep(REST_S)  # ten comments at once cost less than twice as much as two
    return found


def _score_untried(context: Context) -> int:
    """One batch. Where the database is another process: one after the other, as long as they are complete.

    There the next batch is scored while one is settled. At most two are held, and one is settled at a time.
    """
    ends = time.monotonic() + (ROUND_S if context.store.is_apart else 0)
    found, batch = 0, _score_some(context, limit=BATCH)
    with ThreadPoolExecutor(max_workers=1) as settler:
        while len(batch.claimed) == BATCH and time.monotonic() < ends and not context.stop.is_raised:
            found += BATCH
            settling = settler.submit(_settle, context, batch)
            batch = _score_some(context, limit=BATCH, before=batch)
            with _released_on_failure(context, batch.claimed if batch.scored else ()):
                settling.result()
    _settle(context, batch)
    return found + len(batch.claimed)


def _score_some(context: Context, *, limit: int, retries: bool = False, before: Batch = Batch()) -> Batch:
    lease = timedelta(seconds=context.settings.lease_s)
    claimed = context.store.write(
        lambda uow: uow.comments.claim(limit=limit, at=context.now(), lease=lease, retries=retries)
    )
    if not claimed:
        return Batch()
    failpoints.reach("scoring.after_claim")
    with _released_on_failure(context, claimed):
        return _score_claimed(context, claimed, before)
    return Batch(claimed)


def _score_claimed(context: Context, claimed: Sequence[Comment], before: Batch) -> Batch:
    struck_out = [comment for comment in claimed if comment.attempts > STRIKES]
    fit = [comment for comment in claimed if comment.attempts <= STRIKES]
    sketches = dict(zip((c.id for c in fit), sketch_many([c.body for c in fit]), strict=True))
    fit = _with_copies(context, fit, sketches, before)
    scored = _score(context, fit)
    failpoints.reach("scoring.after_score")
    scored += [Scored(comment, None, Message("scoring.failed", {"n": STRIKES})) for comment in struck_out]
    return Batch(claimed, scored, sketches)


def _settle(context: Context, batch: Batch) -> None:
    if not batch.scored:
        return
    with _released_on_failure(context, batch.claimed):
        decided = settle(
            context.store, batch.scored, batch.sketches, has_mail=context.settings.smtp is not None, at=context.now()
        )
        failpoints.reach("scoring.after_commit")
        log.info("comments scored claimed=%d decided=%d", len(batch.claimed), decided)
        context.doorbell.ring("delivery")


@contextmanager
def _released_on_failure(context: Context, claimed: Sequence[Comment]) -> Iterator[None]:
    """Release claimed comments when their batch fails. Any text may crash the classifier; rows count the attempts.

    A failure of the database is not the text's fault: a comment that was alone loses no attempt, and a batch comes
    back one by one, in case it was too large. The database would fail again at once, so the job ends; the sweeper
    rings again.
    """
    ids = [comment.id for comment in claimed]
    try:
        yield
    except StoreBusy:
        context.store.write(lambda uow: uow.comments.release(ids, unblamed=len(ids) == 1))
        raise
    except Exception as problem:
        log.error("scoring failed comments=%d problem=%s", len(ids), type(problem).__name__)
        context.store.write(lambda uow: uow.comments.release(ids))


def _with_copies(
    context: Context, comments: Sequence[Comment], sketches: Mapping[str, Sketch], before: Batch
) -> list[Comment]:
    """The comments, each with the number of earlier near copies, including those that are being settled."""
    by_site: dict[str, dict[str, Sketch]] = defaultdict(dict)
    for comment in comments:
        by_site[comment.site_id][comment.id] = sketches[comment.id]
    copies: dict[str, Copies] = {}
    just_seen = latest_seen([each.comment for each in before.scored], before.sketches)
    with context.store.read() as uow:
        for site_id, of_site in by_site.items():
            passages = chain.from_iterable(sketch.passages for sketch in of_site.values())
            copies |= find_copies(of_site, uow.sketches.seen(site_id, passages) | just_seen.get(site_id, {}))
    return [
        replace(comment, near_copies=found.number, campaign=found.first_id)
        if (found := copies[comment.id]).number
        else comment
        for comment in comments
    ]


def _score(context: Context, comments: Sequence[Comment]) -> list[Scored]:
    if not comments:
        return []
    assert context.scorer is not None
    models = site_models_of(context, [comment.site_id for comment in comments])
    authors = authors_of(context, comments) if any(models) else ()
    readings = [comment.reading() for comment in comments]
    scores = context.scorer.score_many(readings, site_models=models, authors=authors)
    return [Scored(comment, score) for comment, score in zip(comments, scores, strict=True)]
