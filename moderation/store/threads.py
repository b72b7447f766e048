"""Threads: look up, create and close them, and read their public comments."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, func, literal, or_, select, union_all, update

from moderation.comment import PublicComment, Thread, ThreadRef
from moderation.conversation import Place
from moderation.errors import NotFound
from moderation.ids import new_id
from moderation.store.database.any_of import any_of
from moderation.store.database.upserts import UPSERTS
from moderation.store.database.utc_timestamp import UtcTimestamp
from moderation.store.tables import IS_TRACED, LIVE, TRACED, comments, old_keys, threads
from moderation.store.thread_keys import lead_keys
from moderation.thread_key import other_slash


class ThreadRepository:
    """The threads table in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, site_id: str, ref: ThreadRef, *, at: datetime) -> str:
        """The id of the thread with this key; creates it if it is new. Safe against concurrent creation."""
        return self.begin_many([(site_id, ref)], at=at)[site_id, ref.key]

    def begin_many(self, refs: Iterable[tuple[str, ThreadRef]], *, at: datetime) -> dict[tuple[str, str], str]:
        """The ids of threads by site and key; creates new ones. The pairs of site and key must be distinct.

        A thread also answers to its key with, or without, the last slash, as if it had moved from there.
        """
        asked = {_place(each): each for each in refs}
        twins = {place: (place[0], other_slash(place[1])) for place in asked}
        first = {place: min(place, twin) if twin in asked else place for place, twin in twins.items()}
        values = [_new_thread(*asked[place], at=at) for place in sorted(set(first.values()))]
        begun = self._connection.execute(_BEGIN[self._connection.dialect.name], values)
        ids = {(each["site_id"], each["key"]): each["id"] for each in values}
        if begun.rowcount != len(values):
            ids = {place: self.get(*place).id for place in ids}
        others = {twins[place]: thread_id for place, thread_id in ids.items() if twins[place] != place}
        lead_keys(self._connection, others)
        return {place: ids[first[place]] for place in asked}

    def get(self, site_id: str, key: str) -> Thread:
        """The thread with this key, or that had it before it was moved. Raises NotFound."""
        found = self.find(site_id, key)
        if found is None:
            raise NotFound("thread", key)
        return found

    def find(self, site_id: str, key: str) -> Thread | None:
        """The thread with this key, or that had it before it was moved; None before its first comment."""
        row = self._connection.execute(_BY_KEY, {"of_site": site_id, "with_key": key}).one_or_none()
        return None if row is None else thread_from(row)

    def find_many(self, site_id: str, keys: Iterable[str]) -> dict[str, Thread]:
        """Those of the threads that have these keys, or had them before they were moved, by these keys."""
        parameters = {"of_site": site_id, "keys": sorted(keys)}
        moved = {row.old_key: thread_from(row) for row in self._connection.execute(_BY_OLD_KEYS, parameters)}
        return moved | {row.key: thread_from(row) for row in self._connection.execute(_BY_KEYS, parameters)}

    def complete(self, refs: Mapping[str, ThreadRef]) -> None:
        """Fill in missing addresses and titles of pages, by thread id; known ones stay."""
        values = [{"thread": id, "new_url": refs[id].url, "new_title": refs[id].title} for id in sorted(refs)]
        self._connection.execute(_COMPLETE, values)

    def describe(self, thread_id: str, page: Mapping[str, str], *, at: datetime) -> None:
        """Replace the address or title of a thread's page. page: its `url`, its `title`, or both."""
        changed = {**page, "changed_at": _CHANGED_IF_PUBLISHED}
        self._connection.execute(update(threads).where(threads.c.id == thread_id).values(changed), {"now": at})

    def close(self, thread_id: str, *, is_closed: bool, is_kept_open: bool = False, at: datetime) -> None:
        """Close a thread as of this time, or open it again. is_kept_open: an open one stays so whatever its age."""
        changed = {
            "closed_at": at if is_closed else None,
            "kept_open": is_kept_open and not is_closed,
            "version": threads.c.version + 1,
            "changed_at": _CHANGED_IF_PUBLISHED,
        }
        self._connection.execute(update(threads).where(threads.c.id == thread_id).values(changed), {"now": at})

    def count_too_old(self, site_id: str, *, began_by: datetime) -> int:
        """How many threads of the site began by then and are open, but for a limit of their age."""
        is_it = (threads.c.site_id == site_id, threads.c.created_at <= began_by, threads.c.kept_open.is_(False))
        return self._connection.scalar(select(func.count()).where(*is_it, threads.c.closed_at.is_(None))) or 0

    def date_back(self, first_at: Mapping[str, datetime]) -> None:
        """Let threads begin with these comments, by thread id, where they are older than the first one so far."""
        values = [{"thread": id, "first": first_at[id]} for id in sorted(first_at)]
        if values:
            self._connection.execute(_DATE_BACK, values)

    def touch(self, thread_ids: Iterable[str], *, at: datetime) -> None:
        """Raise the versions of threads whose public comments changed, so that they are rendered again."""
        ids = set(thread_ids)
        if ids:
            self._connection.execute(_RENEW.where(any_of(threads.c.id, ids)), {"now": at})

    def outline(self, thread_id: str) -> list[Place]:
        """All public comments of the thread in order of arrival, not in reply order, without their texts.

        Those that were withdrawn after readers had seen them are among them.
        """
        rows = self._connection.execute(_OUTLINE, {"thread": thread_id})
        return [Place(id, parent or "", is_withdrawn=status == "rejected") for id, parent, status, _ in rows]

    def public_comments(self, places: Iterable[Place]) -> list[PublicComment]:
        """The comments at these places, in their order. One that is not public any more is left out."""
        wanted = list(places)
        rows = self._connection.execute(_PUBLIC, {"ids": [place.id for place in wanted]})
        found = {row.id: row for row in rows}
        return [_public_from(found[place.id], place) for place in wanted if place.id in found]

    def path_to(self, comment_id: str, *, depth: int) -> list[str]:
        """The ids of at most `depth` ancestors, then of the comment, public or not. Empty if there is none."""
        rows = self._connection.execute(_PATH, {"last": comment_id, "depth": depth})
        return [row.id for row in rows]


_BEGIN = {
    name: upsert(threads)
    .on_conflict_do_nothing(index_elements=["site_id", "key"])
    .execution_options(preserve_rowcount=True)
    for name, upsert in UPSERTS.items()
}


def _id_by_key(table: Any, column: Any) -> Any:
    is_it = (table.c.site_id == bindparam("of_site"), table.c.key == bindparam("with_key"))
    return select(column).where(*is_it).scalar_subquery()


_named = threads.alias()
_BY_KEY = select(threads).where(
    threads.c.id == func.coalesce(_id_by_key(_named, _named.c.id), _id_by_key(old_keys, old_keys.c.thread_id))
)
"""Built once, because every page view runs it."""
_BY_KEYS = select(threads).where(threads.c.site_id == bindparam("of_site"), any_of(threads.c.key, "keys"))
_BY_OLD_KEYS = (
    select(old_keys.c.key.label("old_key"), threads)
    .join(threads, threads.c.id == old_keys.c.thread_id)
    .where(old_keys.c.site_id == bindparam("of_site"), any_of(old_keys.c.key, "keys"))
)

_COMPLETE = (
    update(threads)
    .where(threads.c.id == bindparam("thread"))
    .values(
        url=case((threads.c.url == "", bindparam("new_url")), else_=threads.c.url),
        title=case((threads.c.title == "", bindparam("new_title")), else_=threads.c.title),
    )
)

_FIRST = bindparam("first", type_=UtcTimestamp())
_DATE_BACK = (
    update(threads)
    .where(threads.c.id == bindparam("thread"), threads.c.created_at > _FIRST)
    .values(created_at=_FIRST)
)

_place_columns = (comments.c.id, comments.c.parent_id, comments.c.status, comments.c.received_at)
_in_thread = (comments.c.thread_id == bindparam("thread"), LIVE)
_approved = select(*_place_columns).where(*_in_thread, comments.c.status == "approved")
_traced = select(*_place_columns).where(*_in_thread, TRACED, or_(*IS_TRACED))
_outline = union_all(_approved, _traced).subquery()
_OUTLINE = select(*_outline.c).order_by(_outline.c.received_at, _outline.c.id)
_PUBLIC = select(
    comments.c.id,
    comments.c.name,
    comments.c.website,
    case((comments.c.status == "approved", comments.c.body), else_=comments.c.public_body).label("body"),
    comments.c.received_at,
    comments.c.status,
    comments.c.by_site,
).where(any_of(comments.c.id, "ids"), LIVE, or_(comments.c.status == "approved", *IS_TRACED))

_LAST = select(comments.c.id, comments.c.parent_id, literal(0).label("steps")).where(
    comments.c.id == bindparam("last")
)
_up = _LAST.cte("up", recursive=True)
_up = _up.union_all(
    select(comments.c.id, comments.c.parent_id, _up.c.steps + 1)
    .join(_up, comments.c.id == _up.c.parent_id)
    .where(_up.c.steps < bindparam("depth"))
)
_PATH = select(_up.c.id).order_by(_up.c.steps.desc())

_NOW = bindparam("now", type_=UtcTimestamp())
_CHANGED = case((threads.c.changed_at > _NOW, threads.c.changed_at), else_=_NOW)
"""Never back in time: of two changes, the one that was stamped first may be written last."""

_CHANGED_IF_PUBLISHED = case((threads.c.changed_at.is_not(None), _CHANGED), else_=None)
_RENEW = update(threads).values(version=threads.c.version + 1, changed_at=_CHANGED)


def _public_from(row: Any, place: Place) -> PublicComment:
    if row.status == "rejected":
        return PublicComment(
            row.id, "", "", "", at=row.received_at, parent=place.parent, depth=place.depth, is_withdrawn=True
        )
    return PublicComment(
        row.id,
        row.name,
        row.website,
        row.body,
        at=row.received_at,
        parent=place.parent,
        depth=place.depth,
        by_site=bool(row.by_site),
    )


def thread_from(row: Row[Any]) -> Thread:
    """One row of `threads`."""
    return Thread(
        id=row.id,
        site_id=row.site_id,
        key=row.key,
        url=row.url,
        title=row.title,
        version=row.version,
        closed_at=row.closed_at,
        changed_at=row.changed_at,
        created_at=row.created_at,
        kept_open=row.kept_open,
    )


def _place(new: tuple[str, ThreadRef]) -> tuple[str, str]:
    """One order in all processes, so that they cannot deadlock over new threads."""
    site_id, ref = new
    return site_id, ref.key


def _new_thread(site_id: str, ref: ThreadRef, *, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id("thr", at=at),
        "site_id": site_id,
        "key": ref.key,
        "url": ref.url,
        "title": ref.title,
        "version": 0,
        "created_at": at,
    }
