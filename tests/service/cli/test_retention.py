"""`rejoinder retention`, and the same over the API and in the nightly job."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from moderation.actions import Action
from moderation.decision import Reason
from moderation.erasing.retention import Retention
from moderation.review import DecisionRequest, decide
from moderation.store.tables import comments
from tests.builders import ADA, RecordingDispatch, a_submission, received

LONG_AGO = datetime.now(UTC) - timedelta(days=40)
DEFAULTS = {"spam_days": 30, "rejected_days": 180, "email_days": 365, "network_days": 30, "delivery_days": 30}


@pytest.fixture
def spam(store):
    """A comment that was rejected as spam 40 days ago."""
    comment = received(store, a_submission("Canary"), at=LONG_AGO)
    request = DecisionRequest(comment.id, Action.REJECT, comment.revision, Reason.SPAM)
    decide(store, RecordingDispatch(), request, ADA, sites=["demo"], at=LONG_AGO)
    return comment


def body_of(store, comment):
    with store.read() as uow:
        return uow.connection.scalar(select(comments.c.body).where(comments.c.id == comment.id))


def test_a_dry_run_says_what_a_run_then_destroys_and_the_report_shows(console, store, spam):
    planned = console.json("retention", "run", "--dry-run")
    assert body_of(store, spam) == "Canary"

    done = console.json("retention", "run")

    assert planned == {"dry_run": True, "destroyed": [{"site": "demo", "what": "spam", "count": 1}]}
    assert done == planned | {"dry_run": False}
    assert body_of(store, spam) == ""
    [row] = console.json("retention", "report")
    assert (row["site"], row["what"], row["count"]) == ("demo", "spam", 1)
    assert "Nothing is due to be destroyed." in console("retention", "run").stdout


def test_days_are_changed_one_by_one_and_on_record(console, store, spam, facts):
    assert console.json("retention", "show", "demo") == {"site": "demo", **DEFAULTS}

    changed = console.json("retention", "set", "demo", "--spam-days", "ever", "--network-days", "7")

    assert changed == {"site": "demo", **DEFAULTS, "spam_days": None, "network_days": 7}
    assert facts("demo")[-1] == ("console", "retention.changed")
    assert {each["what"] for each in console.json("retention", "run")["destroyed"]} == {"networks"}
    assert body_of(store, spam) == "Canary"


@pytest.mark.parametrize("days", ["0", "3651", "-1", "soon", "³"])
def test_what_is_no_number_of_days_is_refused_by_name(console, store, days):
    refusal = console.refusal("retention", "set", "demo", f"--spam-days={days}")

    assert refusal.startswith("spam_days: ")
    with store.read() as uow:
        assert uow.retention.get("demo") == Retention()
