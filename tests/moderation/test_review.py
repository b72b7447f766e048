"""The third moment: a moderator decides, one of two wins, and what was decided can be taken back."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from moderation import review
from moderation.comment import Status
from moderation.decision import Action, Reason
from moderation.errors import AlreadyDecided, Invalid, ModerationError, NotFound, NothingToUndo
from moderation.reasons import MODERATOR_REASONS
from moderation.review import DecisionRequest, DecisionResult
from tests.builders import ADA, BEN, NOON, SECOND, a_site, a_submission, received, settled
from tests.waiting import LIMIT_S

LATER = NOON + 60 * SECOND


@pytest.fixture
def decide(store, dispatch):
    """Decide as Ada, who may decide for `demo`, unless `sites` says otherwise."""

    def _decide(comment, action=Action.APPROVE, *, by=ADA, sites=("demo",), at=LATER, **changes):
        reason = Reason.SPAM if action is Action.REJECT else None
        request = replace(DecisionRequest(comment.id, action, comment.revision, reason), **changes)
        return review.decide(store, dispatch, request, by, sites=sites, at=at)

    return _decide


@pytest.fixture
def undo(store, dispatch):
    """Take a decision back as Ben, who may decide for `demo`, unless `sites` says otherwise."""

    def _undo(decision, *, sites=("demo",), at=LATER + SECOND):
        return review.undo(store, dispatch, decision.id, BEN, sites=sites, at=at)

    return _undo


def test_an_approval_is_in_the_comment_and_in_its_history(store, decide, dispatch):
    comment = settled(store, received(store))

    done = decide(comment, note="She is a regular.")

    assert (done.comment.status, done.comment.revision) == (Status.APPROVED, 2)
    assert (done.comment.reason, done.comment.decided_at) == ("clean", LATER)
    assert done.comment.score is not None
    assert (done.decision.by, done.decision.at, done.decision.note) == (ADA, LATER, "She is a regular.")
    assert (done.decision.status_before, done.decision.status_after) == (Status.PENDING, Status.APPROVED)
    assert dispatch.rings == ["delivery"]
    with store.read() as uow:
        assert uow.decisions.history(comment.id)[-1] == done.decision


@pytest.mark.parametrize("reason", MODERATOR_REASONS)
def test_a_rejection_keeps_the_reason_that_was_given(store, decide, reason):
    done = decide(received(store), Action.REJECT, reason=reason)

    assert (done.comment.status, done.comment.reason) == (Status.REJECTED, reason)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"action": Action.HOLD}, "action"),
        ({"action": Action.UNDO}, "action"),
        ({"action": Action.REJECT, "reason": None}, "reason"),
        ({"action": Action.REJECT, "reason": Reason.CLEAN}, "reason"),
        ({"action": Action.APPROVE, "reason": Reason.SPAM}, "reason"),
        ({"note": "x" * 2_001}, "note"),
    ],
)
def test_a_ruling_that_makes_no_sense_is_refused_by_field(store, decide, change, field):
    comment = received(store)

    with pytest.raises(Invalid) as refused:
        decide(comment, **change)

    assert refused.value.field == field
    with store.read() as uow:
        assert uow.comments.get(comment.id) == comment


def test_a_decision_on_a_stale_revision_is_told_who_decided_what_and_when(store, decide):
    comment = received(store)
    decide(comment, Action.REJECT, by=BEN)

    with pytest.raises(AlreadyDecided) as refused:
        decide(comment, at=LATER + SECOND)

    error = refused.value
    assert (error.by, error.action, error.at, error.status, error.revision) == ("Ben", "reject", LATER, "rejected", 1)


def test_the_policy_can_win_the_race_too(store, decide):
    comment = received(store)
    settled(store, comment)

    with pytest.raises(AlreadyDecided) as refused:
        decide(comment)

    assert refused.value.by == "policy"


def test_a_revision_that_nobody_read_yet_is_refused(store, decide):
    comment = received(store)

    with pytest.raises(AlreadyDecided) as refused:
        decide(comment, revision=7)

    assert (refused.value.revision, refused.value.status, refused.value.by) == (0, "pending", "")


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_moderators_at_the_same_moment_exactly_one_wins(store, decide, attempt):
    comment = received(store)
    together = threading.Barrier(2)

    def race(action, by):
        together.wait(timeout=LIMIT_S)
        try:
            return decide(comment, action, by=by)
        except AlreadyDecided as lost:
            return lost

    with ThreadPoolExecutor(2) as pool:
        started = [pool.submit(race, Action.APPROVE, ADA), pool.submit(race, Action.REJECT, BEN)]
        outcomes = [each.result(timeout=LIMIT_S) for each in started]

    [won] = [each for each in outcomes if isinstance(each, DecisionResult)]
    [lost] = [each for each in outcomes if isinstance(each, AlreadyDecided)]
    assert (lost.by, lost.action, lost.at) == (won.decision.by.name, won.decision.action, LATER)
    with store.read() as uow:
        assert uow.decisions.history(comment.id) == [won.decision]
        assert uow.comments.get(comment.id).status is won.decision.status_after


@pytest.mark.parametrize("sites", [(), ("other",)])
def test_a_comment_of_a_foreign_site_does_not_exist(store, decide, undo, sites):
    comment = received(store)
    decision = decide(comment).decision

    with pytest.raises(NotFound) as of_a_comment:
        decide(comment, sites=sites)
    with pytest.raises(NotFound) as of_a_decision:
        undo(decision, sites=sites)

    assert str(of_a_comment.value) == "There is no such comment."
    assert str(of_a_decision.value) == "There is no such decision."


def test_many_decisions_stand_or_fall_each_on_its_own(store, dispatch):
    fine, stale, foreign = received(store), received(store), _received_elsewhere(store)
    settled(store, stale)
    requests = [
        DecisionRequest(fine.id, Action.APPROVE, 0),
        DecisionRequest(stale.id, Action.APPROVE, 0),
        DecisionRequest("cmt_nobody", Action.APPROVE, 0),
        DecisionRequest(foreign.id, Action.APPROVE, 0),
        DecisionRequest(fine.id, Action.REJECT, 0),
        DecisionRequest(fine.id, Action.REJECT, 0, Reason.SPAM),
    ]

    results = review.decide_many(store, dispatch, requests, ADA, sites=["demo"], at=LATER)

    assert [type(result) for result in results] == [
        DecisionResult,
        AlreadyDecided,
        NotFound,
        NotFound,
        Invalid,
        AlreadyDecided,
    ]
    assert results[0].comment.id == fine.id
    assert (results[5].by, results[5].action) == ("Ada", "approve")
    with store.read() as uow:
        assert uow.decisions.history(fine.id) == [results[0].decision]
        assert uow.comments.get(stale.id).status is Status.PENDING
        assert uow.comments.get(foreign.id).status is Status.PENDING


def test_the_bell_is_left_alone_when_nothing_was_decided(store, dispatch):
    review.decide_many(
        store, dispatch, [DecisionRequest("cmt_nobody", Action.APPROVE, 0)], ADA, sites=["demo"], at=LATER
    )

    assert dispatch.rings == []


def test_more_than_five_hundred_at_once_are_refused(store, dispatch):
    requests = [DecisionRequest("cmt_nobody", Action.APPROVE, 0)] * 501

    with pytest.raises(Invalid) as refused:
        review.decide_many(store, dispatch, requests, ADA, sites=["demo"], at=LATER)

    assert refused.value.field == "decisions"


def test_many_decisions_cost_as_many_statements_as_one(store, dispatch, counts):
    def decide(number):
        requests = [DecisionRequest(received(store).id, Action.APPROVE, 0) for _ in range(number)]
        counts.forget()
        review.decide_many(store, dispatch, requests, ADA, sites=["demo"], at=LATER)
        return len(counts.statements)

    assert decide(1) == decide(40)


def test_two_bulk_decisions_in_opposite_orders_do_not_wait_for_each_other(store, dispatch):
    comments = [received(store) for _ in range(20)]
    requests = [DecisionRequest(comment.id, Action.APPROVE, 0) for comment in comments]

    with ThreadPoolExecutor(2) as pool:
        runs = [
            pool.submit(review.decide_many, store, dispatch, each, ADA, sites=["demo"], at=LATER)
            for each in (requests, requests[::-1])
        ]
        results = [result for run in runs for result in run.result(timeout=LIMIT_S)]

    assert sum(isinstance(result, DecisionResult) for result in results) == 20


@pytest.mark.parametrize("action", [Action.APPROVE, Action.REJECT])
def test_an_undo_brings_back_the_status_before(store, decide, undo, action):
    comment = settled(store, received(store))
    decision = decide(comment, action).decision

    done = undo(decision)

    assert (done.comment.status, done.comment.revision) == (Status.PENDING, comment.revision + 2)
    assert (done.decision.action, done.decision.undoes, done.decision.by) == (Action.UNDO, decision.id, BEN)


def test_an_undo_of_a_second_thought_brings_back_the_first(store, decide, undo):
    approved = decide(received(store)).comment
    rejection = decide(approved, Action.REJECT, at=LATER + SECOND).decision

    assert undo(rejection, at=LATER + 2 * SECOND).comment.status is Status.APPROVED


def test_an_undo_cannot_be_undone(store, decide, undo):
    approved = decide(received(store)).comment
    taken_back = undo(decide(approved, Action.REJECT, at=LATER + SECOND).decision, at=LATER + 2 * SECOND).decision

    with pytest.raises(NothingToUndo, match="The comment is now approved; decide again"):
        undo(taken_back)


def test_a_decision_is_undone_once(store, decide, undo):
    decision = decide(received(store)).decision
    undo(decision)

    with pytest.raises(NothingToUndo, match="undone before; the comment is now pending"):
        undo(decision)


def test_only_the_newest_decision_can_be_undone(store, decide, undo):
    approved = decide(received(store))
    decide(approved.comment, Action.REJECT, at=LATER + SECOND)

    with pytest.raises(NothingToUndo):
        undo(approved.decision)


def test_a_hold_cannot_be_undone(store, undo):
    held = settled(store, received(store))
    with store.read() as uow:
        [hold] = uow.decisions.history(held.id)

    with pytest.raises(NothingToUndo):
        undo(hold)


def test_a_decision_can_be_undone_for_thirty_days(store, decide, undo):
    on_time, late = decide(received(store)).decision, decide(received(store)).decision

    undo(on_time, at=LATER + timedelta(days=30))
    with pytest.raises(NothingToUndo):
        undo(late, at=LATER + timedelta(days=30, microseconds=1))


def test_a_decision_that_is_not_there_cannot_be_undone(store, dispatch):
    with pytest.raises(NotFound):
        review.undo(store, dispatch, "dec_nobody", ADA, sites=["demo"], at=LATER)


def test_of_two_undoes_at_the_same_moment_exactly_one_wins(store, decide, undo):
    decision = decide(received(store)).decision

    def race():
        try:
            return undo(decision)
        except ModerationError as lost:
            return lost

    with ThreadPoolExecutor(2) as pool:
        outcomes = [each.result(timeout=LIMIT_S) for each in [pool.submit(race), pool.submit(race)]]

    assert sorted(type(each).__name__ for each in outcomes) == ["DecisionResult", "NothingToUndo"]


def test_the_thread_is_renewed_when_its_public_face_changes_and_only_then(store, decide, undo):
    def version():
        with store.read() as uow:
            return uow.threads.get("demo", "a-page").version

    held = settled(store, received(store))
    after_the_hold = version()
    approval = decide(held)
    after_the_approval = version()
    undone = undo(approval.decision)
    after_the_undo = version()
    decide(undone.comment, Action.REJECT, at=LATER + 2 * SECOND)
    after_the_rejection = version()

    assert [after_the_hold, after_the_approval, after_the_undo, after_the_rejection] == [0, 1, 2, 2]


def _received_elsewhere(store):
    other = a_site("other")
    store.write(lambda uow: uow.sites.add(other, at=NOON))
    return received(store, a_submission("Elsewhere."), site=other)
