"""The second moment: the policy decides once, and never against a person who was faster."""

import random
from dataclasses import replace

import pytest
from sqlalchemy import select

from moderation import review, rules, triage
from moderation.comment import Status
from moderation.decision import POLICY, Action, Reason
from moderation.messages import Message
from moderation.near_duplicates import Sketch
from moderation.policy import WordRule
from moderation.review import DecisionRequest
from moderation.score import Evidence
from moderation.store.tables import scores
from moderation.triage import Scored
from tests.builders import (
    ADA,
    DAY,
    LEASE,
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

SKETCH = Sketch((1, 2, 3), 4)


def _open_site(store, **changes):
    store.write(lambda uow: uow.sites.change(a_site(policy=an_open_policy(**changes))))


def _claim(store, at=NOON + SECOND, **changes):
    return store.write(lambda uow: uow.comments.claim(**{"limit": 10, "at": at, "lease": LEASE} | changes))


def _history(store, comment):
    with store.read() as uow:
        return uow.decisions.history(comment.id)


def test_a_first_comment_is_held_even_when_it_scores_clean(store):
    comment = settled(store, received(store), a_score(spam=0.0, abuse=0.0))

    assert (comment.status, comment.reason) == (Status.PENDING, Reason.FIRST_COMMENT)


def test_clear_spam_is_rejected_with_its_reason_and_can_be_undone(store):
    comment = settled(store, received(store), a_score(spam=0.99))
    [decision] = _history(store, comment)

    done = review.undo(store, RecordingDispatch(), decision.id, ADA, sites=["demo"], at=NOON + DAY)

    assert (comment.status, comment.reason) == (Status.REJECTED, Reason.SPAM)
    assert decision.by == POLICY
    assert "0.99" in str(decision.detail)
    assert done.comment.status is Status.PENDING


def test_an_owner_may_let_clean_comments_appear_by_themselves(store):
    _open_site(store)

    assert settled(store, received(store)).status is Status.APPROVED


def test_without_a_score_a_comment_is_left_to_people_with_the_problem_named(store):
    _open_site(store)
    comment = received(store)

    triage.settle(store, [Scored(comment, None, Message("scoring.failed", {"n": 3}))], {}, at=NOON + SECOND)

    with store.read() as uow:
        now = uow.comments.get(comment.id)
    assert (now.status, now.reason, now.score) == (Status.PENDING, Reason.NOT_SCORED, None)
    assert now.scored_at == NOON + SECOND
    assert [decision.detail for decision in _history(store, comment)] == [Message("scoring.failed", {"n": 3})]


def test_the_score_and_its_evidence_come_back_as_they_were(store):
    score = a_score(spam=0.123456789, abuse=0.2, labels={"insult": 0.3}, language="de", confidence=0.75)

    comment = settled(store, received(store, a_submission()), score)

    assert comment.score == score
    assert (comment.spam, comment.abuse) == (score.spam, score.abuse)


def test_evidence_points_at_the_text_and_keeps_no_copy_of_it(store):
    settled(store, received(store, a_submission()), a_score())

    with store.read() as uow:
        stored = uow.connection.scalar(select(scores.c.evidence))
    assert stored.split("\n") == [
        "spam body 2 6 -1250000000000",
        'abuse submission 0 0 -500000000000 evidence.links {"n":2}',
    ]


def test_the_stored_weights_sum_to_the_logit_to_nine_places(store):
    weights = [random.Random(seed).gauss(0, 3) for seed in range(24)]
    score = replace(a_score(), evidence=tuple(Evidence("spam", "body", 0, 1, "", each) for each in weights))

    comment = settled(store, received(store, a_submission()), score)

    assert sum(part.weight for part in comment.score.evidence) == pytest.approx(sum(weights), abs=1e-9)


def test_nothing_to_settle_is_settled_without_a_transaction(store, counts):
    assert triage.settle(store, [], {}, at=NOON) == 0
    assert (counts.statements, counts.commits) == ([], 0)


def test_a_moderator_who_decides_between_claim_and_settle_wins(store):
    received(store)
    [claimed] = _claim(store)
    request = DecisionRequest(claimed.id, Action.APPROVE, claimed.revision)
    review.decide(store, RecordingDispatch(), request, ADA, sites=["demo"], at=NOON + 2 * SECOND)

    decided = triage.settle(store, [Scored(claimed, a_score(spam=0.99))], {}, at=NOON + 3 * SECOND)

    assert decided == 0
    with store.read() as uow:
        now = uow.comments.get(claimed.id)
    assert (now.status, now.revision, now.spam) == (Status.APPROVED, 1, 0.99)
    assert [decision.by for decision in _history(store, claimed)] == [ADA]


def test_two_workers_that_hold_the_same_comment_make_one_decision(store):
    received(store)
    [first] = _claim(store)
    [second] = _claim(store, at=NOON + SECOND + LEASE, retries=True)

    outcomes = [
        triage.settle(store, [Scored(first, a_score(spam=0.99))], {first.id: SKETCH}, at=NOON + 2 * LEASE),
        triage.settle(store, [Scored(second, a_score(spam=0.01))], {first.id: SKETCH}, at=NOON + 2 * LEASE),
    ]

    assert outcomes == [1, 0]
    assert len(_history(store, first)) == 1
    with store.read() as uow:
        assert uow.comments.get(first.id).spam == 0.99


def test_each_site_decides_by_its_own_policy(store):
    other = a_site("other", policy=an_open_policy())
    store.write(lambda uow: uow.sites.add(other, at=NOON))
    here, there = received(store), received(store, site=other)

    triage.settle(store, [Scored(here, a_score()), Scored(there, a_score())], {}, at=NOON + SECOND)

    with store.read() as uow:
        statuses = [uow.comments.get(comment.id).status for comment in (here, there)]
    assert statuses == [Status.PENDING, Status.APPROVED]


def test_the_words_are_searched_for_without_the_lock_and_again_if_the_owner_changed_them(store, monkeypatch):
    _open_site(store, words=(WordRule("bread"),))
    comment = received(store, a_submission("Buy a watch."))
    search, searched = rules.find_words, []

    def owner_changes_the_words_meanwhile(comment, words):
        searched.append([rule.phrase for rule in words])
        if len(searched) == 1:
            _open_site(store, words=(WordRule("watch", Action.REJECT),))
        return search(comment, words)

    monkeypatch.setattr(rules, "find_words", owner_changes_the_words_meanwhile)

    now = settled(store, comment)

    assert searched == [["bread"], ["watch"]]
    assert (now.status, now.reason) == (Status.REJECTED, Reason.WORDS)


def test_words_that_stayed_the_same_are_searched_for_once(store, monkeypatch):
    _open_site(store, words=(WordRule("bread"),))
    comment = received(store, a_submission("Bread again."))
    search, searched = rules.find_words, []
    monkeypatch.setattr(rules, "find_words", lambda comment, words: searched.append(words) or search(comment, words))

    now = settled(store, comment)

    assert len(searched) == 1
    assert now.reason == Reason.WORDS


def test_an_author_with_an_approved_comment_is_no_stranger(store):
    _open_site(store, hold_first_comment=True)
    first = settled(store, received(store))
    request = DecisionRequest(first.id, Action.APPROVE, first.revision)
    review.decide(store, RecordingDispatch(), request, ADA, sites=["demo"], at=NOON + SECOND)

    known = settled(store, received(store, a_submission("Again me.", email=" RITA@reader.example")))
    stranger = settled(store, received(store, a_submission("Hello.", email="new@reader.example")))

    assert (known.status, stranger.status) == (Status.APPROVED, Status.PENDING)


def test_the_same_text_twice_is_held_the_second_time(store):
    _open_site(store)
    first = received(store, a_submission("Buy my bread in the new shop at the corner!", email="one@reader.example"))
    second = received(
        store,
        a_submission("buy MY bread in the new shop at the corner", email="two@reader.example"),
        at=NOON + SECOND,
    )

    assert settled(store, first).status is Status.APPROVED
    assert settled(store, second).reason == Reason.DUPLICATE


@pytest.mark.parametrize(
    ("action", "reason", "days", "held"),
    [
        (Action.REJECT, Reason.SPAM, 29, True),
        (Action.REJECT, Reason.SPAM, 31, False),
        (Action.REJECT, Reason.OFF_TOPIC, 1, False),
        (Action.APPROVE, None, 1, False),
    ],
)
def test_later_copies_of_what_moderators_rejected_as_spam_wait_with_that_suggestion(
    store, action, reason, days, held
):
    _open_site(store, hold_duplicates=False)
    first = settled(store, received(store, a_submission("Buy my bread at the new shop")), a_score(0.4, 0.01))
    request = DecisionRequest(first.id, action, first.revision, reason)
    review.decide(store, RecordingDispatch(), request, ADA, sites=["demo"], at=NOON + SECOND)

    at = NOON + days * DAY
    copy = received(store, a_submission("Buy my bread at the old shop", email="two@reader.example"), at=at)
    copy = settled(store, replace(copy, campaign=first.id, near_copies=1), at=at)

    assert (copy.status is Status.PENDING) is held
    with store.read() as uow:
        detail = uow.decisions.history(copy.id)[-1].detail
    assert (detail.code == "rule.copies_of_spam") is held


def test_what_the_policy_alone_rejected_suggests_nothing_about_copies(store):
    _open_site(store, hold_duplicates=False)
    first = settled(store, received(store, a_submission("Buy my bread at the new shop")), a_score(0.99, 0.01))

    copy = received(store, a_submission("Buy my bread at the old shop", email="two@reader.example"))
    copy = settled(store, replace(copy, campaign=first.id, near_copies=1))

    assert (first.status, copy.status) == (Status.REJECTED, Status.APPROVED)


@pytest.mark.parametrize(("days", "reason"), [(7, Reason.CLEAN), (6, Reason.DUPLICATE)])
def test_the_same_text_is_remembered_for_a_week(store, days, reason):
    _open_site(store)
    received(store, a_submission("Buy my bread!"))

    again = received(store, a_submission("Buy my bread!"), at=NOON + days * DAY)

    assert settled(store, again).reason == reason


def test_a_comment_on_a_page_that_was_closed_before_is_held_and_one_from_before_is_not(store):
    _open_site(store)
    before = received(store)
    store.write(lambda uow: uow.threads.close(before.thread.id, is_closed=True, at=NOON + SECOND))
    after = received(store, at=NOON + SECOND)

    assert settled(store, _fresh(store, before)).status is Status.APPROVED
    assert settled(store, _fresh(store, after)).reason == Reason.CLOSED_THREAD


def test_every_decision_of_the_policy_is_in_the_audit_trail(store):
    comments = [received(store) for _ in range(3)]

    triage.settle(store, [Scored(comment, a_score()) for comment in comments], {}, at=NOON + SECOND)

    with store.read() as uow:
        facts = [entry.fact for entry in uow.audit.entries("demo")]
    assert [(fact.action, fact.subject, fact.by_id) for fact in facts] == [
        ("decision.hold", comment.id, "policy") for comment in comments
    ]


def _fresh(store, comment):
    with store.read() as uow:
        return uow.comments.get(comment.id)
