"""Checks: stored with their score, corrected later, purged of their text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, and_, bindparam, case, exists, func, select, update
from sqlalchemy.sql import ColumnElement

from moderation.comment import Comment
from moderation.policy import RuleMatch
from moderation.rules import History
from moderation.score import Score
from moderation.store.comments import COUNTED, SAME_TEXT_DAYS
from moderation.store.database.any_of import among
from moderation.store.database.bulk_sql import insert_many
from moderation.store.tables import UNPURGED, checks, comments

PURGED_AT_ONCE = 1_000

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CheckDigests:
    """The keyed digests of a check. Without an e-mail address it has neither of the first two."""

    email_sealed: bytes | None
    email_key: bytes | None
    text_key: bytes
    content_key: bytes


class NewCheck(NamedTuple):
    """A check to store. comment: its text as the rules read one; key_id: of the key that sent it."""

    comment: Comment
    digests: CheckDigests
    score: Score
    match: RuleMatch
    key_id: str


class EarlierCheck(NamedTuple):
    """A check that is asked for again."""

    id: str
    near_copies: int


class CheckCounts(NamedTuple):
    """How many checks there were; how many were rejected; how many of the others were spam, and of those were not."""

    all: int = 0
    rejected: int = 0
    missed_spam: int = 0
    false_positives: int = 0


class CheckRepository:
    """The checks of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Sequence[NewCheck]) -> None:
        """Store checks with what the classifier and the policy said."""
        insert_many(self._connection, checks, [_columns(each) for each in new])

    def history(self, site_id: str, digests: CheckDigests, *, without_same: bool = False, at: datetime) -> History:
        """What the site knows about the author and the text of a check: of its comments and of earlier checks.

        A check counts for its author once it was corrected. without_same: leave out checks of the same text by the
        same author.
        """
        named = {
            "site_id": site_id,
            "email_key": digests.email_key,
            "text_key": digests.text_key,
            "since": at - timedelta(days=SAME_TEXT_DAYS),
            "left_out": digests.content_key if without_same else b"",
        }
        row = self._connection.execute(_HISTORY, named).one()
        return History(
            approved=min(row.approved + row.good, COUNTED),
            rejected=min(row.rejected + row.bad, COUNTED),
            same_text=min(row.comments + row.checks, COUNTED),
        )

    def correct(self, check_id: str, correction: str, *, sites: Sequence[str], by_id: str, at: datetime) -> bool:
        """Store what the text was in truth; False when none of these sites has such a check."""
        is_it = (checks.c.id == check_id, among(checks.c.site_id, sites))
        changed = self._connection.execute(
            update(checks).where(*is_it).values(correction=correction, corrected_by=by_id, corrected_at=at)
        )
        return bool(changed.rowcount)

    def earlier(self, site_id: str, content_key: bytes) -> EarlierCheck | None:
        """The newest check of this text by this author; None when there is none, or its text was purged."""
        is_it = (checks.c.site_id == site_id, checks.c.content_key == content_key)
        newest = select(checks.c.id, checks.c.near_copies).where(*is_it).order_by(checks.c.received_at.desc())
        row = self._connection.execute(newest.limit(1)).one_or_none()
        return None if row is None else EarlierCheck(row.id, row.near_copies)

    def exists(self, check_id: str, site_id: str) -> bool:
        """Whether the site has a check with this id."""
        is_it = (checks.c.id == check_id, checks.c.site_id == site_id)
        return self._connection.scalar(select(exists().where(*is_it))) or False

    def count_many(self, site_id: str, starts: Sequence[datetime]) -> list[CheckCounts]:
        """The counts of the site's checks from each of these times on to the next; the last one has no end."""
        ends = [*starts[1:], _NEVER]
        rows = [
            self._connection.execute(_COUNTS, {"site_id": site_id, "start": start, "end": end}).one()
            for start, end in zip(starts, ends, strict=True)
        ]
        return [CheckCounts(*(number or 0 for number in row)) for row in rows]

    def purge(self, site_id: str, *, before: datetime, at: datetime, limit: int = PURGED_AT_ONCE) -> int:
        """Delete what was written from up to `limit` checks that are older; returns from how many.

        What the model said of them stays, and what was true.
        """
        is_old = (checks.c.site_id == site_id, UNPURGED, checks.c.received_at < before)
        some = select(checks.c.id).where(*is_old).order_by(checks.c.received_at).limit(limit)
        purged = update(checks).where(checks.c.id.in_(some.scalar_subquery()))
        return self._connection.execute(purged.values(purged_at=at, **_NOTHING_WRITTEN)).rowcount


_NOTHING_WRITTEN: dict[str, Any] = {
    **dict.fromkeys(("name", "website", "body", "thread_url", "thread_title", "masked_address"), ""),
    **dict.fromkeys(("email_sealed", "email_key", "text_key", "content_key")),
}


def _columns(new: NewCheck) -> dict[str, Any]:
    comment, digests, score, match, key_id = new
    return {
        "id": comment.id,
        "site_id": comment.site_id,
        "key_id": key_id,
        "received_at": comment.received_at,
        "name": comment.name,
        "email_sealed": digests.email_sealed,
        "email_key": digests.email_key,
        "website": comment.website,
        "body": comment.body,
        "text_key": digests.text_key,
        "content_key": digests.content_key,
        "thread_url": comment.thread.url,
        "thread_title": comment.thread.title,
        "masked_address": comment.masked_address,
        "signals": sorted(comment.signals),
        "near_copies": comment.near_copies,
        "model": score.model,
        "spam": score.spam,
        "abuse": score.abuse,
        "labels": {label: round(chance * 1e6) for label, chance in score.labels.items()},
        "language": score.language,
        "confidence": score.confidence,
        "action": match.action.value,
        "reason": match.reason.value,
        "correction": "",
        "corrected_by": "",
    }


def _count(table: Table, *conditions: ColumnElement[bool]) -> Any:
    counted = select(table.c.id).where(table.c.site_id == bindparam("site_id"), *conditions).limit(COUNTED)
    return select(func.count()).select_from(counted.subquery()).scalar_subquery()


def _by_the_author(table: Table) -> ColumnElement[bool]:
    return table.c.email_key == bindparam("email_key")


def _has_the_text(table: Table) -> ColumnElement[bool]:
    return and_(table.c.text_key == bindparam("text_key"), table.c.received_at > bindparam("since"))


_HISTORY = select(
    _count(comments, _by_the_author(comments), comments.c.status == "approved").label("approved"),
    _count(comments, _by_the_author(comments), comments.c.status == "rejected").label("rejected"),
    _count(comments, _has_the_text(comments)).label("comments"),
    _count(checks, _by_the_author(checks), checks.c.correction.in_(("ham", "fine"))).label("good"),
    _count(checks, _by_the_author(checks), checks.c.correction.in_(("spam", "abusive"))).label("bad"),
    _count(checks, _has_the_text(checks), checks.c.content_key != bindparam("left_out")).label("checks"),
)
"""Put together once: it is asked with every check."""


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


_is_rejected = checks.c.action == "reject"
_COUNTS = select(
    func.count(),
    _number_of(_is_rejected),
    _number_of(and_(~_is_rejected, checks.c.correction == "spam")),
    _number_of(and_(_is_rejected, checks.c.correction.in_(("ham", "fine")))),
).where(
    checks.c.site_id == bindparam("site_id"),
    checks.c.received_at >= bindparam("start"),
    checks.c.received_at < bindparam("end"),
)
