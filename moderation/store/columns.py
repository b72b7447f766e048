"""Which columns make a comment, and how a row becomes one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, select

from moderation.comment import Comment, Status, Thread
from moderation.score import Evidence, Score
from moderation.store.tables import comments, threads

COMMENT_COLUMNS = (
    threads.c.id.label("thread_id"),
    threads.c.key,
    threads.c.url,
    threads.c.title,
    threads.c.version,
    threads.c.closed_at,
    comments.c.id,
    comments.c.site_id,
    comments.c.name,
    comments.c.website,
    comments.c.body,
    comments.c.status,
    comments.c.revision,
    comments.c.received_at,
    comments.c.parent_id,
    comments.c.masked_address,
    comments.c.signals,
    comments.c.reason,
    comments.c.decided_at,
    comments.c.scored_at,
    comments.c.attempts,
    comments.c.near_copies,
    comments.c.spam,
    comments.c.abuse,
)


def select_comments() -> Select[Any]:
    """Comments with their threads; erased ones are not among them."""
    joined = comments.join(threads, comments.c.thread_id == threads.c.id)
    return select(*COMMENT_COLUMNS).select_from(joined).where(comments.c.erased_at.is_(None))


def comment_from(row: Sequence[Any], score: Score | None = None) -> Comment:
    """One row of `select_comments` as a comment. By place: to look up 24 names takes longer than all the rest."""
    thread_id, key, url, title, version, closed_at, id, site_id, name, website, body, status, *others = row
    revision, received_at, parent_id, masked_address, signals, reason, decided_at, scored_at, *figures = others
    attempts, near_copies, spam, abuse, *_ = figures
    return Comment(
        id=id,
        site_id=site_id,
        thread=Thread(thread_id, site_id, key, url, title, version, closed_at),
        name=name,
        website=website,
        body=body,
        status=Status(status),
        revision=revision,
        received_at=received_at,
        parent_id=parent_id or "",
        masked_address=masked_address,
        signals=frozenset(signals),
        reason=reason,
        decided_at=decided_at,
        scored_at=scored_at,
        attempts=attempts,
        near_copies=near_copies,
        spam=spam,
        abuse=abuse,
        score=score,
    )


def score_from(row: Row[Any]) -> Score:
    """One row of `scores` as a score."""
    return Score(
        spam=row.spam,
        abuse=row.abuse,
        labels=row.labels,
        language=row.language,
        confidence=row.confidence,
        evidence=tuple(
            Evidence(head, field, start, end, text, millionths / 1e6)
            for head, field, start, end, text, millionths in row.evidence
        ),
        model=row.model,
    )


def score_columns(score: Score) -> dict[str, Any]:
    """A score as the columns of `scores`. Weights become whole millionths, which are written in half of the time."""
    return {
        "model": score.model,
        "spam": score.spam,
        "abuse": score.abuse,
        "labels": dict(score.labels),
        "language": score.language,
        "confidence": score.confidence,
        "evidence": [
            (head, field, start, end, text, round(weight * 1e6))
            for head, field, start, end, text, weight in score.evidence
        ],
    }
