"""Threads: found or begun, closed, and what the public reads of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from moderation.comment import PublicComment, Thread, ThreadRef
from moderation.errors import NotFound
from moderation.ids import new_id
from moderation.store.tables import comments, threads
from moderation.store.upserts import UPSERTS


class ThreadRows:
    """The threads of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, site_id: str, ref: ThreadRef, *, at: datetime) -> str:
        """The id of the thread with this key, made if it is new. Somebody else may be making it at this moment."""
        values = {
            "id": new_id("thr", at=at),
            "site_id": site_id,
            "key": ref.key,
            "url": ref.url,
            "title": ref.title,
            "version": 0,
            "created_at": at,
        }
        begun: str | None = self._connection.scalar(_BEGIN[self._connection.dialect.name], values)
        return begun or self.get(site_id, ref.key).id

    def get(self, site_id: str, key: str) -> Thread:
        """The thread with this key. Raises NotFound."""
        found = self.find(site_id, key)
        if found is None:
            raise NotFound("thread", key)
        return found

    def find(self, site_id: str, key: str) -> Thread | None:
        """The thread with this key; None where nobody has written yet."""
        row = self._connection.execute(_BY_KEY, {"of_site": site_id, "with_key": key}).one_or_none()
        return None if row is None else _thread_from(row)

    def close(self, thread_id: str, *, at: datetime | None) -> None:
        """Close a thread from that time on, or open it again with None."""
        changed = {"closed_at": at, "version": threads.c.version + 1}
        self._connection.execute(update(threads).where(threads.c.id == thread_id).values(changed))

    def touch(self, thread_ids: Iterable[str]) -> None:
        """What the public sees of these threads has changed: renew what was rendered of them."""
        ids = sorted(set(thread_ids))
        if ids:
            self._connection.execute(
                update(threads).where(threads.c.id.in_(ids)).values(version=threads.c.version + 1)
            )

    def approved(self, thread_id: str) -> list[PublicComment]:
        """Every approved comment of the thread in the order of arrival, not yet in reply order."""
        rows = self._connection.execute(
            select(
                comments.c.id,
                comments.c.name,
                comments.c.website,
                comments.c.body,
                comments.c.received_at,
                comments.c.parent_id,
            )
            .where(
                comments.c.thread_id == thread_id,
                comments.c.status == "approved",
                comments.c.erased_at.is_(None),
            )
            .order_by(comments.c.received_at, comments.c.id)
        )
        return [
            PublicComment(r.id, r.name, r.website, r.body, at=r.received_at, parent=r.parent_id or "") for r in rows
        ]


_BEGIN = {
    name: upsert(threads).on_conflict_do_nothing(index_elements=["site_id", "key"]).returning(threads.c.id)
    for name, upsert in UPSERTS.items()
}


_BY_KEY = select(threads).where(threads.c.site_id == bindparam("of_site"), threads.c.key == bindparam("with_key"))
"""Built once: every reader of every page asks it."""


def _thread_from(row: Row[Any]) -> Thread:
    return Thread(
        id=row.id,
        site_id=row.site_id,
        key=row.key,
        url=row.url,
        title=row.title,
        version=row.version,
        closed_at=row.closed_at,
    )
