from concurrent.futures import ThreadPoolExecutor

import pytest

from moderation import appeal_review, author_rights, review
from moderation.accounts import Role
from moderation.appeal_review import AppealDecision
from moderation.appeals import Outcome
from moderation.comment import Status
from moderation.decision import Action, DecidedBy, Reason
from moderation.errors import AlreadyDecided, Invalid, NotFound, OwnDecision, TooLate
from moderation.outbox.delivery import DeliverySearch
from moderation.review import DecisionRequest
from moderation.webhooks.endpoint import ENDPOINT_EVENTS
from tests.builders import ADA, BEN, NOON, SECOND, RecordingDispatch, a_score, received, settled

GRANTED, REFUSED = Outcome.GRANTED, Outcome.REFUSED


def rejected(store, reason=Reason.ABUSE, by=ADA):
    return decide(store, received(store), Action.REJECT, reason, by)


def decide(store, comment, action, reason=None, by=ADA):
    request = DecisionRequest(comment.id, action, comment.revision, reason)
    return review.decide(store, RecordingDispatch(), request, by, sites=["demo"], at=NOON).comment


def appeal(store, comment, text="It is no abuse.", at=NOON + SECOND):
    appeal_review.appeal(store, RecordingDispatch(), comment.id, text, at=at)
    return appeals(store, comment)[-1]


def appeals(store, comment):
    with store.read() as uow:
        return uow.appeals.about(comment.id)


def rule(store, found, outcome, by=BEN, *, answer="", revision=1, sites=("demo",)):
    request = AppealDecision(found.id, outcome, revision, answer)
    return appeal_review.decide_appeal(store, RecordingDispatch(), request, by, sites=sites, at=NOON + 2 * SECOND)


def status(store, comment):
    with store.read() as uow:
        return uow.comments.get(comment.id).status


def moderators(store, *names):
    def add(uow):
        return [uow.accounts.add_moderator(name, Role.MODERATOR, ["demo"], at=NOON) for name in names]

    return [DecidedBy(id, name) for id, name in zip(store.write(add), names, strict=True)]


def test_an_appeal_that_is_granted_publishes_the_comment(store):
    comment = rejected(store)

    decided = rule(store, appeal(store, comment), GRANTED, answer="You are right.")

    assert status(store, comment) is Status.APPROVED
    assert (decided.outcome, decided.by, decided.answer) == (GRANTED, BEN, "You are right.")


def test_an_appeal_that_is_refused_leaves_the_decision_as_it_is(store):
    comment = rejected(store)

    decided = rule(store, appeal(store, comment), REFUSED, answer="It insults Ben.")

    assert status(store, comment) is Status.REJECTED
    assert (decided.outcome, decided.answer) == (REFUSED, "It insults Ben.")
    with store.read() as uow:
        assert uow.decisions.last(comment.id).revision == 1


def test_an_appeal_is_possible_once_for_each_decision(store):
    comment = rejected(store)
    rule(store, appeal(store, comment), REFUSED)

    with pytest.raises(TooLate):
        appeal(store, comment, "Again.")

    approved = decide(store, comment, Action.APPROVE)
    again = decide(store, approved, Action.REJECT, Reason.OFF_TOPIC)
    assert appeal(store, again, "Against the new decision.", at=NOON + 9 * SECOND).outcome is Outcome.OPEN


def test_the_same_appeal_sent_twice_is_one(store):
    comment = rejected(store)

    assert appeal(store, comment) == appeal(store, comment)
    assert len(appeals(store, comment)) == 1


def test_of_two_appeals_at_the_same_moment_one_is_kept(store):
    comment = rejected(store)

    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(appeal, store, comment, f"Text {n}.") for n in range(2)]

    assert sorted(type(each.exception()).__name__ for each in asked) == ["NoneType", "TooLate"]
    assert len(appeals(store, comment)) == 1


def test_what_was_not_rejected_or_was_spam_cannot_be_appealed(store):
    spam = settled(store, received(store), a_score(spam=0.999))
    withdrawn = rejected(store)
    author_rights.withdraw(store, RecordingDispatch(), withdrawn.id, at=NOON)

    for comment in (received(store), settled(store, received(store)), spam, withdrawn):
        with pytest.raises(TooLate):
            appeal(store, comment)


def test_whoever_decided_does_not_decide_about_the_appeal_when_somebody_else_may(store):
    mina, noor = moderators(store, "Mina", "Noor")
    comment = rejected(store, by=mina)
    found = appeal(store, comment)

    with pytest.raises(OwnDecision):
        rule(store, found, REFUSED, mina)

    assert rule(store, found, REFUSED, noor).by == noor


def test_who_is_alone_decides_about_appeals_against_their_own_decisions(store):
    [mina] = moderators(store, "Mina")
    store.write(lambda uow: uow.accounts.add_moderator("Vera", Role.VIEWER, ["demo"], at=NOON))
    gone = store.write(lambda uow: uow.accounts.add_moderator("Gone", Role.OWNER, ["demo"], at=NOON))
    store.write(lambda uow: uow.accounts.disable(gone, at=NOON))
    comment = rejected(store, by=mina)

    assert rule(store, appeal(store, comment), REFUSED, mina).by == mina


def test_an_appeal_is_decided_once(store):
    found = appeal(store, rejected(store))

    with ThreadPoolExecutor(2) as pool:
        outcomes = [pool.submit(rule, store, found, outcome) for outcome in (GRANTED, REFUSED)]

    failed = [each.exception() for each in outcomes if each.exception()]
    assert [type(each) for each in failed] == [TooLate]


def test_nobody_decides_about_an_appeal_on_a_comment_that_they_did_not_read(store):
    comment = rejected(store)

    with pytest.raises(AlreadyDecided):
        rule(store, appeal(store, comment), GRANTED, revision=0)
    assert status(store, comment) is Status.REJECTED


def test_a_decision_for_the_author_settles_the_appeal(store):
    comment = rejected(store)
    appeal(store, comment)

    decide(store, comment, Action.APPROVE, by=ADA)

    assert [(each.outcome, each.by) for each in appeals(store, comment)] == [(GRANTED, ADA)]


def test_a_withdrawal_closes_the_appeal(store):
    comment = rejected(store)
    appeal(store, comment)

    author_rights.withdraw(store, RecordingDispatch(), comment.id, at=NOON)

    assert [each.outcome for each in appeals(store, comment)] == [Outcome.CLOSED]


def test_an_appeal_of_another_site_does_not_exist(store):
    found = appeal(store, rejected(store))

    with pytest.raises(NotFound):
        rule(store, found, GRANTED, sites=["other"])


@pytest.mark.parametrize(("outcome", "answer"), [(Outcome.OPEN, ""), (Outcome.CLOSED, ""), (REFUSED, "x" * 1_001)])
def test_a_decision_about_an_appeal_is_checked(store, outcome, answer):
    found = appeal(store, rejected(store))

    with pytest.raises(Invalid):
        rule(store, found, outcome, answer=answer)


def test_an_appeal_and_its_outcome_are_announced_and_audited_without_its_text(store):
    store.write(lambda uow: uow.endpoints.add("demo", url="https://hooks.example/", events=ENDPOINT_EVENTS, at=NOON))
    comment = rejected(store)

    rule(store, appeal(store, comment, "A secret reason."), REFUSED, answer="A secret answer.")

    with store.read() as uow:
        deliveries = uow.deliveries.page(DeliverySearch("demo", limit=50)).deliveries
        entries = uow.audit.page("demo", action="appeal.", limit=9)
    assert [each.type for each in deliveries[:2]] == ["comment.appeal_decided", "comment.appealed"]
    assert [each.fact.action for each in entries] == ["appeal.refused", "appeal.received"]
    assert [each.fact.by_id for each in entries] == ["mod_ben", "author"]
    assert "secret" not in "".join(str(each) for each in (*deliveries, *entries))
