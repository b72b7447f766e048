"""Figures for the public: what they count, and which numbers they hide."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest

from models.near_duplicates import passages_of
from moderation.actions import Action
from moderation.decision import Reason
from moderation.erasing.erase import erase_comment
from moderation.review import DecisionRequest, decide
from moderation.transparency import Month, as_csv, as_json, for_public, months_before, without_small
from tests.builders import ADA, NOON, SECOND, RecordingDispatch, a_score, a_site, a_submission, received, settled

JANUARY, FEBRUARY = NOON, NOON + timedelta(days=31)


def test_the_last_twelve_months_begin_on_their_first_days():
    starts = months_before(datetime(2026, 3, 15, tzinfo=UTC))

    assert len(starts) == 13
    assert (starts[0], starts[-2], starts[-1]) == (
        datetime(2025, 4, 1, tzinfo=UTC),
        datetime(2026, 3, 1, tzinfo=UTC),
        datetime(2026, 4, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"a": 5, "b": 90}, {"a": 5, "b": 90}),
        ({"a": 4, "b": 90}, {"a": None, "b": None}),
        ({"a": 0, "b": 90}, {"a": 0, "b": 90}),
        ({"a": 1, "b": 7, "c": 90}, {"a": None, "b": None, "c": 90}),
        ({"a": 1, "b": 2, "c": 90}, {"a": None, "b": None, "c": 90}),
        ({"a": 3}, {"a": None}),
    ],
)
def test_small_numbers_are_hidden_and_cannot_be_computed_from_the_others(counts, shown):
    assert without_small(counts) == shown


@pytest.fixture
def months(store):
    """In January seven comments that a person published, six spam and one insult; one comment in February."""
    scores = [a_score() for _ in range(8)] + [a_score(spam=0.999) for _ in range(6)]
    found = []
    for n, score in enumerate(scores):
        comment = received(store, a_submission(f"Canary {n}", email=f"{n}@reader.example"), at=JANUARY)
        found.append(settled(store, comment, score, at=JANUARY + SECOND))
    for n, comment in enumerate(found[:8]):
        action, reason = (Action.APPROVE, None) if n else (Action.REJECT, Reason.INSULT)
        request = DecisionRequest(comment.id, action, comment.revision, reason)
        decide(store, RecordingDispatch(), request, ADA, sites=["demo"], at=JANUARY + timedelta(minutes=10))
    received(store, a_submission("Canary of February"), at=FEBRUARY)
    erase_comment(store, found[0].id, passages_of, sites=["demo"], by_id="x", at=FEBRUARY)
    store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    received(store, a_submission("Elsewhere"), site=a_site("other"), at=JANUARY)
    with store.read() as uow:
        return uow.transparency.months("demo", months_before(FEBRUARY, 2))


def test_a_month_counts_what_was_received_and_decided_in_it(months):
    january, february = months

    assert (january.month, january.received) == ("2026-01", 14)
    assert (january.published, january.rejected) == (7, 7)
    assert (january.by_policy, january.by_people) == (6, 8)
    assert january.median_s == 600
    assert january.reasons == {"insult": None, "spam": None}
    assert february == Month("2026-02", received=None, erased=None)


def test_the_formats_have_the_same_numbers_and_nothing_of_a_person(months):
    value, table = as_json("demo", months), list(csv.DictReader(StringIO(as_csv(months))))

    assert [each["received"] for each in value["months"]] == [14, None]
    assert [row["received"] for row in table] == ["14", ""]
    assert [row["rejected_spam"] for row in table] == ["", "0"]
    assert "anary" not in str(value) + str(table)


def test_a_median_of_few_decisions_is_not_shown():
    assert for_public("2026-01", {"published": 4}, {}, 60).median_s is None
    assert for_public("2026-01", {"published": 5}, {}, 60).median_s == 60
