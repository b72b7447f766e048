"""What people do to a site besides deciding: to the site itself, its policy, its threads, its endpoints.

Each act is one function and writes its own entry in the audit trail, so that no caller can forget it. It works on the
rows of its caller's transaction, so several can share one, and what fails leaves no entry.
"""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime

from moderation.audit import Fact
from moderation.comment import Comment, Email, Thread, ThreadRef
from moderation.endpoint import Endpoint
from moderation.policy import Policy
from moderation.site import Site
from moderation.store import Rows
from moderation.webhooks import EventType


def add_site(rows: Rows, site: Site, *, by_id: str, at: datetime) -> None:
    """Moderate the comments of a new site here."""
    rows.sites.add(site, at=at)
    detail = {"origins": list(site.origins)}
    rows.audit.append(site.id, [Fact(at, by_id, "site.added", site.id, detail)])


def change_site(rows: Rows, site: Site, *, by_id: str, at: datetime) -> None:
    """Give a site another name or other origins."""
    rows.sites.change(site)
    detail = {"origins": list(site.origins)}
    rows.audit.append(site.id, [Fact(at, by_id, "site.changed", site.id, detail)])


def replace_policy(rows: Rows, site_id: str, policy: Policy, *, by_id: str, at: datetime) -> None:
    """Let the site decide so, from the next score on. Raises NotFound."""
    site = rows.sites.get(site_id)
    rows.sites.change(replace(site, policy=policy))
    detail = {"changed": _differences(site.policy, policy)}
    rows.audit.append(site_id, [Fact(at, by_id, "policy.changed", site_id, detail)])


def close_thread(rows: Rows, site_id: str, key: str, *, is_closed: bool, by_id: str, at: datetime) -> Thread:
    """Close a page's comments, or open them again. The page need not have any comments yet."""
    thread_id = _thread_id(rows, site_id, key, at=at)
    action = "thread.closed" if is_closed else "thread.opened"
    # The trail before the thread, as in record.py: two transactions that lock both must not wait for each other.
    rows.audit.append(site_id, [Fact(at, by_id, action, thread_id)])
    rows.threads.close(thread_id, at=at if is_closed else None)
    return rows.threads.get(site_id, key)


def describe_thread(
    rows: Rows, site_id: str, key: str, *, url: str = "", title: str = "", by_id: str, at: datetime
) -> Thread:
    """Give a page another address or another title; what is left out stays. It need not have any comments yet."""
    thread_id = _thread_id(rows, site_id, key, at=at)
    told = {name: text for name, text in (("url", url), ("title", title)) if text}
    rows.audit.append(site_id, [Fact(at, by_id, "thread.changed", thread_id, {"changed": sorted(told)})])
    rows.threads.describe(thread_id, told)
    return rows.threads.get(site_id, key)


def add_endpoint(
    rows: Rows, site_id: str, *, url: str, events: Sequence[EventType], by_id: str, at: datetime
) -> tuple[Endpoint, str]:
    """A new endpoint and its secret. url and events: as `moderation.endpoint` checked them. Raises NotFound."""
    endpoint, secret = rows.endpoints.add(rows.sites.get(site_id).id, url=url, events=events, at=at)
    rows.audit.append(site_id, [Fact(at, by_id, "endpoint.added", endpoint.id)])
    return endpoint, secret


def change_endpoint(
    rows: Rows,
    site_id: str,
    endpoint_id: str,
    *,
    url: str = "",
    events: Sequence[EventType] = (),
    by_id: str,
    at: datetime,
) -> Endpoint:
    """Send elsewhere, or other events; what is left out stays. Raises NotFound."""
    known = rows.endpoints.get(site_id, endpoint_id)
    rows.audit.append(site_id, [Fact(at, by_id, "endpoint.changed", endpoint_id)])
    return rows.endpoints.change(site_id, endpoint_id, url=url or known.url, events=events or known.events)


def remove_endpoint(rows: Rows, site_id: str, endpoint_id: str, *, by_id: str, at: datetime) -> None:
    """Send nothing there any more. Raises NotFound."""
    rows.audit.append(site_id, [Fact(at, by_id, "endpoint.removed", endpoint_id)])
    rows.endpoints.remove(site_id, endpoint_id, at=at)


def rotate_secret(rows: Rows, site_id: str, endpoint_id: str, *, by_id: str, at: datetime) -> tuple[Endpoint, str]:
    """The endpoint with a new secret; the old one signs beside it for a while. Raises NotFound."""
    rows.audit.append(site_id, [Fact(at, by_id, "endpoint.rotated", endpoint_id)])
    secret = rows.endpoints.rotate(site_id, endpoint_id, at=at)
    return rows.endpoints.get(site_id, endpoint_id), secret


def enable_endpoint(rows: Rows, site_id: str, endpoint_id: str, *, by_id: str, at: datetime) -> Endpoint:
    """Send again to an endpoint that was disabled. Raises NotFound."""
    rows.audit.append(site_id, [Fact(at, by_id, "endpoint.enabled", endpoint_id)])
    return rows.endpoints.enable(site_id, endpoint_id)


def reveal_email(rows: Rows, comment: Comment, *, by_id: str, at: datetime) -> Email:
    """The address of a comment's author. Nothing of the site changes, but who saw it is on record."""
    rows.audit.append(comment.site_id, [Fact(at, by_id, "email.revealed", comment.id)])
    return rows.comments.email_of(comment.id)


def _thread_id(rows: Rows, site_id: str, key: str, *, at: datetime) -> str:
    thread = rows.threads.find(site_id, key)
    return thread.id if thread else rows.threads.begin(site_id, ThreadRef(key), at=at)


def _differences(before: Policy, after: Policy) -> list[str]:
    """The names of what changed. Not the values: a site's words may name people."""
    return [each.name for each in fields(Policy) if getattr(before, each.name) != getattr(after, each.name)]
