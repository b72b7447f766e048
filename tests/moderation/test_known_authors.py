"""What was held because its author was unknown, once the author is known."""

import pytest

from moderation import review
from moderation.actions import Action
from moderation.comment import Status
from moderation.decision import POLICY
from moderation.review import DecisionRequest
from moderation.store import Store
from tests.builders import (
    ADA,
    NOON,
    SECOND,
    RecordingDispatch,
    a_score,
    a_site,
    a_submission,
    an_open_policy,
    received,
    settled,
)


@pytest.fixture
def open_site(store: Store):
    """A site that publishes what is clean, but holds first comments."""
    site = a_site(policy=an_open_policy(hold_first_comment=True))
    store.write(lambda uow: uow.sites.change(site))
    return site


def waiting(store: Store, body: str, spam: float = 0.01, email: str = "rita@reader.example"):
    return settled(store, received(store, a_submission(body, email=email)), a_score(spam=spam))


def approve(store: Store, comment):
    request = DecisionRequest(comment.id, Action.APPROVE, comment.revision)
    return review.decide(store, RecordingDispatch(), request, ADA, sites=["demo"], at=NOON + 60 * SECOND)


def status_of(store: Store, comment) -> Status:
    with store.read() as uow:
        return uow.comments.get(comment.id).status


def test_where_the_policy_publishes_the_first_approval_frees_the_others(store, open_site):
    first, second = waiting(store, "The first."), waiting(store, "The second.")
    doubtful = waiting(store, "The third.", spam=0.3)
    strangers = waiting(store, "Of another.", email="benno@reader.example")

    approve(store, first)

    assert status_of(store, second) is Status.APPROVED
    assert [status_of(store, each) for each in (doubtful, strangers)] == [Status.PENDING, Status.PENDING]
    with store.read() as uow:
        assert uow.decisions.last(second.id).by == POLICY


def test_where_the_policy_publishes_nothing_they_are_only_found(store):
    first, second = waiting(store, "The first."), waiting(store, "The second.")

    approve(store, first)

    assert status_of(store, second) is Status.PENDING
    with store.read() as uow:
        assert uow.authors.waiting([first.id], limit=9) == [(second.id, second.revision)]
