import json
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from moderation.decision import Action
from moderation.webhooks.events import EventType, decision_event, new_secret, payload_of, received_event, signature
from tests.builders import NOON, a_comment, a_decision


def headers(keys, payload, *, at, event_id="evt_1"):
    signed = signature(keys, event_id=event_id, at=at, payload=payload)
    return {"webhook-id": event_id, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signed}


@pytest.fixture
def now():
    return datetime.now(UTC)  # the library compares with the clock of the machine


def test_the_library_of_the_standard_verifies_the_signature(now):
    secret, payload = new_secret(), payload_of(EventType.TEST, {"name": "Zoë 🌱"}, at=now)

    assert Webhook(secret).verify(payload, headers([secret], payload, at=now))["data"] == {"name": "Zoë 🌱"}


def test_the_signature_equals_that_of_the_library():
    secret = new_secret()

    assert signature([secret], event_id="evt_1", at=NOON, payload="{}") == Webhook(secret).sign("evt_1", NOON, "{}")


def test_a_changed_body_is_detected(now):
    secret = new_secret()

    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify('{"a":2}', headers([secret], '{"a":1}', at=now))


def test_while_a_secret_is_replaced_both_verify(now):
    old, new, payload = new_secret(), new_secret(), "{}"
    sent = headers([new, old], payload, at=now)

    Webhook(old).verify(payload, sent)
    Webhook(new).verify(payload, sent)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(payload, sent)


def test_an_event_has_the_status_and_nothing_of_the_author():
    comment = a_comment("Call me at home.", name="Rita Reader")
    decision = a_decision(comment, Action.REJECT, note="She wrote this before.")

    payloads = received_event(comment).payload + decision_event(comment, decision).payload

    assert "Rita" not in payloads and "Call me" not in payloads and "wrote this before" not in payloads
    assert json.loads(decision_event(comment, decision).payload)["data"]["status"] == "rejected"


def test_the_timestamp_is_utc_to_the_millisecond():
    assert json.loads(payload_of(EventType.TEST, {}, at=NOON))["timestamp"] == "2026-01-05T12:00:00.000Z"
