"""Rules about senders: what becomes of their next comments, until when, and what is on record."""

from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.comment import Status
from moderation.errors import Invalid
from moderation.reasons import Reason
from moderation.sender_rule import SenderKind
from moderation.senders import add_sender_rule, end_sender_rule
from tests.builders import ADA, NOON, a_score, a_submission, an_arrival, received, settled

HOUR = timedelta(hours=1)
ELSEWHERE = an_arrival(address="198.51.100.7")


def ruled(store, kind, *, lifetime=None, comment=None):
    """A rule about the sender of a comment, rita@reader.example from 192.0.2.0/24."""
    comment = comment or settled(store, received(store, at=NOON), at=NOON)
    return store.write(lambda uow: add_sender_rule(uow, comment, kind, ADA, lifetime=lifetime, at=NOON))


def next_one(store, *, email="rita@reader.example", body="Another word.", arrival=None, score=None, at=NOON + HOUR):
    """A comment that comes an hour later, as the policy left it."""
    submission = a_submission(body, email=email)
    return settled(store, received(store, submission, arrival, at=at), score or a_score(), at=at)


@pytest.mark.parametrize(
    ("kind", "status", "reason"),
    [
        (SenderKind.TRUST, Status.APPROVED, Reason.TRUSTED),
        (SenderKind.MUTE, Status.REJECTED, Reason.BLOCKED),
        (SenderKind.ADDRESS, Status.REJECTED, Reason.BLOCKED),
        (SenderKind.DOMAIN, Status.REJECTED, Reason.BLOCKED),
        (SenderKind.NETWORK, Status.REJECTED, Reason.BLOCKED),
    ],
)
def test_a_rule_decides_about_the_next_comment_of_its_sender(store, kind, status, reason):
    ruled(store, kind)

    found = next_one(store)

    assert (found.status, found.reason) == (status, reason)


@pytest.mark.parametrize(
    ("kind", "sender"),
    [
        (SenderKind.MUTE, {"email": "other@reader.example", "arrival": ELSEWHERE}),
        (SenderKind.DOMAIN, {"email": "rita@other.example"}),
        (SenderKind.NETWORK, {"arrival": ELSEWHERE}),
    ],
)
def test_a_rule_leaves_other_senders_alone(store, kind, sender):
    ruled(store, kind)

    assert next_one(store, **sender).status is Status.PENDING


def test_a_domain_is_blocked_for_all_its_addresses(store):
    ruled(store, SenderKind.DOMAIN)

    assert next_one(store, email="other@READER.example", arrival=ELSEWHERE).status is Status.REJECTED


def test_trust_publishes_nothing_that_the_policy_objects_to(store):
    ruled(store, SenderKind.TRUST)

    assert next_one(store, score=a_score(spam=0.97)).status is Status.PENDING


def test_of_several_rules_the_one_that_rejects_decides(store):
    ruled(store, SenderKind.TRUST)
    ruled(store, SenderKind.NETWORK)

    assert next_one(store).status is Status.REJECTED


def test_a_rule_ends_by_itself_or_when_somebody_ends_it(store):
    ruled(store, SenderKind.NETWORK, lifetime=HOUR)
    muted = ruled(store, SenderKind.MUTE)
    assert next_one(store, at=NOON + 2 * HOUR).status is Status.REJECTED

    store.write(lambda uow: end_sender_rule(uow, muted.id, by_id=ADA.id, at=NOON + 2 * HOUR))

    assert next_one(store, at=NOON + 3 * HOUR).status is Status.PENDING
    with store.read() as uow:
        actions = [entry.fact.action for entry in uow.audit.page("demo", action="sender.", limit=9)]
    assert actions == ["sender.rule_ended", "sender.rule_added", "sender.rule_added"]


def test_a_rule_about_a_campaign_rejects_its_next_copies(store):
    first = settled(store, received(store, at=NOON), at=NOON)
    mark = f"UPDATE comments SET campaign = '{first.id}' WHERE id = '{first.id}'"
    store.write(lambda uow: uow.connection.exec_driver_sql(mark))
    ruled(store, SenderKind.CAMPAIGN, lifetime=24 * HOUR, comment=first)

    copy = received(store, a_submission("A copy", email="other@other.example"), ELSEWHERE, at=NOON + HOUR)
    found = settled(store, replace(copy, campaign=first.id), at=NOON + HOUR)

    assert (found.status, found.reason) == (Status.REJECTED, Reason.SPAM)


def test_a_mail_domain_of_known_authors_is_not_blocked(store):
    for name in ("ada", "ben", "cem"):
        comment = next_one(store, email=f"{name}@reader.example")
        store.write(
            lambda uow, id=comment.id: uow.connection.exec_driver_sql(
                f"UPDATE comments SET status = 'approved' WHERE id = '{id}'"
            )
        )

    with pytest.raises(Invalid, match="3 authors"):
        ruled(store, SenderKind.DOMAIN)
