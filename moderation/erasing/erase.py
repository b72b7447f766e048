"""Erases what people wrote: comments, and all of one person. `remove_site.py` removes a site.

A tombstone stays of each comment, and what was erased is put on a list (`moderation/erasing/erasures.py`).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from moderation.account_admin import INSTALLATION
from moderation.audit import AuditEvent
from moderation.comment import Comment, Status
from moderation.erasing.erasures import Erasure, Kind
from moderation.errors import NotFound
from moderation.ids import new_id
from moderation.near_duplicates import SKETCH_DAYS
from moderation.process import failpoints
from moderation.senders import end_sender_rule
from moderation.store import Store, UnitOfWork
from moderation.webhooks.events import erased_event

AT_ONCE = 200
"""How many comments one transaction erases; in between others can write."""

PassagesOf = Callable[[Sequence[str]], Collection[int]]
"""The passages of some texts, by which their sketches are found: `models.near_duplicates.passages_of`."""


class Cause(StrEnum):
    """Why something was erased, as the audit trail has it."""

    MODERATOR = "moderator"
    PERSON = "person"
    REPLAY = "replay"


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was erased of a person: comments, and texts that were only checked."""

    comments: int = 0
    checks: int = 0


def erase_comment(
    store: Store, comment_id: str, passages_of: PassagesOf, *, sites: Collection[str], by_id: str, at: datetime
) -> Comment:
    """Erase one comment. sites: those whose comments the caller may erase. Returns it as it was. Raises NotFound."""

    def work(uow: UnitOfWork) -> list[Comment]:
        if any(comment.site_id not in sites for comment in uow.erasures.lock([comment_id])):
            return []
        return erase_comments(uow, [comment_id], passages_of, cause=Cause.MODERATOR, by_id=by_id, at=at)

    for comment in store.write(work):
        return comment
    raise NotFound("comment", comment_id)


def erase_comments(
    uow: UnitOfWork, comment_ids: Sequence[str], passages_of: PassagesOf, *, cause: Cause, by_id: str, at: datetime
) -> list[Comment]:
    """Erase those of the comments that are still there; returns them as they were. At most AT_ONCE of them."""
    found = uow.erasures.lock(comment_ids)
    uow.erasures.erase([comment.id for comment in found], at=at)
    if cause is not Cause.REPLAY:
        uow.erasures.note(Erasure(Kind.COMMENT, comment.id, at) for comment in found)
    for site_id, theirs in sorted(_by_site(found).items()):
        uow.audit.append(site_id, [AuditEvent(at, by_id, "comment.erased", c.id, {"cause": cause}) for c in theirs])
    uow.lessons.erase([comment.id for comment in found])  # after the audit trail, as decisions do
    published = {comment.thread.id for comment in found if _is_seen(comment)}
    uow.threads.touch(published, at=at)
    uow.deliveries.announce([erased_event(comment, at=at) for comment in found])
    for site_id, theirs in _by_site(found).items():
        sketched = [c.body for c in theirs if at - c.received_at < timedelta(days=SKETCH_DAYS + 1)]
        if sketched:
            uow.erasures.forget_passages(site_id, passages_of(sketched))
    return found


def erase_author(
    store: Store,
    email_key: bytes,
    passages_of: PassagesOf,
    *,
    sites: Collection[str] | None,
    cause: Cause = Cause.MODERATOR,
    with_rules: bool = False,
    by_id: str,
    at: datetime,
) -> Erased:
    """Erase all that the author with this key wrote until now. sites: None for the whole installation.

    with_rules: whether rules about the author end too; they hold a digest of the address, which is deleted then.
    It is put on record and on the list first, so that the next start goes on when this is broken off.
    """

    def begin(uow: UnitOfWork) -> None:
        _begin(uow, email_key, sites, cause=cause, by_id=by_id, at=at)
        if with_rules:  # at once, because the list of erasures does not know of it
            _end_rules(uow, email_key, sites, by_id=by_id, at=at)

    store.write(begin)
    failpoints.reach("erasure.after_note")
    return erase_by_key(store, email_key, passages_of, sites=sites, cause=cause, by_id=by_id, at=at)


def erase_by_key(
    store: Store,
    email_key: bytes,
    passages_of: PassagesOf,
    *,
    sites: Collection[str] | None,
    cause: Cause,
    by_id: str,
    at: datetime,
    until: datetime | None = None,
) -> Erased:
    """Erase what the author with this key wrote by then, some at a time."""

    store.write(lambda uow: uow.readers.forget_author(email_key, sites_of=sites, at=at))

    def some_comments(uow: UnitOfWork) -> int:
        ids = uow.erasures.comments_by(email_key, sites_of=sites, until=until or at, limit=AT_ONCE)
        return len(erase_comments(uow, ids, passages_of, cause=cause, by_id=by_id, at=at))

    def some_checks(uow: UnitOfWork) -> int:
        return uow.checks.purge_author(email_key, sites_of=sites, until=until or at, at=at)

    erased = Erased(_repeat(store, some_comments), _repeat(store, some_checks))
    store.write(lambda uow: uow.lessons.erase_author(email_key, sites_of=sites))  # also of what was destroyed before
    return erased


def _begin(
    uow: UnitOfWork, key: bytes, sites: Collection[str] | None, *, cause: Cause, by_id: str, at: datetime
) -> None:
    """The entries name no address and no digest: whoever reads the trail need not know whom it was about."""
    request = new_id("ers", at=at)
    for site_id in [INSTALLATION] if sites is None else sorted(sites):
        uow.audit.append(site_id, [AuditEvent(at, by_id, "person.erased", request, {"cause": cause})])
    digests = [key.hex()] if sites is None else [f"{site_id}/{key.hex()}" for site_id in sites]
    uow.erasures.note(Erasure(Kind.PERSON, digest, at) for digest in digests)


def _end_rules(uow: UnitOfWork, key: bytes, sites: Collection[str] | None, *, by_id: str, at: datetime) -> None:
    for rule in uow.sender_rules.of_author(key, sites_of=sites):
        end_sender_rule(uow, rule.id, by_id=by_id, at=at)


def _repeat(store: Store, work: Callable[[UnitOfWork], int]) -> int:
    count = 0
    while some := store.write(work):
        count += some
        failpoints.reach("erasure.after_batch")
    return count


def _is_seen(comment: Comment) -> bool:
    """Whether readers see the comment, its text before an edit, or that it was withdrawn."""
    return comment.status is Status.APPROVED or comment.public_body is not None


def _by_site(found: Sequence[Comment]) -> dict[str, list[Comment]]:
    by_site: dict[str, list[Comment]] = defaultdict(list)
    for comment in found:
        by_site[comment.site_id].append(comment)
    return by_site
