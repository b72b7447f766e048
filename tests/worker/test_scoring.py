"""Scoring in batches: a comment on which the classifier fails is tried again alone, then goes to the moderators."""

import time
from types import SimpleNamespace

import pytest

from models.scorer import Scorer
from moderation import rules, triage
from moderation.comment import Status
from moderation.config.settings import Settings
from moderation.decision import Action, Reason
from moderation.errors import StoreBusy
from moderation.messages import Message
from moderation.policy import WordRule
from tests.builders import LEASE, NOON, SECOND, RecordingDispatch, a_policy, a_score, a_site, a_submission, received
from tests.models.encoders import BROKEN, GERMAN, an_encoder
from tests.waiting import eventually
from worker import scoring
from worker.context import Context
from worker.scoring import REST_S, STRIKES, score_waiting

LONG = "the bread rose well in the cold kitchen and we ate it with butter and honey on the second day"


class Died(BaseException):
    """An exception that no worker catches, like kill -9."""


class FragileScorer:
    """A classifier that fails on the text "poison". batches: the texts of each call."""

    def __init__(self, breaks_with=ValueError):
        self.batches = []
        self.near_copies = {}
        self.version = "test-1"
        self._breaks_with = breaks_with

    def score_many(self, readings, **how):
        self.batches.append([reading.body for reading in readings])
        self.near_copies |= {reading.body: reading.near_copies for reading in readings}
        if "poison" in self.batches[-1]:
            raise self._breaks_with
        return [a_score() for _ in readings]


@pytest.fixture
def context(store, tmp_path):
    """A worker that scores half a minute after noon."""
    settings = Settings.from_env({"REJOINDER_HOME": str(tmp_path)})

    def context(scorer, at=NOON + 30 * SECOND):
        return Context(settings, store, RecordingDispatch(), lambda: at, scorer)

    return context


@pytest.fixture
def rests(monkeypatch):
    """The length of each rest of the worker, in seconds; none takes time."""
    rests: list[float] = []
    monkeypatch.setattr(scoring, "time", SimpleNamespace(sleep=rests.append, monotonic=time.monotonic))
    return rests


@pytest.fixture
def apart(store, monkeypatch):
    """Batches of two, and the next one is scored while one is settled, whatever the database is."""
    monkeypatch.setattr(scoring, "BATCH", 2)
    monkeypatch.setattr(store, "is_apart", True)


def sent(store, *texts):
    return [received(store, a_submission(text), at=NOON + n * SECOND) for n, text in enumerate(texts)]


def score_all(context):
    while score_waiting(context):
        pass


def last_decision(store, comment):
    with store.read() as uow:
        return uow.decisions.history(comment.id)[-1]


def are_settled(store, comments):
    with store.read() as uow:
        return [each.scored_at is not None for each in uow.comments.get_many([each.id for each in comments])]


def test_waiting_comments_are_scored_as_one_batch_and_the_delivery_bell_is_rung(store, context):
    comments = sent(store, "one", "two", "three")
    worker = context(FragileScorer())

    score_all(worker)

    assert worker.scorer.batches == [["one", "two", "three"]]
    assert {last_decision(store, each).reason for each in comments} == {Reason.FIRST_COMMENT}
    assert worker.doorbell.rings == ["delivery"]


def test_a_comment_that_breaks_the_classifier_is_tried_again_alone(store, context):
    poison, *others = sent(store, "poison", "two", "three")
    worker = context(FragileScorer())

    score_all(worker)

    assert worker.scorer.batches == [["poison", "two", "three"], *[["poison"]] * (STRIKES - 1), ["two"], ["three"]]
    assert {last_decision(store, each).reason for each in others} == {Reason.FIRST_COMMENT}
    decision = last_decision(store, poison)
    assert (decision.action, decision.reason, decision.status_after) == (
        Action.HOLD,
        Reason.NOT_SCORED,
        Status.PENDING,
    )
    assert decision.detail == Message("scoring.failed", {"n": STRIKES})


def test_a_comment_on_which_a_rule_fails_is_left_to_people_in_the_end(store, context, monkeypatch):
    store.write(lambda uow: uow.sites.change(a_site(policy=a_policy(words=(WordRule("bread"),)))))
    poison, other = sent(store, "poison bread", "two")
    count_links = rules.count_links

    def fragile_count(body):
        if body == "poison bread":
            raise ValueError
        return count_links(body)

    monkeypatch.setattr(rules, "count_links", fragile_count)
    worker = context(FragileScorer())

    for _ in range(STRIKES + 2):
        score_waiting(worker)

    assert last_decision(store, other).reason is Reason.FIRST_COMMENT
    decision = last_decision(store, poison)
    assert (decision.reason, decision.status_after) == (Reason.NOT_SCORED, Status.PENDING)
    assert decision.detail == Message("scoring.failed", {"n": STRIKES})


def test_a_comment_on_which_the_encoder_fails_gets_the_score_without_it(store, context):
    comments = sent(store, BROKEN, GERMAN)

    score_all(context(Scorer.load(encoder=an_encoder())))

    with store.read() as uow:
        found = [uow.comments.get(comment.id) for comment in comments]
    without = Scorer.load().score_many([comment.reading() for comment in found])
    assert [comment.attempts for comment in found] == [1, 1]
    assert found[0].score.abuse == without[0].abuse
    assert [comment.score.model == without[0].model for comment in found] == [True, False]
    assert {last_decision(store, each).status_after for each in comments} == {Status.PENDING}


def test_a_comment_that_kills_its_worker_is_tried_again_alone_when_the_lease_ends(store, context):
    poison, other = sent(store, "poison", "two")
    deadly = FragileScorer(breaks_with=Died)
    deaths, at = 0, NOON + 30 * SECOND

    while True:
        try:
            score_all(context(deadly, at))
        except Died:
            deaths, at = deaths + 1, at + LEASE + SECOND
        else:
            break

    assert (deaths, deadly.batches[0]) == (STRIKES, ["poison", "two"])
    assert all(len(batch) == 1 for batch in deadly.batches[1:])
    assert last_decision(store, other).reason is Reason.FIRST_COMMENT
    assert last_decision(store, poison).reason is Reason.NOT_SCORED


def test_a_comment_that_failed_does_not_delay_new_ones(store, context):
    sent(store, "poison")
    worker = context(FragileScorer())
    score_waiting(worker)
    received(store, a_submission("a new one"), at=NOON + 9 * SECOND)

    score_waiting(worker)

    assert worker.scorer.batches == [["poison"], ["a new one"], ["poison"]]


def test_the_classifier_gets_the_number_of_near_copies(store, context):
    sent(store, f"{LONG} a", "something else", f"{LONG} b")
    worker = context(FragileScorer())

    score_all(worker)

    assert worker.scorer.near_copies == {f"{LONG} a": 0, "something else": 0, f"{LONG} b": 1}


def test_after_an_incomplete_batch_it_rests(store, context, rests):
    sent(store, "one", "two", "three")
    worker = context(FragileScorer())

    score_all(worker)

    assert rests == [REST_S]


def test_after_a_complete_batch_it_does_not_rest(store, context, rests, monkeypatch):
    monkeypatch.setattr(scoring, "BATCH", 2)
    sent(store, "one", "two", "three", "four")

    score_all(context(FragileScorer()))

    assert rests == []


def test_before_a_retry_it_does_not_rest(store, context, rests):
    sent(store, "poison", "two", "three")
    worker = context(FragileScorer())
    score_waiting(worker)
    rests.clear()

    score_all(worker)

    assert (len(worker.scorer.batches), rests) == (5, [])


def test_the_next_batch_is_scored_while_one_is_settled_and_counts_its_texts(store, context, apart, monkeypatch):
    sent(store, f"{LONG} a", "two", f"{LONG} c", "four")
    worker = context(FragileScorer())

    def settle_late(*batch, **how):
        eventually(lambda: len(worker.scorer.batches) == 2)
        return triage.settle(*batch, **how)

    monkeypatch.setattr(scoring, "settle", settle_late)

    score_all(worker)

    assert worker.scorer.batches == [[f"{LONG} a", "two"], [f"{LONG} c", "four"]]
    assert worker.scorer.near_copies == {f"{LONG} a": 0, "two": 0, f"{LONG} c": 1, "four": 0}


def test_a_batch_that_cannot_be_settled_is_tried_again_one_by_one(store, context, apart, monkeypatch):
    comments = sent(store, "one", "two", "three", "four")
    worker = context(FragileScorer())
    problems = [ValueError("for once")]

    def settle_but_once(*batch, **how):
        if problems:
            raise problems.pop()
        return triage.settle(*batch, **how)

    monkeypatch.setattr(scoring, "settle", settle_but_once)

    score_all(worker)

    assert worker.scorer.batches == [["one", "two"], ["three", "four"], ["one"], ["two"]]
    assert {last_decision(store, each).reason for each in comments} == {Reason.FIRST_COMMENT}


def test_a_batch_that_the_database_refuses_is_tried_again_one_by_one_without_limit(
    store, context, apart, monkeypatch
):
    comments = sent(store, "one", "two", "three", "four")
    worker = context(FragileScorer())
    problems = [StoreBusy("The disk is full.")] * (STRIKES + 2)

    def settle_at_last(*batch, **how):
        if problems:
            raise problems.pop()
        return triage.settle(*batch, **how)

    monkeypatch.setattr(scoring, "settle", settle_at_last)
    for _ in range(STRIKES + 2):
        with pytest.raises(StoreBusy):
            score_waiting(worker)

    score_all(worker)

    assert worker.scorer.batches[:2] == [["one", "two"], ["three", "four"]]
    assert {len(batch) for batch in worker.scorer.batches[2:]} == {1}
    assert {last_decision(store, each).reason for each in comments} == {Reason.FIRST_COMMENT}


def test_a_worker_that_dies_on_one_batch_settles_the_one_before(store, context, apart):
    comments = sent(store, "one", "two", "poison", "four")

    with pytest.raises(Died):
        score_all(context(FragileScorer(breaks_with=Died)))

    assert are_settled(store, comments) == [True, True, False, False]


def test_a_stopping_worker_settles_what_it_claimed_and_claims_nothing_new(store, context, apart):
    comments = sent(store, "one", "two", "three", "four")
    worker = context(FragileScorer())
    worker.stop.raise_it()

    score_waiting(worker)

    assert are_settled(store, comments) == [True, True, False, False]


def test_at_the_end_of_its_time_it_settles_what_it_claimed_and_ends(store, context, apart, monkeypatch):
    monkeypatch.setattr(scoring, "ROUND_S", 0.0)
    comments = sent(store, "one", "two", "three", "four")

    assert score_waiting(context(FragileScorer())) == 2
    assert are_settled(store, comments) == [True, True, False, False]
