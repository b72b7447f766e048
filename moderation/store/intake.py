"""Intake: looks up what a group of submissions refers to and inserts them, with a few statements for all."""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    literal,
    literal_column,
    null,
    select,
    union_all,
    update,
)

from moderation.comment import Comment, Submission
from moderation.store.database.any_of import any_of
from moderation.store.database.bulk_sql import insert_many
from moderation.store.database.upserts import UPSERTS
from moderation.store.destinations import IS_ENABLED
from moderation.store.endpoints import JOINED, wants
from moderation.store.tables import comments, destinations, old_keys, tallies, threads
from moderation.webhooks.events import EventType

TALLY_SHARDS = 8


@dataclass(frozen=True, slots=True)
class Digests:
    """The keyed digests of one submission, computed before the transaction to keep it short."""

    idempotency_key: bytes | None
    idempotency_digest: bytes | None
    email_key: bytes
    domain_key: bytes | None
    text_key: bytes
    email_sealed: bytes | None


class NewComment(NamedTuple):
    """A comment to store, with the id of its thread, which the same transaction looked up or created."""

    comment: Comment
    digests: Digests
    thread_id: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """A stored comment with an idempotency key, and the digest of its content."""

    comment_id: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class IntakeContext:
    """What the database has for a group of submissions, read with one statement.

    earlier: by site and idempotency key. thread_ids: by site and thread key; new threads are missing.
    moved: the present key of threads that had one of these keys before they were moved.
    described: for each of these threads, whether its page's address and title are known.
    thread_of: thread ids by parent id. listening: sites with an endpoint for new comments.
    """

    earlier: Mapping[tuple[str, bytes], Earlier]
    thread_ids: dict[tuple[str, str], str]
    moved: Mapping[tuple[str, str], str]
    described: Mapping[tuple[str, str], tuple[bool, bool]]
    thread_of: Mapping[str, str]
    listening: frozenset[str]

    def earlier_of(self, site_id: str, idempotency_key: bytes | None) -> Earlier | None:
        """The stored comment with this key, if there is one."""
        return self.earlier.get((site_id, idempotency_key)) if idempotency_key else None

    def has_parent(self, site_id: str, submission: Submission) -> bool:
        """Whether the parent is in the same thread; True when there is no parent."""
        if not submission.parent:
            return True
        thread_id = self.thread_of.get(submission.parent)
        return thread_id is not None and thread_id == self.thread_ids.get((site_id, submission.thread.key))


class IntakeRepository:
    """Lookups and inserts of intake, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._shard = secrets.randbelow(TALLY_SHARDS)  # one for the whole transaction, so that it locks one row

    def load_context(
        self,
        site_ids: Iterable[str],
        *,
        idempotency_keys: Iterable[bytes],
        thread_keys: Iterable[str],
        parents: Iterable[str],
    ) -> IntakeContext:
        """Look up these keys, threads and parents on these sites, and whether endpoints want new comments."""
        parameters = {
            "sites": list(site_ids),
            "idempotency_keys": list(idempotency_keys),
            "thread_keys": list(thread_keys),
            "parents": list(parents),
        }
        found: dict[str, list[Sequence[Any]]] = {
            "earlier": [],
            "thread": [],
            "moved": [],
            "parent": [],
            "listener": [],
        }
        for row in self._connection.execute(_LOOK_UP, parameters):
            found[row[0]].append(row)  # by position below: access by name would take longer than the query
        return IntakeContext(
            earlier={(site, key): Earlier(id, digest) for _, site, id, _, key, digest, *_ in found["earlier"]},
            thread_ids={(row[1], row[3]): row[2] for row in (*found["thread"], *found["moved"])},
            moved={(row[1], row[3]): row[8] for row in found["moved"]},
            described={(row[1], row[3]): (row[6], row[7]) for row in found["thread"]},
            thread_of={id: thread for _, _, id, thread, *_ in found["parent"]},
            listening=frozenset(row[1] for row in found["listener"]),
        )

    def add(self, new_comments: Sequence[NewComment]) -> set[str]:
        """Store new comments and count them as accepted. Returns the ids of those that were stored.

        A comment is left out if its idempotency key was stored meanwhile, by this group or another process.
        """
        in_order = sorted(new_comments, key=_place)  # one order in all processes, so they cannot deadlock over keys
        values = [_columns(each) for each in in_order]
        added = insert_many(self._connection, comments, values, keep=("site_id", "idempotency_key"))
        stored = {each.comment.id for each in new_comments}
        if added != len(new_comments):
            stored = set(self._connection.scalars(select(comments.c.id).where(comments.c.id.in_(stored))))
        self.count_accepted(Counter(each.comment.site_id for each in new_comments if each.comment.id in stored))
        return stored

    def mark_as_site(self, comment_id: str, *, at: datetime) -> None:
        """This comment is the site's own answer; it needs no score."""
        marked = update(comments).where(comments.c.id == comment_id).values(by_site=True, scored_at=at)
        self._connection.execute(marked)

    def count_accepted(self, counts: Mapping[str, int]) -> None:
        """Count new comments, by site, in a separate table, so that a comment that disappears is noticed."""
        if counts:
            values = [
                {"site_id": site_id, "shard": self._shard, "accepted": counts[site_id]} for site_id in sorted(counts)
            ]
            self._connection.execute(_COUNT_ACCEPTED[self._connection.dialect.name], values)


def _place(new: NewComment) -> tuple[str, bytes]:
    return new.comment.site_id, new.digests.idempotency_key or b""


def _columns(new: NewComment) -> dict[str, Any]:
    comment, digests, thread_id = new
    return {
        "id": comment.id,
        "site_id": comment.site_id,
        "thread_id": thread_id,
        "parent_id": comment.parent_id or None,
        "name": comment.name,
        "email_sealed": digests.email_sealed,
        "email_key": digests.email_key,
        "domain_key": digests.domain_key,
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


_EARLIER = select(
    literal_column("'earlier'").label("what"),
    comments.c.site_id,
    comments.c.id,
    null().label("thread"),
    comments.c.idempotency_key,
    comments.c.idempotency_digest.label("digest"),
    null().label("has_url"),
    null().label("has_title"),
    null().label("present_key"),
).where(any_of(comments.c.site_id, "sites"), any_of(comments.c.idempotency_key, "idempotency_keys"))
_THREAD = select(
    literal_column("'thread'"),
    threads.c.site_id,
    threads.c.id,
    threads.c.key,
    null(),
    null(),
    threads.c.url != literal_column("''"),
    threads.c.title != literal_column("''"),
    null(),
).where(any_of(threads.c.site_id, "sites"), any_of(threads.c.key, "thread_keys"))
_MOVED = (
    select(
        literal_column("'moved'"),
        old_keys.c.site_id,
        old_keys.c.thread_id,
        old_keys.c.key,
        *(null(),) * 4,
        threads.c.key,
    )
    .join(threads, threads.c.id == old_keys.c.thread_id)
    .where(any_of(old_keys.c.site_id, "sites"), any_of(old_keys.c.key, "thread_keys"))
)
_NOTHING = (null(),) * 5
_PARENT = select(
    literal_column("'parent'"), comments.c.site_id, comments.c.id, comments.c.thread_id, *_NOTHING
).where(any_of(comments.c.id, "parents"))
_LISTENER = (
    select(literal_column("'listener'"), destinations.c.site_id, null(), null(), *_NOTHING)
    .select_from(JOINED)
    .where(any_of(destinations.c.site_id, "sites"), IS_ENABLED, wants(literal(EventType.RECEIVED.value)))
)
_LOOK_UP = union_all(_EARLIER, _THREAD, _MOVED, _PARENT, _LISTENER)
"""Sites and keys are compared separately, because SQLite would not use its index for pairs."""
