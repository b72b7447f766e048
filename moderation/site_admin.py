"""Administration of a site, its policy, threads and endpoints.

Keys and moderators are in account_admin.py, the removal of a site in remove_site.py.

Each function writes its own entry in the audit trail, so that no caller can forget it. It works in its caller's
transaction, so several can share one, and a failure leaves no entry. A new one needs a case in
`tests/moderation/test_site_admin.py`.
"""

from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime

from moderation.audit import AuditEvent
from moderation.comment import Comment, Email, Thread, ThreadRef
from moderation.erasing.retention import Retention
from moderation.errors import Invalid
from moderation.form_switches import FormSwitches
from moderation.messages import N_, Message
from moderation.policy import MAX_CLOSE_DAYS, Policy
from moderation.site import Site, checked_name, checked_origin
from moderation.store import UnitOfWork
from moderation.thread_key import normal_key
from moderation.webhooks.endpoint import Endpoint, is_same_url
from moderation.webhooks.events import EventType


def add_site(uow: UnitOfWork, site: Site, *, by_id: str, at: datetime) -> None:
    """Add a site."""
    uow.sites.add(site, at=at)
    detail = {"origins": list(site.origins)}
    uow.audit.append(site.id, [AuditEvent(at, by_id, "site.added", site.id, detail)])


def change_site(uow: UnitOfWork, site: Site, *, by_id: str, at: datetime) -> None:
    """Change the name, the origins or the retention of a site."""
    uow.sites.change(site)
    detail = {"origins": list(site.origins), "check_days": site.check_days}
    uow.audit.append(site.id, [AuditEvent(at, by_id, "site.changed", site.id, detail)])


def rename_site(uow: UnitOfWork, site_id: str, name: str, *, by_id: str, at: datetime) -> Site:
    """Change the name that people see. Raises NotFound, Invalid."""
    changed = replace(uow.sites.get(site_id), name=checked_name(name))
    change_site(uow, changed, by_id=by_id, at=at)
    return changed


def add_origins(uow: UnitOfWork, site_id: str, origins: Sequence[str], *, by_id: str, at: datetime) -> Site:
    """Let the pages of these origins show the site's form; each is validated. Raises NotFound, Invalid."""
    site = uow.sites.get(site_id)
    added = [checked_origin(each) for each in origins]
    changed = replace(site, origins=tuple(dict.fromkeys((*site.origins, *added))))
    change_site(uow, changed, by_id=by_id, at=at)
    return changed


def remove_origin(uow: UnitOfWork, site_id: str, origin: str, *, by_id: str, at: datetime) -> Site:
    """Refuse comments from the pages of an origin. Raises NotFound, Invalid when it is none of the site's."""
    site = uow.sites.get(site_id)
    if origin not in site.origins:
        known = ", ".join(site.origins) or "none"
        raise Invalid("origin", f"{origin} is not an origin of {site_id}; it has: {known}.")
    changed = replace(site, origins=tuple(each for each in site.origins if each != origin))
    change_site(uow, changed, by_id=by_id, at=at)
    return changed


def keep_checks(uow: UnitOfWork, site_id: str, days: int, *, by_id: str, at: datetime) -> Site:
    """Change for how many days the texts of the site's checks are kept. Raises NotFound."""
    changed = replace(uow.sites.get(site_id), check_days=days)
    change_site(uow, changed, by_id=by_id, at=at)
    return changed


def change_retention(uow: UnitOfWork, site_id: str, retention: Retention, *, by_id: str, at: datetime) -> None:
    """Change for how long the site keeps things; older things go with the next daily run. Raises NotFound."""
    site = uow.sites.get(site_id)
    uow.retention.change(site.id, retention)
    uow.audit.append(site.id, [AuditEvent(at, by_id, "retention.changed", site.id, asdict(retention))])


def open_mail_links(uow: UnitOfWork, site_id: str, *, is_open: bool, by_id: str, at: datetime) -> None:
    """Let the links in mails about the site decide without signing in, or no longer. Raises NotFound."""
    site = uow.sites.get(site_id)
    uow.mailboxes.open_links(site.id, is_open=is_open)
    uow.audit.append(site.id, [AuditEvent(at, by_id, "site.mail_links", site.id, {"open": is_open})])


def show_figures(uow: UnitOfWork, site_id: str, *, is_shown: bool, by_id: str, at: datetime) -> Site:
    """Let everybody read the figures of the site, or nobody. Raises NotFound."""
    changed = replace(uow.sites.get(site_id), shows_figures=is_shown)
    uow.sites.change(changed)
    uow.audit.append(site_id, [AuditEvent(at, by_id, "site.figures", site_id, {"shown": is_shown})])
    return changed


def switch_form(uow: UnitOfWork, site_id: str, switches: FormSwitches, *, by_id: str, at: datetime) -> Site:
    """Choose what the site's form and comments do beyond the usual. Raises NotFound."""
    changed = replace(uow.sites.get(site_id), form=switches)
    uow.sites.change(changed)
    uow.audit.append(site_id, [AuditEvent(at, by_id, "site.form", site_id, asdict(switches))])
    return changed


def replace_policy(uow: UnitOfWork, site_id: str, policy: Policy, *, by_id: str, at: datetime) -> None:
    """Replace the site's policy; it applies from the next score. Raises NotFound."""
    site = uow.sites.get(site_id)
    uow.sites.change(replace(site, policy=policy))
    detail = {"changed": _differences(site.policy, policy)}
    uow.audit.append(site_id, [AuditEvent(at, by_id, "policy.changed", site_id, detail)])


def close_by_age(uow: UnitOfWork, site_id: str, days: int | None, *, by_id: str, at: datetime) -> None:
    """Close the pages of a site so many days after their first comment, None for never. Raises NotFound, Invalid."""
    if days is not None and not 1 <= days <= MAX_CLOSE_DAYS:
        raise Invalid("days", f"must be a whole number from 1 to {MAX_CLOSE_DAYS}, or never.")
    replace_policy(uow, site_id, replace(uow.sites.get(site_id).policy, close_days=days), by_id=by_id, at=at)


def close_thread(uow: UnitOfWork, site_id: str, key: str, *, is_closed: bool, by_id: str, at: datetime) -> Thread:
    """Close a thread, or take that back; its age closes it all the same. What is so already changes nothing.

    It is created if it has no comments yet.
    """
    thread_id = _thread_id(uow, site_id, key, at=at)
    thread = uow.threads.get(site_id, key)
    # an import may have set a closing in the future: opening takes it back, closing does not wait for it
    was_closed = thread.closed_at is not None and (not is_closed or thread.closed_at <= at)
    if was_closed is not is_closed:
        action = "thread.closed" if is_closed else "thread.opened"
        _close(uow, site_id, thread_id, action, is_closed=is_closed, by_id=by_id, at=at)
    return uow.threads.get(site_id, key)


def keep_open(uow: UnitOfWork, site_id: str, key: str, *, is_kept: bool, by_id: str, at: datetime) -> Thread:
    """Open a thread and keep it open whatever its age; or let its age count again. It is created if necessary."""
    thread_id = _thread_id(uow, site_id, key, at=at)
    if uow.threads.get(site_id, key).kept_open is not is_kept:
        action = "thread.kept_open" if is_kept else "thread.not_kept_open"
        _close(uow, site_id, thread_id, action, is_closed=False, is_kept_open=is_kept, by_id=by_id, at=at)
    return uow.threads.get(site_id, key)


def _close(
    uow: UnitOfWork,
    site_id: str,
    thread_id: str,
    action: str,
    *,
    is_closed: bool,
    is_kept_open: bool = False,
    by_id: str,
    at: datetime,
) -> None:
    # The trail before the thread, as in decision_writer.py: transactions that lock both must do so in one order.
    uow.audit.append(site_id, [AuditEvent(at, by_id, action, thread_id)])
    uow.threads.close(thread_id, is_closed=is_closed, is_kept_open=is_kept_open, at=at)


def describe_thread(
    uow: UnitOfWork, site_id: str, key: str, *, url: str = "", title: str = "", by_id: str, at: datetime
) -> Thread:
    """Change the address or the title of a thread's page; what is left out stays. It is created if necessary."""
    thread_id = _thread_id(uow, site_id, key, at=at)
    changes = {name: text for name, text in (("url", url), ("title", title)) if text}
    uow.audit.append(site_id, [AuditEvent(at, by_id, "thread.changed", thread_id, {"changed": sorted(changes)})])
    uow.threads.describe(thread_id, changes, at=at)
    return uow.threads.get(site_id, key)


def move_thread(uow: UnitOfWork, site_id: str, key: str, new_key: str, *, by_id: str, at: datetime) -> Thread:
    """Give a thread another key; the old one leads to it from now on. Raises NotFound, Invalid for a key in use."""
    key, new_key = normal_key(key), normal_key(new_key)
    thread, known = uow.threads.get(site_id, key), uow.threads.find(site_id, new_key)
    if known is not None and known.key == new_key:
        if known.id == thread.id:
            return known
        text = N_("another thread has this key; merge the two with: rejoinder thread merge")
        raise Invalid("key", Message(text))
    uow.audit.append(site_id, [AuditEvent(at, by_id, "thread.moved", thread.id)])
    uow.thread_keys.move(thread, new_key, at=at)
    return uow.threads.get(site_id, new_key)


def merge_threads(uow: UnitOfWork, site_id: str, key: str, into_key: str, *, by_id: str, at: datetime) -> Thread:
    """Put the comments of one thread under another, to which its keys lead from now on. Returns the other.

    Raises NotFound for either thread, Invalid when both are one.
    """
    thread, into = uow.threads.get(site_id, key), uow.threads.get(site_id, into_key)
    if thread.id == into.id:
        raise Invalid("into", Message(N_("this is the same thread; name another one.")))
    uow.thread_keys.move_comments(thread, into)
    uow.audit.append(site_id, [AuditEvent(at, by_id, "thread.merged", into.id, {"from": thread.id})])
    uow.thread_keys.merge(thread, into, at=at)
    return uow.threads.get(site_id, into_key)


def add_endpoint(
    uow: UnitOfWork, site_id: str, *, url: str, events: Sequence[EventType], by_id: str, at: datetime
) -> tuple[Endpoint, str]:
    """Add an endpoint. Returns it with its secret. url, events: already validated by `webhooks.endpoint`.

    Raises NotFound for the site, Invalid when one of its endpoints has this URL.
    """
    endpoint, secret = uow.endpoints.add(uow.sites.get(site_id).id, url=url, events=events, at=at)
    uow.audit.append(site_id, [AuditEvent(at, by_id, "endpoint.added", endpoint.id)])
    _require_single_url(uow, endpoint)
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
    """Change its URL or its events; what is left out stays. Raises NotFound, Invalid if another has the URL."""
    known = uow.endpoints.get(site_id, endpoint_id)
    uow.audit.append(site_id, [AuditEvent(at, by_id, "endpoint.changed", endpoint_id)])
    changed = uow.endpoints.change(site_id, endpoint_id, url=url or known.url, events=events or known.events)
    _require_single_url(uow, changed)
    return changed


def remove_endpoint(uow: UnitOfWork, site_id: str, endpoint_id: str, *, by_id: str, at: datetime) -> None:
    """Remove an endpoint; what waits for it is given up. Raises NotFound."""
    uow.audit.append(site_id, [AuditEvent(at, by_id, "endpoint.removed", endpoint_id)])
    uow.endpoints.remove(site_id, endpoint_id, at=at)


def rotate_secret(
    uow: UnitOfWork, site_id: str, endpoint_id: str, *, by_id: str, at: datetime
) -> tuple[Endpoint, str]:
    """Make a new secret; returns it with the endpoint. The old one signs too for a day. Raises NotFound."""
    uow.audit.append(site_id, [AuditEvent(at, by_id, "endpoint.rotated", endpoint_id)])
    secret = uow.endpoints.rotate(site_id, endpoint_id, at=at)
    return uow.endpoints.get(site_id, endpoint_id), secret


def enable_endpoint(uow: UnitOfWork, site_id: str, endpoint_id: str, *, by_id: str, at: datetime) -> Endpoint:
    """Enable an endpoint that was disabled. Raises NotFound."""
    uow.audit.append(site_id, [AuditEvent(at, by_id, "endpoint.enabled", endpoint_id)])
    return uow.endpoints.enable(site_id, endpoint_id)


def reveal_email(uow: UnitOfWork, comment: Comment, *, by_id: str, at: datetime) -> Email:
    """The e-mail address of a comment's author. Nothing changes, but who saw it is on record."""
    uow.audit.append(comment.site_id, [AuditEvent(at, by_id, "email.revealed", comment.id)])
    return uow.comments.email_of(comment.id)


def _require_single_url(uow: UnitOfWork, endpoint: Endpoint) -> None:
    """Two endpoints with one URL would send it every event twice. Checked after the entry in the audit trail, which
    admits one transaction of a site at a time, so that two cannot both pass."""
    for other in uow.endpoints.all(endpoint.site_id):
        if other.id != endpoint.id and is_same_url(other.url, endpoint.url):
            text = N_("the endpoint %(id)s of this site already has this URL; change that one.")
            raise Invalid("url", Message(text, {"id": other.id}))


def _thread_id(uow: UnitOfWork, site_id: str, key: str, *, at: datetime) -> str:
    thread = uow.threads.find(site_id, key)
    return thread.id if thread else uow.threads.begin(site_id, ThreadRef(key), at=at)


def _differences(before: Policy, after: Policy) -> list[str]:
    """The names of the changed fields, without values: the words of a policy may name people."""
    return [each.name for each in fields(Policy) if getattr(before, each.name) != getattr(after, each.name)]
