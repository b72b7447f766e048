"""Imported comments: which rows of a source are known, and the insertion of others, many at a time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select, text

from moderation.comment import Comment
from moderation.store.database.any_of import any_of
from moderation.store.database.bulk_sql import insert_many, update_many
from moderation.store.tables import comments, imported


@dataclass(frozen=True, slots=True)
class Known:
    """A row of the source that was seen before.

    comment_id: "" where nothing was kept but its place in the tree. parent: the source's id of the parent that is
    still looked for. received_at, thread_id: of the comment; a comment that was erased since still has them.
    """

    source_id: str
    comment_id: str
    parent: str = ""
    received_at: datetime | None = None
    thread_id: str = ""


def comment_values(
    comment: Comment,
    *,
    email_sealed: bytes | None,
    email_key: bytes,
    domain_key: bytes | None,
    text_key: bytes,
) -> dict[str, Any]:
    """A comment as it was decided elsewhere, as columns of `comments`. Its `thread_id` and `parent_id` are still to
    be put in. email_sealed: None for a comment without an address."""
    return {
        "id": comment.id,
        "site_id": comment.site_id,
        "thread_id": "",
        "parent_id": None,
        "name": comment.name,
        "email_sealed": email_sealed,
        "email_key": email_key,
        "domain_key": domain_key,
        "website": comment.website,
        "body": comment.body,
        "text_key": text_key,
        "masked_address": comment.masked_address,
        "signals": sorted(comment.signals),
        "received_at": comment.received_at,
        "status": comment.status.value,
        "revision": comment.revision,
        "reason": comment.reason,
        "decided_at": comment.decided_at,
        "scored_at": comment.scored_at,
        "spam": comment.spam,
        "abuse": comment.abuse,
        "near_copies": comment.near_copies,
        "attempts": comment.attempts,
        "edited_at": comment.edited_at,
        "public_body": comment.public_body,
    }


class ImportRepository:
    """The imports of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, site_id: str) -> None:
        """Keep other imports of the site waiting until the transaction ends; on SQLite every writer waits anyway."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(:site, 0))"), {"site": f"import/{site_id}"}
            )

    def known(self, site_id: str, source: str, source_ids: Collection[str]) -> dict[str, Known]:
        """What is known of these rows of a source, by their ids there."""
        parameters = {"site": site_id, "of_source": source, "ids": sorted(source_ids)}
        return {
            row[0]: Known(row[0], row[1] or "", *row[2:4], row[4] or "")
            for row in self._connection.execute(_KNOWN, parameters)
        }

    def comments_named(self, comment_ids: Collection[str]) -> dict[str, tuple[str, Known]]:
        """The comments of any site with these ids of our own: the site, and the comment as known."""
        rows = self._connection.execute(_NAMED, {"ids": sorted(comment_ids)})
        return {id: (site_id, Known(id, id, "", at, thread_id)) for id, site_id, at, thread_id in rows}

    def parents_of(self, comment_ids: Collection[str]) -> dict[str, str]:
        """The parents of our own comments, by id, "" for none."""
        rows = self._connection.execute(_PARENTS, {"ids": sorted(comment_ids)})
        return {id: parent or "" for id, parent in rows}

    def add(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Store new comments, as `comment_values` gives them. Whoever calls this counts them as accepted."""
        insert_many(self._connection, comments, rows)

    def remember(self, site_id: str, source: str, rows: Sequence[Known]) -> None:
        """Note what became of rows of a source. A row that was only a place in the tree may become a comment."""
        values = [
            {
                "site_id": site_id,
                "source": source,
                "source_id": row.source_id,
                "comment_id": row.comment_id or None,
                "parent": row.parent,
            }
            for row in rows
        ]
        insert_many(self._connection, imported, values, replace=("site_id", "source", "source_id"))

    def waiting(self, site_id: str, source: str, *, after: str, limit: int) -> list[Known]:
        """Comments whose parents were not there when they came, in the order of their ids at the source."""
        parameters = {"site": site_id, "of_source": source, "after": after, "limit": limit}
        rows = self._connection.execute(_WAITING, parameters)
        return [Known(*row) for row in rows]

    def attach(self, site_id: str, source: str, children: Sequence[tuple[Known, str]]) -> None:
        """Give comments that waited their parents, by the ids of our own comments."""
        update_many(
            self._connection, comments, [({"id": child.comment_id}, {"parent_id": id}) for child, id in children]
        )
        place = {"site_id": site_id, "source": source}
        update_many(
            self._connection,
            imported,
            [({**place, "source_id": child.source_id}, {"parent": ""}) for child, _ in children],
        )

    def approved_threads(self, comment_ids: Collection[str]) -> set[str]:
        """The threads of those of these comments that the public sees."""
        query = select(comments.c.thread_id).where(
            any_of(comments.c.id, comment_ids), comments.c.status == "approved"
        )
        return set(self._connection.scalars(query))


_of_source = and_(imported.c.site_id == bindparam("site"), imported.c.source == bindparam("of_source"))
_joined = imported.outerjoin(comments, imported.c.comment_id == comments.c.id)
_KNOWN = (
    select(
        imported.c.source_id, imported.c.comment_id, imported.c.parent, comments.c.received_at, comments.c.thread_id
    )
    .select_from(_joined)
    .where(_of_source, any_of(imported.c.source_id, "ids"))
)
_NAMED = select(comments.c.id, comments.c.site_id, comments.c.received_at, comments.c.thread_id).where(
    any_of(comments.c.id, "ids")
)
_PARENTS = select(comments.c.id, comments.c.parent_id).where(any_of(comments.c.id, "ids"))
_WAITING = (
    select(
        imported.c.source_id, imported.c.comment_id, imported.c.parent, comments.c.received_at, comments.c.thread_id
    )
    .select_from(_joined)
    .where(
        _of_source,
        imported.c.parent != "",
        imported.c.comment_id.is_not(None),
        imported.c.source_id > bindparam("after"),
    )
    .order_by(imported.c.source_id)
    .limit(bindparam("limit"))
)
