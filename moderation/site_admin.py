"""What people do to a site besides deciding: to the site itself, its policy, its threads, its endpoints.

Each act is one function and writes its own entry in the audit trail, so that no caller can forget it. It works on the
rows of its caller's transaction, so several can share one, and what fails leaves no entry.
"""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime

from moderation.audit import AuditEvent
from moderation.comment import Comment, Email, Thread, ThreadRef
from moderation.policy import Policy
from moderation.site import Site
from moderation.store import UnitOfWork
from moderation.webhooks.endpoint import Endpoint
from moderation.webhooks.events import EventType


def add_site(uow: UnitOfWork, site: Site, *, by_id: str, at: datetime) -> None:
    """Moderate the comments of a new site here."""
    uow.sites.add(site, at=at)
    detail = {"origins": list(site.origins)}
    uow.audit.append(site.id, [AuditEvent(at, by_id, "site.added", site.id, detail)])


def change_site(uow: UnitOfWork, site: Site, *, by_id: str, at: datetime) -> None:
    """Give a site another name or other origins."""
    uow.sites.change(site)
    detail = {"origins": list(site.origins)}
    uow.audit.append(site.id, [AuditEvent(at, by_id, "site.changed", site.id, detail)])


def replace_policy(uow: UnitOfWork, site_id: str, policy: Policy, *, by_id: str, at: datetime) -> None:
    """Let the site decide so, from the next score on. Raises NotFound."""
    site = uow.sites.get(site_id)
    uow.sites.change(replace(site, policy=policy))
    detail = {"changed": _differences(site.policy, policy)}
    uow.audit.append(site_id, [AuditEvent(at, by_id, "policy.changed", site_id, detail)])


def close_thread(uow: UnitOfWork, site_id: str, key: str, *, is_closed: bool, by_id: str, at: datetime) -> Thread:
    """Close a page's comments, or open them again. The page need not have any comments yet."""
    thread_id = _thread_id(uow, site_id, key, at=at)
    action = "thread.closed" if is_closed else "thread.opened"
    # The trail before the thread, as in record.py: two transactions that lock both must not wait for each other.
    uow.audit.append(site_id, [AuditEvent(at, by_id, action, thread_id)])
    uow.threads.close(thread_id, at=at if is_closed else None)
    return uow.threads.get(site_id, key)


def describe_thread(
    uow: UnitOfWork, site_id: str, key: str, *, url: str = "", title: str = "", by_id: str, at: datetime
) -> Thread:
    """Give a page another address or another title; what is left out stays. It need not have any comments yet."""
    thread_id = _thread_id(uow, site_id, key, at=at)
    told = {name: text for name, text in (("url", url), ("title", title)) if text}
    uow.audit.append(site_id, [AuditEvent(at, by_id, "thread.changed", thread_id, {"changed": sorted(told)})])
    uow.threads.describe(thread_id, told)
    return uow.threads.get(site_id, key)


def add_endpoint(
    uow: UnitOfWork, site_id: str, *, url: str, events: Sequence[EventType], by_id: str, at: datetime
) -> tuple[Endpoint, str]:
    """Add an endpoint. Returns it with its secret. url, events: already validated by `webhooks.endpoint`.

    Raises NotFound for the site.
    """
    endpoint, secret = uow.endpoints.add(uow.sites.get(site_id).id, url=url, events=events, at=at)
    uow.audit.append(site_id, [AuditEvent(at, by_id, "endpoint.added", endpoint.id)])
    return endpoint, secret


def change_endpoint(
    uow: UnitOfWork,
    site_id: str,
    endpoint_id: str,
    *,
    url: str = "",
    events: Sequence[EventType] = (),
    by_id: str,
    at: datetime,
) -> Endpoint:
    """Send elsewhere, or other events; what is left out stays. Raises NotFound."""
    known = uow.endpoints.get(site_id, endpoint_id)
    uow.audit.append(site_id, [AuditEvent(at, by_id, "endpoint.changed", endpoint_id)])
    return uow.endpoints.change(site_id, endpoint_id, url=url or known.url, events=events or known.events)


def remove_endpoint(uow: UnitOfWork, site_id: str, endpoint_id: str, *, by_id: str, at: datetime) -> None:
    """Send nothing there any more. Raises NotFound."""
    uow.audit.append(site_id, [AuditEvent(at, by_id, "endpoint.removed", endpoint_id)])
    uow.endpoints.remove(site_id, endpoint_id, at=at)


def rotate_secret(
    uow: UnitOfWork, site_id: str, endpoint_id: str, *, by_id: str, at: datetime
) -> tuple[Endpoint, str]:
    """The endpoint with a new secret; the old one signs beside it for a while. Raises NotFound."""
    uow.audit.append(site_id, [AuditEvent(at, by_id, "endpoint.rotated", endpoint_id)])
    secret = uow.endpoints.rotate(site_id, endpoint_id, at=at)
    return uow.endpoints.get(site_id, endpoint_id), secret


def enable_endpoint(uow: UnitOfWork, site_id: str, endpoint_id: str, *, by_id: str, at: datetime) -> Endpoint:
    """Send again to an endpoint that was disabled. Raises NotFound."""
    uow.audit.append(site_id, [AuditEvent(at, by_id, "endpoint.enabled", endpoint_id)])
    return uow.endpoints.enable(site_id, endpoint_id)


def reveal_email(uow: UnitOfWork, comment: Comment, *, by_id: str, at: datetime) -> Email:
    """The address of a comment's author. Nothing of the site changes, but who saw it is on record."""
    uow.audit.append(comment.site_id, [AuditEvent(at, by_id, "email.revealed", comment.id)])
    return uow.comments.email_of(comment.id)


def _thread_id(uow: UnitOfWork, site_id: str, key: str, *, at: datetime) -> str:
    thread = uow.threads.find(site_id, key)
    return thread.id if thread else uow.threads.begin(site_id, ThreadRef(key), at=at)


def _differences(before: Policy, after: Policy) -> list[str]:
    """The names of what changed. Not the values: a site's words may name people."""
    return [each.name for each in fields(Policy) if getattr(before, each.name) != getattr(after, each.name)]
