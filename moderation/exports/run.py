"""Reads a site for an export, and puts the export on record."""

from datetime import datetime

from moderation.audit import AuditEvent
from moderation.exports.contents import Contents
from moderation.site import Site
from moderation.store import Store, UnitOfWork


def record_export(store: Store, site_id: str, *, format: str, with_emails: bool, by_id: str, at: datetime) -> None:
    """Write into the audit trail who exports a site, and whether with e-mail addresses. Raises NotFound."""
    event = AuditEvent(at, by_id, "site.exported", site_id, {"format": format, "emails": with_emails})
    store.write(lambda uow: uow.audit.append(uow.sites.get(site_id).id, [event]))


def contents_of(uow: UnitOfWork, site: Site, *, with_emails: bool, at: datetime) -> Contents:
    """All of a site. Read it before the transaction ends."""
    return Contents(
        site=site,
        threads=uow.exports.threads(site.id),
        comments=uow.exports.comments(site.id, with_emails=with_emails),
        in_thread=lambda thread_id: uow.exports.comments_in(thread_id, with_emails=with_emails),
        at=at,
    )
