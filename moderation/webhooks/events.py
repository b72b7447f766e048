"""Webhook events: their types, payloads and signatures. No network here.

To add an event: its type in EventType, a function that makes it, a call of `uow.deliveries.announce` in the
transaction that it reports, and a section in docs/webhooks.md. That of a decision is named by its action's row in
`moderation/actions.py`.

The format is Standard Webhooks 1.0: `webhook-id`, `webhook-timestamp` and `webhook-signature` headers, HMAC-SHA-256
over `id.timestamp.body`, secrets written `whsec_` and base64.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from moderation.appeals import Appeal
from moderation.automation import Automation
from moderation.comment import Comment, Status
from moderation.decision import Decision
from moderation.ids import new_id
from moderation.reports import Report


class EventType(StrEnum):
    """The types of events."""

    RECEIVED = "comment.received"
    APPROVED = "comment.approved"
    REJECTED = "comment.rejected"
    REVERTED = "comment.reverted"
    ERASED = "comment.erased"
    EDITED = "comment.edited"
    WITHDRAWN = "comment.withdrawn"
    REPORTED = "comment.reported"
    APPEALED = "comment.appealed"
    APPEAL_DECIDED = "comment.appeal_decided"
    PAUSED = "automation.paused"
    TEST = "endpoint.test"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a comment, or to a site as a whole.

    comment_id: "" for what is about no comment. payload: the JSON text, the same for every endpoint and attempt.
    """

    id: str
    site_id: str
    type: EventType
    comment_id: str
    at: datetime
    payload: str


def received_event(comment: Comment) -> Event:
    """A comment was received."""
    return _event(EventType.RECEIVED, comment, {"status": comment.status.value}, at=comment.received_at)


def decision_event(comment: Comment, decision: Decision) -> Event:
    """A comment was approved, rejected, edited or withdrawn, or a decision was undone."""
    fields = {
        "status": decision.status_after.value,
        "previous_status": decision.status_before.value,
        "revision": decision.revision,
        "reason": decision.reason.value,
        "public_reason": decision.reason.spec.public,
        "decision": decision.id,
    }
    return _event(EventType(decision.action.spec.event), comment, fields, at=decision.at)


def erased_event(comment: Comment, *, at: datetime) -> Event:
    """What somebody wrote was erased. comment: as it was before."""
    return _event(EventType.ERASED, comment, {"status": comment.status.value}, at=at)


def reported_event(comment: Comment, report: Report, status: Status) -> Event:
    """A reader reported a comment. status: afterwards; pending when the reports held it."""
    fields = {"status": status.value, "report": report.id, "reason": report.reason.value}
    return _event(EventType.REPORTED, comment, fields, at=report.at)


def appealed_event(comment: Comment, appeal: Appeal) -> Event:
    """The author objected to a decision."""
    fields = {"status": comment.status.value, "appeal": appeal.id, "decision": appeal.decision_id}
    return _event(EventType.APPEALED, comment, fields, at=appeal.at)


def appeal_decided_event(comment: Comment, appeal: Appeal, status: Status) -> Event:
    """An appeal was granted or refused, or closed because the author withdrew the comment. status: afterwards."""
    fields = {
        "status": status.value,
        "appeal": appeal.id,
        "decision": appeal.decision_id,
        "outcome": appeal.outcome.value,
    }
    return _event(EventType.APPEAL_DECIDED, comment, fields, at=appeal.decided_at or appeal.at)


def paused_event(automation: Automation, *, at: datetime) -> Event:
    """Everything that the machine did alone on a site was given back to people."""
    why = automation.paused.value if automation.paused else ""
    payload = payload_of(EventType.PAUSED, {"site": automation.site_id, "why": why}, at=at)
    return Event(new_id("evt", at=at), automation.site_id, EventType.PAUSED, "", at, payload)


def payload_of(type: EventType, data: Mapping[str, object], *, at: datetime) -> str:
    """The JSON text of one event."""
    stamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"type": type.value, "timestamp": stamp, "data": data}, separators=(",", ":"))


def new_secret() -> str:
    """A secret for signing: `whsec_` and 32 random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(keys: Sequence[str], *, event_id: str, at: datetime, payload: str) -> str:
    """The `webhook-signature` header: one `v1,…` per secret, so that the old one still verifies during a rotation."""
    signed = f"{event_id}.{int(at.timestamp())}.{payload}".encode()
    return " ".join(f"v1,{_sign(key, signed)}" for key in keys)


def _sign(key: str, signed: bytes) -> str:
    raw = base64.b64decode(key.removeprefix("whsec_"))
    return base64.b64encode(hmac.new(raw, signed, hashlib.sha256).digest()).decode()


def _event(type: EventType, comment: Comment, fields: Mapping[str, object], *, at: datetime) -> Event:
    about = {"id": comment.id, "site": comment.site_id, "thread": comment.thread.key, "parent": comment.parent_id}
    payload = payload_of(type, {**about, **fields}, at=at)
    return Event(new_id("evt", at=at), comment.site_id, type, comment.id, at, payload)
