"""Intake: what a group of submissions meets, and how they are written. A few statements for all of them."""

import json
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    CompoundSelect,
    Connection,
    LargeBinary,
    Row,
    any_,
    bindparam,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.sql import ColumnElement

from moderation.comment import Comment, Submission
from moderation.store.bulk import insert_many
from moderation.store.endpoints import IS_ENABLED, wants
from moderation.store.tables import comments, endpoints, tallies, threads
from moderation.store.upserts import UPSERTS
from moderation.webhooks import EventType

TALLY_SHARDS = 8


@dataclass(frozen=True, slots=True)
class Digests:
    """The keyed digests of one submission, made before the transaction so that the transaction stays short."""

    idempotency_key: bytes | None
    idempotency_digest: bytes | None
    email_key: bytes
    text_key: bytes
    email_sealed: bytes


@dataclass(frozen=True, slots=True)
class Earlier:
    """A comment that came with an idempotency key, and the digest of what was said."""

    comment_id: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is there already, for a whole group: one look, one statement.

    earlier: by site and idempotency key. thread_ids: by site and thread key; a new thread is not among them.
    thread_of: the threads of the parents. listening: the sites with an endpoint that wants to know of new comments.
    """

    earlier: Mapping[tuple[str, bytes], Earlier]
    thread_ids: dict[tuple[str, str], str]
    thread_of: Mapping[str, str]
    listening: frozenset[str]

    def earlier_of(self, site_id: str, idempotency_key: bytes | None) -> Earlier | None:
        """The comment that came with this key, if there was one."""
        return self.earlier.get((site_id, idempotency_key)) if idempotency_key else None

    def has_parent(self, site_id: str, submission: Submission) -> bool:
        """Whether the comment that this one answers is in its thread; True when it answers none."""
        if not submission.parent:
            return True
        thread_id = self.thread_of.get(submission.parent)
        return thread_id is not None and thread_id == self.thread_ids.get((site_id, submission.thread.key))


class IntakeRows:
    """What intake looks at and writes, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._shard = secrets.randbelow(TALLY_SHARDS)  # one for all of a transaction, which so waits for one row only

    def look_around(
        self,
        site_ids: Iterable[str],
        *,
        idempotency_keys: Iterable[bytes],
        thread_keys: Iterable[str],
        parents: Iterable[str],
    ) -> Surroundings:
        """What is known of these keys, threads and parents on these sites, and whether anybody listens."""
        dialect = self._connection.dialect.name
        asked = {
            "sites": _listed(site_ids, dialect),
            "idempotency_keys": _listed(idempotency_keys, dialect),
            "thread_keys": _listed(thread_keys, dialect),
            "parents": _listed(parents, dialect),
        }
        found: dict[str, list[Row[Any]]] = {"earlier": [], "thread": [], "parent": [], "listener": []}
        for row in self._connection.execute(_LOOK_AROUND[dialect], asked):
            found[row.what].append(row)
        return Surroundings(
            earlier={(row.site_id, row.idempotency_key): Earlier(row.id, row.digest) for row in found["earlier"]},
            thread_ids={(row.site_id, row.thread): row.id for row in found["thread"]},
            thread_of={row.id: row.thread for row in found["parent"]},
            listening=frozenset(row.site_id for row in found["listener"]),
        )

    def add(self, newcomers: Sequence[tuple[Comment, Digests]]) -> set[str]:
        """Store new comments and count them as accepted; give the ids of those that were stored.

        Left out is one whose idempotency key another one of them, or another process, stored this very moment.
        """
        in_order = sorted(newcomers, key=_place)  # two processes that wait for each other's keys wait in one order
        values = [_columns(*each) for each in in_order]
        added = insert_many(self._connection, comments, values, keep=("site_id", "idempotency_key"))
        stored = {comment.id for comment, _ in newcomers}
        if added != len(newcomers):
            stored = set(self._connection.scalars(select(comments.c.id).where(comments.c.id.in_(stored))))
        self._count_accepted([comment for comment, _ in newcomers if comment.id in stored])
        return stored

    def _count_accepted(self, accepted: Sequence[Comment]) -> None:
        """A tally of its own, apart from the comments, so that a comment that vanished would be noticed."""
        counts = Counter(comment.site_id for comment in accepted)
        if counts:
            values = [
                {"site_id": site_id, "shard": self._shard, "accepted": counts[site_id]} for site_id in sorted(counts)
            ]
            self._connection.execute(_COUNT_ACCEPTED[self._connection.dialect.name], values)


def _place(newcomer: tuple[Comment, Digests]) -> tuple[str, bytes]:
    comment, digests = newcomer
    return comment.site_id, digests.idempotency_key or b""


def _columns(comment: Comment, digests: Digests) -> dict[str, Any]:
    return {
        "id": comment.id,
        "site_id": comment.site_id,
        "thread_id": comment.thread.id,
        "parent_id": comment.parent_id or None,
        "name": comment.name,
        "email_sealed": digests.email_sealed,
        "email_key": digests.email_key,
        "website": comment.website,
        "body": comment.body,
        "text_key": digests.text_key,
        "masked_address": comment.masked_address,
        "signals": sorted(comment.signals),
        "idempotency_key": digests.idempotency_key,
        "idempotency_digest": digests.idempotency_digest if digests.idempotency_key else None,
        "received_at": comment.received_at,
        "status": comment.status.value,
        "revision": comment.revision,
        "reason": comment.reason,
        "near_copies": 0,
        "attempts": 0,
    }


_COUNT_ACCEPTED = {}
for _name, _upsert in UPSERTS.items():
    _counted = _upsert(tallies)
    _COUNT_ACCEPTED[_name] = _counted.on_conflict_do_update(
        index_elements=["site_id", "shard"], set_={"accepted": tallies.c.accepted + _counted.excluded.accepted}
    )


def _listed(values: Iterable[Any], dialect: str) -> Any:
    """Many values as one parameter: a statement that names each of them would be another for each number of them."""
    if dialect == "postgresql":
        return list(values)
    return json.dumps([value.hex() if isinstance(value, bytes) else value for value in values])


def _among(column: Column[Any], name: str, dialect: str) -> ColumnElement[bool]:
    """Whether the column's value is in the list with this name, as `_listed` gives it."""
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=ARRAY(column.type)))
    value = func.json_each(bindparam(name)).table_valued("value").c.value
    return column.in_(select(func.unhex(value) if isinstance(column.type, LargeBinary) else value))


def _look_around(dialect: str) -> CompoundSelect[Any]:
    """Sites and keys are looked for apart, for SQLite would look for pairs of them without its index."""
    on_sites = partial(_among, name="sites", dialect=dialect)
    earlier = select(
        literal_column("'earlier'").label("what"),
        comments.c.site_id,
        comments.c.id,
        null().label("thread"),
        comments.c.idempotency_key,
        comments.c.idempotency_digest.label("digest"),
    ).where(on_sites(comments.c.site_id), _among(comments.c.idempotency_key, "idempotency_keys", dialect))
    thread = select(literal_column("'thread'"), threads.c.site_id, threads.c.id, threads.c.key, null(), null()).where(
        on_sites(threads.c.site_id), _among(threads.c.key, "thread_keys", dialect)
    )
    parent = select(
        literal_column("'parent'"), comments.c.site_id, comments.c.id, comments.c.thread_id, null(), null()
    ).where(_among(comments.c.id, "parents", dialect))
    listener = select(literal_column("'listener'"), endpoints.c.site_id, null(), null(), null(), null()).where(
        on_sites(endpoints.c.site_id), IS_ENABLED, wants(literal(EventType.RECEIVED.value))
    )
    return union_all(earlier, thread, parent, listener)


_LOOK_AROUND = {dialect: _look_around(dialect) for dialect in UPSERTS}
