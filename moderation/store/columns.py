"""Which columns make a comment, and how a row becomes one."""

from typing import Any

from sqlalchemy import Row, Select, select

from moderation.comment import Comment, Status, Thread
from moderation.score import Evidence, Score
from moderation.store.tables import comments, threads

COMMENT_COLUMNS = (
    comments.c.id,
    comments.c.site_id,
    comments.c.parent_id,
    comments.c.name,
    comments.c.website,
    comments.c.body,
    comments.c.masked_address,
    comments.c.signals,
    comments.c.received_at,
    comments.c.status,
    comments.c.revision,
    comments.c.reason,
    comments.c.decided_at,
    comments.c.scored_at,
    comments.c.spam,
    comments.c.abuse,
    comments.c.near_copies,
    comments.c.attempts,
    threads.c.id.label("thread_id"),
    threads.c.key.label("thread_key"),
    threads.c.url.label("thread_url"),
    threads.c.title.label("thread_title"),
    threads.c.version.label("thread_version"),
    threads.c.closed_at.label("thread_closed_at"),
)


def select_comments() -> Select[Any]:
    """Comments with their threads; erased ones are not among them."""
    joined = comments.join(threads, comments.c.thread_id == threads.c.id)
    return select(*COMMENT_COLUMNS).select_from(joined).where(comments.c.erased_at.is_(None))


def comment_from(row: Row[Any], score: Score | None = None) -> Comment:
    """One row of `select_comments` as a comment."""
    thread = Thread(
        id=row.thread_id,
        site_id=row.site_id,
        key=row.thread_key,
        url=row.thread_url,
        title=row.thread_title,
        version=row.thread_version,
        closed_at=row.thread_closed_at,
    )
    return Comment(
        id=row.id,
        site_id=row.site_id,
        thread=thread,
        name=row.name,
        website=row.website,
        body=row.body,
        status=Status(row.status),
        revision=row.revision,
        received_at=row.received_at,
        parent_id=row.parent_id or "",
        masked_address=row.masked_address,
        signals=frozenset(row.signals),
        reason=row.reason,
        decided_at=row.decided_at,
        scored_at=row.scored_at,
        attempts=row.attempts,
        near_copies=row.near_copies,
        spam=row.spam,
        abuse=row.abuse,
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
        "evidence": [[e.head, e.field, e.start, e.end, e.text, round(e.weight * 1e6)] for e in score.evidence],
    }
