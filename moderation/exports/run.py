"""Reads a site for an export, page by page, and puts the export on record."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Protocol, TypeVar

from moderation.audit import AuditEvent
from moderation.exports.contents import Contents, ExportedComment, ExportedThread
from moderation.site import Site
from moderation.store import Store, UnitOfWork

T = TypeVar("T")


class Read(Protocol):
    """Runs a look into the database: all looks in one transaction, or each in its own."""

    def __call__(self, look: Callable[[UnitOfWork], T]) -> T:
        """What the look finds."""


def record_export(store: Store, site_id: str, *, format: str, with_emails: bool, by_id: str, at: datetime) -> None:
    """Write into the audit trail who exports a site, and whether with e-mail addresses. Raises NotFound."""
    event = AuditEvent(at, by_id, "site.exported", site_id, {"format": format, "emails": with_emails})
    store.write(lambda uow: uow.audit.append(uow.sites.get(site_id).id, [event]))


def contents_of(uow: UnitOfWork, site: Site, *, with_emails: bool, at: datetime) -> Contents:
    """All of a site at one moment. Read it before the transaction ends."""
    return _contents(lambda look: look(uow), site, with_emails=with_emails, at=at)


def contents_in_pages(store: Store, site: Site, *, with_emails: bool, at: datetime) -> Contents:
    """All of a site, read in many short transactions, for a reader who may be slow. What changes meanwhile may be in
    it or not."""

    def read(look: Callable[[UnitOfWork], Any]) -> Any:
        with store.read() as uow:
            return look(uow)

    return _contents(read, site, with_emails=with_emails, at=at)


def _contents(read: Read, site: Site, *, with_emails: bool, at: datetime) -> Contents:
    return Contents(
        site=site,
        threads=_threads(read, site.id),
        comments=_comments(read, site.id, with_emails=with_emails),
        in_thread=lambda thread_id: read(lambda uow: uow.exports.comments_in(thread_id, with_emails=with_emails)),
        at=at,
    )


def _threads(read: Read, site_id: str) -> Iterator[ExportedThread]:
    after = ""
    while page := read(lambda uow, after=after: uow.exports.threads(site_id, after=after)):  # type: ignore[misc]
        yield from page
        after = page[-1].thread.key


def _comments(read: Read, site_id: str, *, with_emails: bool) -> Iterator[ExportedComment]:
    after = ""
    while page := read(
        lambda uow, after=after: uow.exports.comments(site_id, with_emails=with_emails, after=after)  # type: ignore[misc]
    ):
        yield from page
        after = page[-1].comment.id
