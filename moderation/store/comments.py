"""Comments: taken in, claimed for scoring, looked up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, func, insert, literal_column, or_, select, update
from sqlalchemy.sql import ColumnElement

from moderation.comment import Comment, Email, Submission
from moderation.errors import NotFound
from moderation.rules import History
from moderation.score import Score
from moderation.store.columns import comment_from, score_columns, score_from, select_comments
from moderation.store.sealing import Sealer
from moderation.store.tables import UNSCORED, comments, scores, tallies, threads
from moderation.store.upserts import UPSERTS

SAME_TEXT_DAYS = 7
TALLY_SHARDS = 8
COUNTED = 100
"""History counts no further: nobody decides otherwise for the next one, and a flood must not slow the workers."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What intake must know before it stores: one look, one statement.

    earlier_id, earlier_digest: the comment that came with the same idempotency key, "" and b"" for none.
    thread_id: "" when the thread is new. has_parent: whether the parent is a comment of this thread.
    """

    earlier_id: str
    earlier_digest: bytes
    thread_id: str
    has_parent: bool


@dataclass(frozen=True, slots=True)
class Intake:
    """The keyed digests of one submission, made before the transaction so that the transaction stays short."""

    idempotency_key: bytes | None
    idempotency_digest: bytes
    email_key: bytes
    text_key: bytes
    email_sealed: bytes


class CommentRows:
    """The comments of one transaction."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def look_around(self, site_id: str, submission: Submission, intake: Intake) -> Surroundings:
        """What is there already: an earlier comment with this key, the thread, the parent."""
        row = self._connection.execute(
            _LOOK_AROUND,
            {
                "site": site_id,
                "idempotency": intake.idempotency_key,
                "thread": submission.thread.key,
                "parent": submission.parent,
            },
        ).one()
        return Surroundings(
            row.earlier_id or "", row.earlier_digest or b"", row.thread_id or "", bool(row.has_parent)
        )

    def add(self, comment: Comment, intake: Intake) -> bool:
        """Store a new comment, and count it as accepted. False if its idempotency key was stored this very moment."""
        added = self._connection.scalar(
            _ADD[self._connection.dialect.name],
            {
                "id": comment.id,
                "site_id": comment.site_id,
                "thread_id": comment.thread.id,
                "parent_id": comment.parent_id or None,
                "name": comment.name,
                "email_sealed": intake.email_sealed,
                "email_key": intake.email_key,
                "website": comment.website,
                "body": comment.body,
                "text_key": intake.text_key,
                "masked_address": comment.masked_address,
                "signals": sorted(comment.signals),
                "idempotency_key": intake.idempotency_key,
                "idempotency_digest": intake.idempotency_digest if intake.idempotency_key else None,
                "received_at": comment.received_at,
                "status": comment.status.value,
                "revision": comment.revision,
                "reason": comment.reason,
                "near_copies": 0,
                "attempts": 0,
            },
        )
        if added is None:
            return False
        self._count_accepted(comment)
        return True

    def _count_accepted(self, comment: Comment) -> None:
        """A tally of its own, apart from the comments, so that a comment that vanished would be noticed."""
        shard = int(comment.id[-2:], 16) % TALLY_SHARDS
        self._connection.execute(
            _COUNT_ACCEPTED[self._connection.dialect.name],
            {"site_id": comment.site_id, "shard": shard, "accepted": 1},
        )

    def get(self, comment_id: str) -> Comment:
        """One comment with its score. Raises NotFound."""
        for comment in self.get_many([comment_id], with_scores=True):
            return comment
        raise NotFound("comment", comment_id)

    def get_many(
        self, comment_ids: Sequence[str], *, for_update: bool = False, with_scores: bool = False
    ) -> list[Comment]:
        """Those of the comments that exist, oldest first. for_update: nobody else may change them meanwhile."""
        query = select_comments().where(comments.c.id.in_(comment_ids)).order_by(comments.c.id)
        if for_update:
            query = query.with_for_update(of=comments)
        score_of = self.scores_of(comment_ids) if with_scores else {}
        return [comment_from(row, score_of.get(row.id)) for row in self._connection.execute(query)]

    def scores_of(self, comment_ids: Sequence[str]) -> dict[str, Score]:
        """The stored scores of those of the comments that have one."""
        rows = self._connection.execute(select(scores).where(scores.c.comment_id.in_(comment_ids)))
        return {row.comment_id: score_from(row) for row in rows}

    def email_of(self, comment_id: str) -> Email:
        """The author's address, opened. Raises NotFound where it was erased. Every use belongs into the audit."""
        sealed = self._connection.scalar(select(comments.c.email_sealed).where(comments.c.id == comment_id))
        if sealed is None:
            raise NotFound("e-mail address", comment_id)
        return Email(self._sealer.open(sealed, about=comment_id).decode())

    def claim(self, *, limit: int, at: datetime, lease: timedelta, retries: bool = False) -> list[Comment]:
        """Take up to `limit` comments that wait for a score, oldest first, for the time of the lease.

        retries: take those whose earlier lease ran out instead of those that nobody tried yet. `attempts` counts
        this claim too. What others hold at the moment is passed over.
        """
        tried = comments.c.attempts > 0 if retries else comments.c.attempts == 0
        chosen = (
            select(comments.c.id).where(UNSCORED, tried, _is_free(at)).order_by(comments.c.received_at).limit(limit)
        ).with_for_update(skip_locked=True)
        claimed = self._connection.scalars(
            update(comments)
            .where(comments.c.id.in_(chosen))
            .values(lease_until=at + lease, attempts=comments.c.attempts + 1)
            .returning(comments.c.id)
        ).all()
        return self.get_many(claimed) if claimed else []

    def release(self, comment_ids: Sequence[str]) -> None:
        """Give claimed comments back at once; they will be tried again, one by one."""
        self._connection.execute(update(comments).where(comments.c.id.in_(comment_ids)).values(lease_until=None))

    def count_unclaimed(self, *, before: datetime, at: datetime) -> int:
        """How many comments from before `before` wait for a score and are held by no worker; counted up to 1,000."""
        unclaimed = select(comments.c.id).where(UNSCORED, _is_free(at), comments.c.received_at <= before)
        return self._connection.scalar(select(func.count()).select_from(unclaimed.limit(1_000).subquery())) or 0

    def histories(self, comment_ids: Sequence[str]) -> dict[str, History]:
        """What is known around each of the comments, in one statement."""
        rows = self._connection.execute(_HISTORIES, {"ids": list(comment_ids)})
        return {row.id: History(row.approved, row.rejected, row.same_text) for row in rows}

    def save_scores(self, scored: Sequence[tuple[Comment, Score]], *, at: datetime) -> None:
        """Store what the classifier said, with its evidence."""
        if scored:
            values = [{"comment_id": c.id, "scored_at": at, **score_columns(score)} for c, score in scored]
            self._connection.execute(insert(scores), values)


def _is_free(at: datetime) -> ColumnElement[bool]:
    return or_(comments.c.lease_until.is_(None), comments.c.lease_until <= at)


_ADD = {
    name: upsert(comments)
    .on_conflict_do_nothing(index_elements=["site_id", "idempotency_key"])
    .returning(comments.c.id)
    for name, upsert in UPSERTS.items()
}
_COUNT_ACCEPTED = {
    name: upsert(tallies).on_conflict_do_update(
        index_elements=["site_id", "shard"], set_={"accepted": tallies.c.accepted + 1}
    )
    for name, upsert in UPSERTS.items()
}

_other = comments.alias("other")


def _count(*conditions: ColumnElement[bool]) -> Any:
    others = select(_other.c.id).where(_other.c.site_id == comments.c.site_id, *conditions).correlate(comments)
    return select(func.count()).select_from(others.limit(COUNTED).subquery()).scalar_subquery()


_by_the_author = _other.c.email_key == comments.c.email_key
_is_earlier = and_(_other.c.received_at <= comments.c.received_at, _other.c.id < comments.c.id)
_is_recent = _other.c.received_at > comments.c.received_at - literal_column(str(SAME_TEXT_DAYS * 86_400_000_000))
_HISTORIES: Select[Any] = select(
    comments.c.id,
    _count(_by_the_author, _other.c.status == "approved").label("approved"),
    _count(_by_the_author, _other.c.status == "rejected").label("rejected"),
    _count(_other.c.text_key == comments.c.text_key, _is_earlier, _is_recent).label("same_text"),
).where(comments.c.id.in_(bindparam("ids", expanding=True)))

_earlier = and_(comments.c.site_id == bindparam("site"), comments.c.idempotency_key == bindparam("idempotency"))
_LOOK_AROUND: Select[Any] = select(
    select(comments.c.id).where(_earlier).scalar_subquery().label("earlier_id"),
    select(comments.c.idempotency_digest).where(_earlier).scalar_subquery().label("earlier_digest"),
    select(threads.c.id)
    .where(threads.c.site_id == bindparam("site"), threads.c.key == bindparam("thread"))
    .scalar_subquery()
    .label("thread_id"),
    select(func.count())
    .select_from(comments.join(threads, comments.c.thread_id == threads.c.id))
    .where(
        comments.c.id == bindparam("parent"),
        threads.c.site_id == bindparam("site"),
        threads.c.key == bindparam("thread"),
    )
    .scalar_subquery()
    .label("has_parent"),
)
