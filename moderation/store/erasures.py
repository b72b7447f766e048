"""Erasing what people wrote, and the list of what was erased.

An erased comment keeps its row, as a tombstone: its id, thread, times, status, reason and decisions, without a word
of its author. The list `erasures` has the ids, and keyed digests of addresses, so that an older backup is
erased again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, literal, select, update
from sqlalchemy.exc import SQLAlchemyError

from moderation.comment import Comment
from moderation.erasing.erasures import Erasure, Kind
from moderation.messages import NOTHING
from moderation.store.database.any_of import any_of
from moderation.store.database.bulk_sql import insert_many
from moderation.store.database.migrate import DatabaseUnusable, opened_database
from moderation.store.database.utc_timestamp import UtcTimestamp
from moderation.store.row_mapping import comment_from, select_comments
from moderation.store.tables import (
    LIVE,
    appeals,
    claims,
    comment_words,
    comments,
    decisions,
    deliveries,
    edits,
    erasures,
    follows,
    imported,
    lessons,
    readings,
    reply_places,
    reports,
    scores,
    second_looks,
    sender_rules,
    sites,
    sketches,
    trials,
)

FORGOTTEN = (scores, comment_words, edits, appeals, reports, second_looks, follows, claims, readings)
"""Tables whose rows about an erased comment are deleted."""

KEPT = (decisions, deliveries, imported, lessons, trials, reply_places)
"""Tables whose rows about an erased comment stay. Decisions lose their notes and details; deliveries hold ids only;
`imported` keeps a second import from bringing the comment back. `lessons` have no text: retention leaves them, and
`erase.py` deletes them. `trials` are numbers, which proofs count, and `reply_places` only names a place in time."""


class ErasureRepository:
    """Erasing, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, comment_ids: Sequence[str]) -> list[Comment]:
        """Those of the comments that exist and are not erased; nobody else may change them meanwhile."""
        query = select_comments().where(any_of(comments.c.id, comment_ids)).order_by(comments.c.id)
        return [comment_from(row) for row in self._connection.execute(query.with_for_update(of=comments))]

    def erase(self, comment_ids: Collection[str], *, at: datetime) -> None:
        """Erase these comments, wherever something of them is. Lock them first."""
        ids = sorted(comment_ids)
        erased = update(comments).where(any_of(comments.c.id, ids), LIVE)
        values = _NOTHING_WRITTEN | {
            "erased_at": at,
            "scored_at": func.coalesce(comments.c.scored_at, literal(at, UtcTimestamp)),
        }
        self._connection.execute(erased.values(**values))
        for table in FORGOTTEN:
            self._connection.execute(delete(table).where(any_of(table.c.comment_id, ids)))
        bare = update(decisions).where(any_of(decisions.c.comment_id, ids))
        self._connection.execute(bare.values(note="", detail=NOTHING.to_json()))
        unnamed = update(sender_rules).where(any_of(sender_rules.c.about, ids))
        self._connection.execute(unnamed.values(label=""))

    def forget_passages(self, site_id: str, passages: Collection[int]) -> None:
        """Delete the sketches of these passages. Copies of other texts with them are missed until the next one."""
        gone = delete(sketches).where(sketches.c.site_id == site_id, any_of(sketches.c.passage, passages))
        self._connection.execute(gone)

    def comments_by(
        self,
        email_key: bytes,
        *,
        sites_of: Collection[str] | None,
        until: datetime | None = None,
        after: str = "",
        limit: int,
    ) -> list[str]:
        """The ids of comments by the author with this key that are not erased, in their order.

        sites_of: None for all sites. until: only those that came by then. after: the id to go on from.
        """
        query = select(comments.c.id).where(
            any_of(comments.c.site_id, self._sites(sites_of)),
            comments.c.email_key == email_key,
            comments.c.id > after,
            LIVE,
        )
        if until is not None:
            query = query.where(comments.c.received_at <= until)
        return list(self._connection.scalars(query.order_by(comments.c.id).limit(limit)))

    def still_there(self, comment_ids: Sequence[str]) -> list[str]:
        """Those of the comments that exist and are not erased."""
        return list(self._connection.scalars(select(comments.c.id).where(any_of(comments.c.id, comment_ids), LIVE)))

    def added_before(self, site_ids: Mapping[str, datetime]) -> list[str]:
        """Those of the sites that exist and were added before they were removed. site_ids: with when that was."""
        found = select(sites.c.id, sites.c.created_at).where(any_of(sites.c.id, list(site_ids)))
        return [row.id for row in self._connection.execute(found) if row.created_at < site_ids[row.id]]

    def note(self, erased: Iterable[Erasure]) -> None:
        """Put these on the list, the latest time of each."""
        rows = [{"kind": each.kind.value, "subject": each.subject, "at": each.at} for each in erased]
        insert_many(self._connection, erasures, rows, replace=("kind", "subject"))

    def all(self) -> set[Erasure]:
        """The list."""
        return {Erasure(Kind(row.kind), row.subject, row.at) for row in self._connection.execute(select(erasures))}

    def count(self) -> int:
        """How long the list is."""
        return self._connection.scalar(select(func.count()).select_from(erasures)) or 0

    def _sites(self, site_ids: Collection[str] | None) -> Collection[str]:
        return list(self._connection.scalars(select(sites.c.id))) if site_ids is None else site_ids


def erasures_in(url: str) -> set[Erasure]:
    """The list of a database that is to be replaced; nothing where it is damaged, or of an older schema."""
    with suppress(DatabaseUnusable, SQLAlchemyError), opened_database(url) as database, database.read() as connection:
        return ErasureRepository(connection).all()
    return set()


_NOTHING_WRITTEN: dict[str, Any] = {
    **dict.fromkeys(("name", "website", "body", "masked_address"), ""),
    **dict.fromkeys(("email_key", "text_key"), b""),
    **dict.fromkeys(
        (
            "email_sealed",
            "domain_key",
            "public_body",
            "idempotency_key",
            "idempotency_digest",
            "campaign",
            "lease_until",
        )
    ),
    "signals": [],
}
"""scored_at is set with it: a comment without a score would wait for one for ever."""
