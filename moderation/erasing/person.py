"""All that an installation has of one person, found by their e-mail address, and its export."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moderation.account_admin import INSTALLATION
from moderation.audit import AuditEvent
from moderation.comment import Comment, Email
from moderation.ids import new_id
from moderation.reasons import reason_named
from moderation.store import Store, UnitOfWork

READ_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Person:
    """What there is of one person. checks: how many of their texts were only checked and are still kept."""

    comments: tuple[Comment, ...]
    checks: int


def read_person(store: Store, email_key: bytes, *, sites: Collection[str] | None) -> Person:
    """All comments of the author with this key, oldest first, read some at a time. sites: None for all."""
    comments = tuple(_comments(store, email_key, sites))
    with store.read() as uow:
        return Person(comments, uow.checks.count_author(email_key, sites_of=sites))


def record_person_export(uow: UnitOfWork, *, sites: Collection[str] | None, by_id: str, at: datetime) -> None:
    """Write into the audit trail that somebody's data was exported. Not whose: the entry names no address."""
    request = new_id("exp", at=at)
    for site_id in [INSTALLATION] if sites is None else sorted(sites):
        uow.audit.append(site_id, [AuditEvent(at, by_id, "person.exported", request)])


def as_json(person: Person, email: Email | None, *, at: datetime) -> dict[str, Any]:
    """The export. email: only where whoever asked has named it."""
    return {
        "format": "rejoinder-person",
        "version": 1,
        "exported_at": _moment(at),
        **({"email": email.reveal()} if email else {}),
        "checked_texts": person.checks,
        "comments": [_comment(each) for each in person.comments],
    }


def _comment(comment: Comment) -> Mapping[str, Any]:
    return {
        "id": comment.id,
        "site": comment.site_id,
        "page": {"key": comment.thread.key, "url": comment.thread.url, "title": comment.thread.title},
        "answers": comment.parent_id or None,
        "name": comment.name,
        "website": comment.website,
        "body": comment.body,
        "network": comment.masked_address,
        "received_at": _moment(comment.received_at),
        "status": comment.status.value,
        "reason": reason_named(comment.reason).spec.public if comment.reason else None,
        "decided_at": _moment(comment.decided_at),
        "signals": sorted(comment.signals),
        "spam": comment.spam,
        "abuse": comment.abuse,
    }


def _comments(store: Store, email_key: bytes, sites: Collection[str] | None) -> Iterator[Comment]:
    after = ""
    while True:
        with store.read() as uow:
            ids = uow.erasures.comments_by(email_key, sites_of=sites, after=after, limit=READ_AT_ONCE)
            found = uow.comments.get_many(ids)
        yield from found
        if len(ids) < READ_AT_ONCE:
            return
        after = ids[-1]


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None
