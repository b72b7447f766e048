"""The keys of threads: a thread moved to another key, or merged into another thread, still answers to its old one."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, delete, insert, select, update

from moderation.comment import Thread
from moderation.store.database.any_of import any_of
from moderation.store.database.bulk_sql import insert_many
from moderation.store.page_problems import PageProblemRepository
from moderation.store.tables import comments, old_keys, threads
from moderation.thread_key import other_slash


class ThreadKeyRepository:
    """Changes of threads' keys in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def move(self, thread: Thread, key: str, *, at: datetime) -> None:
        """Give a thread another key, which no thread has. An old key, even another thread's, becomes its own."""
        self._connection.execute(delete(old_keys).where(old_keys.c.site_id == thread.site_id, old_keys.c.key == key))
        self._connection.execute(
            update(threads)
            .where(threads.c.id == thread.id)
            .values(key=key, version=threads.c.version + 1, changed_at=_changed_at(thread, at=at))
        )
        self._remember(thread, thread.id)
        self.lead_here(thread, {other_slash(key)} - {key})

    def lead_here(self, thread: Thread, keys: Collection[str]) -> None:
        """Let these keys lead to a thread, except those that a thread has or that lead to one already."""
        lead_keys(self._connection, {(thread.site_id, key): thread.id for key in keys})

    def move_comments(self, thread: Thread, into: Thread) -> None:
        """Put all comments of one thread under another."""
        self._connection.execute(update(comments).where(comments.c.thread_id == thread.id).values(thread_id=into.id))

    def merge(self, thread: Thread, into: Thread, *, at: datetime) -> None:
        """Put what one thread still has under another, and let its keys lead there. The row of the first is gone.

        Call `move_comments` before the entry in the audit trail: decisions lock comments, the trail and then threads.
        """
        self._connection.execute(select(threads.c.id).where(threads.c.id == thread.id).with_for_update())
        self.move_comments(thread, into)  # those that came in meanwhile; the lock keeps out any more
        self._connection.execute(update(old_keys).where(old_keys.c.thread_id == thread.id).values(thread_id=into.id))
        PageProblemRepository(self._connection).move(thread.id, into.id)
        self._connection.execute(delete(threads).where(threads.c.id == thread.id))
        self._remember(thread, into.id)
        changed = {
            "version": threads.c.version + 1,
            "changed_at": _changed_at(into, at=at) or _changed_at(thread, at=at),
            "kept_open": (into.kept_open or thread.kept_open) and into.closed_at is None,
            "created_at": min(each.created_at for each in (into, thread) if each.created_at),
        }
        self._connection.execute(update(threads).where(threads.c.id == into.id).values(changed))

    def _remember(self, thread: Thread, thread_id: str) -> None:
        # Of two threads that began at once, with the last slash and without, each key leads to the other thread.
        same = and_(old_keys.c.site_id == thread.site_id, old_keys.c.key == thread.key)
        self._connection.execute(delete(old_keys).where(same))
        values = {"site_id": thread.site_id, "key": thread.key, "thread_id": thread_id}
        self._connection.execute(insert(old_keys).values(values))


def lead_keys(connection: Connection, thread_ids: Mapping[tuple[str, str], str]) -> None:
    """Let keys, each with its site, lead to threads, except those that a thread has or that lead to one already."""
    if not thread_ids:
        return
    site_ids, keys = zip(*thread_ids, strict=True)
    of_these = (any_of(threads.c.site_id, set(site_ids)), any_of(threads.c.key, set(keys)))
    taken = connection.execute(select(threads.c.site_id, threads.c.key).where(*of_these))
    free = thread_ids.keys() - {(row.site_id, row.key) for row in taken}
    rows = [{"site_id": place[0], "key": place[1], "thread_id": thread_ids[place]} for place in sorted(free)]
    insert_many(connection, old_keys, rows, keep=("site_id", "key"))


def _changed_at(thread: Thread, *, at: datetime) -> datetime | None:
    """A thread that was never published stays so."""
    return max(thread.changed_at, at) if thread.changed_at else None
