"""Comments: claimed for scoring, scored, looked up."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, exists, func, literal_column, or_, select, update
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.dml import ReturningUpdate

from moderation.comment import Comment, Email
from moderation.errors import NotFound
from moderation.rules import History
from moderation.store.database.any_of import any_of
from moderation.store.database.bulk_sql import insert_many
from moderation.store.database.utc_timestamp import UtcTimestamp
from moderation.store.row_mapping import ScoreRow, comment_from, select_comments
from moderation.store.sealing import Sealer
from moderation.store.tables import UNSCORED, comments, scores

SAME_TEXT_DAYS = 7
COUNTED = 100
"""History counts no further: nobody decides otherwise for the next one, and a flood must not slow the workers."""


class CommentRepository:
    """The comments of one transaction."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def get(self, comment_id: str) -> Comment:
        """One comment with its score. Raises NotFound."""
        for comment in self.get_many([comment_id], with_scores=True):
            return comment
        raise NotFound("comment", comment_id)

    def get_many(
        self, comment_ids: Sequence[str], *, for_update: bool = False, with_scores: bool = False
    ) -> list[Comment]:
        """Those of the comments that exist, oldest first. for_update: nobody else may change them meanwhile."""
        rows = self._connection.execute(_FOR_UPDATE if for_update else _BY_ID, {"ids": comment_ids}).all()
        return self.with_scores(rows) if with_scores else [comment_from(row) for row in rows]

    def with_scores(self, rows: Sequence[Row[Any]]) -> list[Comment]:
        """Rows of `select_comments` as comments, each with its score where it has one."""
        scored = self._connection.execute(_SCORES, {"ids": [row.id for row in rows]}).all()
        score_of = {row.comment_id: row for row in scored}
        return [comment_from(row, score_of.get(row.id)) for row in rows]

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
        columns = {"at": at, "until": at + lease, "limit": limit}
        claimed = self._connection.scalars(_CLAIM_TRIED if retries else _CLAIM_UNTRIED, columns).all()
        return self.get_many(claimed) if claimed else []

    def release(self, comment_ids: Sequence[str], *, unblamed: bool = False) -> None:
        """Give claimed comments back at once; they will be tried again, one by one.

        unblamed: as if this claim had never been, where they did nothing to make it fail.
        """
        attempts = comments.c.attempts - 1 if unblamed else comments.c.attempts
        freed = update(comments).where(any_of(comments.c.id, comment_ids))
        self._connection.execute(freed.values(lease_until=None, attempts=attempts))

    def count_unclaimed(self, *, before: datetime, at: datetime) -> int:
        """How many comments from before `before` wait for a score and are held by no worker; counted up to 1,000."""
        unclaimed = select(comments.c.id).where(UNSCORED, _is_free, comments.c.received_at <= before).limit(1_000)
        return self._connection.scalar(select(func.count()).select_from(unclaimed.subquery()), {"at": at}) or 0

    def unscored(self, read: Sequence[Comment]) -> dict[str, int]:
        """The revisions of those of the comments that still wait for their score; nobody else may change them
        meanwhile. Erased ones are not among them, nor what another worker settled after our lease had run out, nor
        what its author edited since it was read: the new text waits for a score of its own.
        """
        edited_at = {comment.id: comment.edited_at for comment in read}
        rows = self._connection.execute(_UNSCORED_REVISIONS, {"ids": list(edited_at)}).all()
        return {id: revision for id, revision, edited in rows if edited == edited_at[id]}

    def any_unclaimed(self, *, at: datetime) -> tuple[bool, bool]:
        """Whether there is anything to claim that nobody tried yet, and anything to try again: the cheap look."""
        found = self._connection.execute(_ANY_UNCLAIMED, {"at": at}).one()
        return found[0], found[1]

    def histories(self, comment_ids: Sequence[str]) -> dict[str, History]:
        """What is known around each of the comments, in one statement."""
        rows = self._connection.execute(_HISTORIES, {"ids": comment_ids}).all()
        return {id: History(*counts) for id, *counts in rows}

    def save_scores(self, rows: Sequence[ScoreRow]) -> None:
        """Store what the classifier said, with its evidence."""
        insert_many(self._connection, scores, rows)


# Each is put together once: for the small looks that costs more than to ask.

_BY_ID = select_comments().where(any_of(comments.c.id, "ids")).order_by(comments.c.id)
_FOR_UPDATE = _BY_ID.with_for_update(of=comments)
_SCORES = select(scores).where(any_of(scores.c.comment_id, "ids"))

_is_tried, _is_untried = comments.c.attempts > 0, comments.c.attempts == 0
_is_free = or_(comments.c.lease_until.is_(None), comments.c.lease_until <= bindparam("at", type_=UtcTimestamp))


def _claim(kind: ColumnElement[bool]) -> ReturningUpdate[Any]:
    oldest = select(comments.c.id).where(UNSCORED, kind, _is_free).order_by(comments.c.received_at)
    return (
        update(comments)
        .where(comments.c.id.in_(oldest.limit(bindparam("limit")).with_for_update(skip_locked=True)))
        .values(lease_until=bindparam("until"), attempts=comments.c.attempts + 1)
        .returning(comments.c.id)
    )


_CLAIM_TRIED, _CLAIM_UNTRIED = _claim(_is_tried), _claim(_is_untried)
_ANY_UNCLAIMED = select(*(exists().where(UNSCORED, kind, _is_free) for kind in (_is_untried, _is_tried)))
_UNSCORED_REVISIONS = (
    select(comments.c.id, comments.c.revision, comments.c.edited_at)
    .where(any_of(comments.c.id, "ids"), comments.c.scored_at.is_(None), comments.c.erased_at.is_(None))
    .order_by(comments.c.id)
    .with_for_update()
)

other = comments.alias("other")
"""Another comment, for conditions about what a comment's site knows besides."""


def count_others(*conditions: ColumnElement[bool]) -> Any:
    """How many comments of the same site, each as `other`, meet the conditions; counted up to 100."""
    others = select(other.c.id).where(other.c.site_id == comments.c.site_id, *conditions).correlate(comments)
    return select(func.count()).select_from(others.limit(COUNTED).subquery()).scalar_subquery()


by_the_author = other.c.email_key == comments.c.email_key
_is_earlier = and_(other.c.received_at <= comments.c.received_at, other.c.id < comments.c.id)


def _since(column: ColumnElement[Any], micros: int) -> ColumnElement[bool]:
    return column > comments.c.received_at - literal_column(str(micros))


_same_text = (
    select(other.c.email_key, other.c.received_at)
    .where(other.c.site_id == comments.c.site_id, other.c.text_key == comments.c.text_key, _is_earlier)
    .where(_since(other.c.received_at, SAME_TEXT_DAYS * 86_400_000_000))
    .correlate(comments)
    .order_by(other.c.received_at.desc())
    .limit(COUNTED)
    .subquery()
)
"""The newest with the text, so that a flood of it is not read again for each comment of the flood."""


def _count_same(*conditions: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(_same_text).where(*conditions).correlate(comments).scalar_subquery()


same_texts = (
    _count_same().label("same_text"),
    _count_same(_same_text.c.email_key == comments.c.email_key).label("own_text"),
    _count_same(_since(_same_text.c.received_at, 3_600_000_000)).label("same_text_now"),
)
"""As `History` counts them."""
_HISTORIES: Select[Any] = select(
    comments.c.id,
    count_others(by_the_author, other.c.status == "approved").label("approved"),
    count_others(by_the_author, other.c.status == "rejected").label("rejected"),
    *same_texts,
).where(any_of(comments.c.id, "ids"))
