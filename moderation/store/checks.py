"""Checks: stored with their score, corrected later, purged of their text."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, case, exists, func, select, text, update
from sqlalchemy.sql import ColumnElement

from moderation.comment import Comment
from moderation.policy import RuleMatch
from moderation.rules import History
from moderation.score import Score
from moderation.store.comments import COUNTED, SAME_TEXT_DAYS
from moderation.store.database.any_of import any_of
from moderation.store.database.bulk_sql import insert_many
from moderation.store.database.utc_timestamp import micros_of
from moderation.store.tables import UNPURGED, checks, sites

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


class Wanted(NamedTuple):
    """A check whose history is wanted. left_out: the content of checks that do not count, b"" for none."""

    site_id: str
    digests: CheckDigests
    left_out: bytes = b""


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

    def histories(self, wanted: Sequence[Wanted], *, at: datetime) -> list[History]:
        """What the sites know about the author and the text of each check, in one statement.

        Comments and earlier checks count. A check counts for its author once it was corrected.
        """
        parameters = {
            "wanted": json.dumps([_as_json(n, each) for n, each in enumerate(wanted)]),
            "week_ago": micros_of(at - timedelta(days=SAME_TEXT_DAYS)),
            "hour_ago": micros_of(at - timedelta(hours=1)),
        }
        rows = self._connection.execute(_HISTORIES[self._connection.dialect.name], parameters).all()
        half = len(_OF_COMMENTS)
        return [
            History(*(min(sum(each), COUNTED) for each in zip(counts[:half], counts[half:], strict=True)))
            for _, *counts in sorted(map(tuple, rows))
        ]

    def correct(self, check_id: str, correction: str, *, sites: Sequence[str], by_id: str, at: datetime) -> str:
        """Store what the text was in truth; returns the site of the check, "" when none of these has it."""
        is_it = (checks.c.id == check_id, any_of(checks.c.site_id, sites))
        corrected = {"correction": correction, "corrected_by": by_id, "corrected_at": at}
        changed = update(checks).where(*is_it).values(**corrected).returning(checks.c.site_id)
        return self._connection.scalar(changed) or ""

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

    def count_author(self, email_key: bytes, *, sites_of: Collection[str] | None) -> int:
        """How many checks there are of texts by the author with this key. sites_of: None for all sites."""
        theirs = select(func.count()).select_from(checks).where(self._by_author(email_key, sites_of))
        return self._connection.scalar(theirs) or 0

    def purge_author(
        self,
        email_key: bytes,
        *,
        sites_of: Collection[str] | None,
        until: datetime,
        at: datetime,
        limit: int = PURGED_AT_ONCE,
    ) -> int:
        """Delete what the author with this key wrote by then from up to `limit` checks; returns from how many.

        sites_of: None for all sites.
        """
        theirs = (self._by_author(email_key, sites_of), checks.c.received_at <= until)
        some = select(checks.c.id).where(*theirs).limit(limit)
        purged = update(checks).where(checks.c.id.in_(some.scalar_subquery()))
        return self._connection.execute(purged.values(purged_at=at, **_NOTHING_WRITTEN)).rowcount

    def _by_author(self, email_key: bytes, sites_of: Collection[str] | None) -> ColumnElement[bool]:
        site_ids = list(self._connection.scalars(select(sites.c.id))) if sites_of is None else sites_of
        return and_(any_of(checks.c.site_id, site_ids), checks.c.email_key == email_key)


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


def _as_json(n: int, wanted: Wanted) -> dict[str, Any]:
    email_key, text_key, left_out = wanted.digests.email_key, wanted.digests.text_key, wanted.left_out
    return {
        "n": n,
        "site_id": wanted.site_id,
        "email_key": (email_key or b"").hex(),  # nobody has an empty one
        "text_key": text_key.hex(),
        "left_out": left_out.hex(),
    }


def _count(table: str, condition: str) -> str:
    rows = f"SELECT 1 FROM {table} AS o WHERE o.site_id = w.site_id AND {condition} LIMIT {COUNTED}"  # noqa: S608
    return f"(SELECT count(*) FROM ({rows}) AS counted)"  # noqa: S608 - of constants


def _count_same(table: str, condition: str, *, but: str = "") -> str:
    """Of the newest with the text, those that meet the condition: a flood is not read again for each text of it."""
    rows = (
        f"SELECT o.email_key, o.received_at FROM {table} AS o WHERE o.site_id = w.site_id "  # noqa: S608
        f"AND o.text_key = w.text_key AND o.received_at > :week_ago{but} ORDER BY o.received_at DESC LIMIT {COUNTED}"
    )
    return f"(SELECT count(*) FROM ({rows}) AS same WHERE {condition})"  # noqa: S608 - of constants


_BY_AUTHOR = "o.email_key = w.email_key"
_KINDS = ("true", "same.email_key = w.email_key", "same.received_at > :hour_ago")
"""Of comments with the same text, as `History` counts them."""

_NOT_ITSELF = " AND o.content_key != w.left_out"
_OF_COMMENTS = (
    _count("comments", f"{_BY_AUTHOR} AND o.status = 'approved'"),
    _count("comments", f"{_BY_AUTHOR} AND o.status = 'rejected'"),
    *(_count_same("comments", kind) for kind in _KINDS),
)
_OF_CHECKS = (
    _count("checks", f"{_BY_AUTHOR} AND o.correction IN ('ham', 'fine')"),
    _count("checks", f"{_BY_AUTHOR} AND o.correction IN ('spam', 'abusive')"),
    *(_count_same("checks", kind, but=_NOT_ITSELF) for kind in _KINDS),
)
_COUNTED = ", ".join((*_OF_COMMENTS, *_OF_CHECKS))
_WANTED = {  # all in one parameter
    "sqlite": (
        "SELECT value ->> 'n' AS n, value ->> 'site_id' AS site_id, unhex(value ->> 'email_key') AS email_key, "
        "unhex(value ->> 'text_key') AS text_key, unhex(value ->> 'left_out') AS left_out FROM json_each(:wanted)"
    ),
    "postgresql": (
        "SELECT n, site_id, decode(email_key, 'hex') AS email_key, decode(text_key, 'hex') AS text_key, "
        "decode(left_out, 'hex') AS left_out FROM json_to_recordset(CAST(:wanted AS json)) "
        "AS r (n integer, site_id text, email_key text, text_key text, left_out text)"
    ),
}
_HISTORIES = {
    name: text(f"SELECT w.n, {_COUNTED} FROM ({wanted}) AS w")  # noqa: S608 - of constants
    for name, wanted in _WANTED.items()
}


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
