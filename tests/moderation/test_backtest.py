from dataclasses import replace

import pytest

from moderation import backtest, review
from moderation.actions import Action
from moderation.backtest import LISTED, Move, compare
from moderation.comment import Status
from moderation.errors import NotFound
from moderation.past_comment import PastComment
from moderation.policy import Threshold
from moderation.reasons import Reason
from moderation.review import DecisionRequest
from tests.builders import (
    ADA,
    DAY,
    NOON,
    SECOND,
    RecordingDispatch,
    a_comment,
    a_policy,
    a_score,
    a_submission,
    an_open_policy,
    received,
    settled,
)

STRICT = a_policy(thresholds={"spam": Threshold(reject_at=0.5), "abuse": Threshold()})


def past(spam=0.02, before=Action.HOLD, verdict=None):
    return PastComment(a_comment(), a_score(spam), before=before, verdict=verdict)


def scored(store, spam=0.02, *, email="rita@reader.example", at=NOON):
    comment = received(store, a_submission(f"About bread, at {at}.", email=email), at=at)
    return settled(store, comment, a_score(spam), at=at + SECOND)


def decided(store, comment, action, *, at=NOON + 2 * SECOND):
    reason = Reason.SPAM if action is Action.REJECT else None
    request = DecisionRequest(comment.id, action, comment.revision, reason)
    review.decide(store, RecordingDispatch(), request, ADA, sites=["demo"], at=at)


def test_what_changes_is_counted_against_the_decisions_of_their_time():
    report = compare([past(), past(0.9), past(0.9, before=None)], an_open_policy())

    assert report.moves == (
        Move(Action.HOLD, Action.APPROVE, 1),
        Move(Action.HOLD, Action.HOLD, 1),
        Move(None, Action.HOLD, 1),
    )
    assert (report.tried, report.changed) == (3, 1)
    assert (report.approve.before, report.approve.after) == (0, 1)


def test_an_approved_comment_that_the_draft_rejects_is_lost():
    kept, lost = past(verdict=Status.APPROVED), past(0.9, verdict=Status.APPROVED)

    report = compare([kept, lost, past(0.9)], STRICT)

    assert (report.lost.count, report.lost.of) == (1, 2)
    assert [each.past for each in report.lost_comments] == [lost]
    assert (report.reject.after, report.reject.wrong.count, report.reject.wrong.of) == (2, 1, 1)


def test_a_rejected_comment_that_the_draft_approves_is_let_through():
    found, missed = past(0.9, verdict=Status.REJECTED), past(verdict=Status.REJECTED)

    report = compare([found, missed, past()], an_open_policy())

    assert (report.let_through.count, report.let_through.of) == (1, 2)
    assert [each.past for each in report.let_through_comments] == [missed]
    assert (report.approve.after, report.approve.wrong.count, report.approve.wrong.of) == (2, 1, 1)


def test_the_bounds_tell_how_little_a_few_comments_say():
    report = compare([past(verdict=Status.APPROVED) for _ in range(10)], an_open_policy())

    assert report.approve.wrong.count == 0
    assert report.approve.wrong.high == pytest.approx(1 - 0.025**0.1)


def test_the_figures_count_all_and_the_lists_some():
    report = compare([past(verdict=Status.REJECTED) for _ in range(LISTED + 5)], an_open_policy())

    assert report.let_through.count == LISTED + 5
    assert len(report.let_through_comments) == LISTED


def test_a_draft_is_tried_on_what_is_stored(store):
    ham, spam, undecided = (scored(store, at=NOON + n * DAY) for n in range(3))
    decided(store, ham, Action.APPROVE)
    decided(store, spam, Action.REJECT)
    received(store)

    report = backtest.run(store, "demo", an_open_policy())

    assert (report.tried, report.unscored) == (3, 1)
    assert report.moves == (Move(Action.HOLD, Action.APPROVE, 3),)
    assert (report.approve.wrong.count, report.approve.wrong.of) == (1, 2)
    assert [each.past.comment.id for each in report.let_through_comments] == [spam.id]
    assert [each.past.comment.id for each in report.other_changes] == [undecided.id, ham.id]


def test_a_decision_that_was_taken_back_is_no_verdict(store):
    comment = scored(store)
    decided(store, comment, Action.REJECT)
    with store.read() as uow:
        last = uow.decisions.last(comment.id)
    review.undo(store, RecordingDispatch(), last.id, ADA, sites=["demo"], at=NOON + 3 * SECOND)

    report = backtest.run(store, "demo", an_open_policy())

    assert (report.tried, report.approve.wrong.of) == (1, 0)


def test_an_authors_first_comment_is_still_their_first(store):
    first = scored(store)
    decided(store, first, Action.APPROVE)
    second = scored(store, at=NOON + DAY)

    report = backtest.run(store, "demo", replace(an_open_policy(), hold_first_comment=True))

    assert [each.past.comment.id for each in report.other_changes] == [second.id]


def test_only_the_newest_comments_are_tried(store):
    comments = [scored(store, at=NOON + n * DAY) for n in range(4)]

    report = backtest.run(store, "demo", an_open_policy(), limit=2)

    assert [each.past.comment.id for each in report.other_changes] == [comments[3].id, comments[2].id]
    assert report.since == NOON + 2 * DAY


def test_a_labels_threshold_is_compared_with_its_stored_probability(store):
    comment = received(store)
    settled(store, comment, a_score(labels={"threat": 0.4}))

    report = backtest.run(store, "demo", a_policy(thresholds={"threat": Threshold(reject_at=0.3)}))

    assert report.reject.after == 1


def test_an_unknown_site_has_nothing_to_try_a_draft_on(store):
    with pytest.raises(NotFound):
        backtest.run(store, "nowhere", a_policy())
