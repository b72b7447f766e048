"""One batch of comments: claimed, sketched, scored in one call, settled in one transaction."""

import logging
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import chain

from models.campaigns import sketch_many
from moderation import failpoints
from moderation.comment import Comment
from moderation.sketch import Sketch, count_copies
from moderation.triage import Scored, settle
from worker.context import Context

BATCH = 512
REST_S = 0.03
STRIKES = 3

log = logging.getLogger("rejoinder.scoring")


def score_waiting(context: Context) -> int:
    """Score and settle one batch, and one comment that failed before; returns how many were claimed.

    A comment whose batch crashed comes back alone, so that it harms nobody else; after three crashes it is left to
    people, not scored. After less than a whole batch it rests, so that more can gather.
    """
    with context.store.read() as rows:
        untried, tried = rows.comments.any_unclaimed(at=context.now())
    batch = _score_some(context, limit=BATCH, retries=False) if untried else 0
    if tried:
        return batch + _score_some(context, limit=1, retries=True)
    if 0 < batch < BATCH:
        time.sleep(REST_S)  # ten at once cost less than twice as much as two
    return batch


def _score_some(context: Context, *, limit: int, retries: bool) -> int:
    lease = timedelta(seconds=context.settings.lease_s)
    claimed = context.store.write(
        lambda rows: rows.comments.claim(limit=limit, at=context.now(), lease=lease, retries=retries)
    )
    if not claimed:
        return 0
    failpoints.reach("scoring.after_claim")
    try:
        decided = _settle(context, claimed)
    except Exception as problem:  # a stranger's text can break anything: the row keeps the count, people get the rest
        log.error("scoring failed comments=%d problem=%s", len(claimed), type(problem).__name__)
        context.store.write(lambda rows: rows.comments.release([comment.id for comment in claimed]))
        return len(claimed)
    log.info("comments scored claimed=%d decided=%d", len(claimed), decided)
    context.doorbell.ring("delivery")
    return len(claimed)


def _settle(context: Context, claimed: Sequence[Comment]) -> int:
    struck_out = [comment for comment in claimed if comment.attempts > STRIKES]
    fit = [comment for comment in claimed if comment.attempts <= STRIKES]
    sketches = dict(zip((c.id for c in fit), sketch_many([c.body for c in fit]), strict=True))
    fit = _with_copies(context, fit, sketches)
    scored = _score(context, fit)
    failpoints.reach("scoring.after_score")
    scored += [Scored(comment, None, f"The classifier failed {STRIKES} times on it.") for comment in struck_out]
    decided = settle(context.store, scored, sketches, at=context.now())
    failpoints.reach("scoring.after_commit")
    return decided


def _with_copies(context: Context, comments: Sequence[Comment], sketches: Mapping[str, Sketch]) -> list[Comment]:
    by_site: dict[str, dict[str, Sketch]] = defaultdict(dict)
    for comment in comments:
        by_site[comment.site_id][comment.id] = sketches[comment.id]
    copies: dict[str, int] = {}
    with context.store.read() as rows:
        for site_id, of_site in by_site.items():
            passages = chain.from_iterable(sketch.passages for sketch in of_site.values())
            copies |= count_copies(of_site, rows.sketches.seen(site_id, passages))
    return [
        replace(comment, near_copies=copies[comment.id]) if copies[comment.id] else comment for comment in comments
    ]


def _score(context: Context, comments: Sequence[Comment]) -> list[Scored]:
    if not comments:
        return []
    assert context.scorer is not None
    scores = context.scorer.score_many([comment.reading() for comment in comments])
    return [Scored(comment, score) for comment, score in zip(comments, scores, strict=True)]
