"""Batches of comments for the classifier: what it fails on comes back alone, and ends with people."""

import time
from types import SimpleNamespace

import pytest

from moderation import triage
from moderation.comment import Status
from moderation.config.settings import Settings
from moderation.decision import Action, Reason
from moderation.errors import StoreBusy
from moderation.messages import Message
from tests.builders import LEASE, NOON, SECOND, RecordingDispatch, a_score, a_submission, received
from tests.waiting import eventually
from worker import scoring
from worker.context import Context
from worker.scoring import REST_S, STRIKES, score_waiting

LONG = "the bread rose well in the cold kitchen and we ate it with butter and honey on the second day"


class Died(BaseException):
    """What no worker catches, as nobody catches kill -9."""


class FragileScorer:
    """A classifier that breaks on poison. asked: the texts it was given, each time."""

    def __init__(self, breaks_with=ValueError):
        self.asked = []
        self.near_copies = {}
        self._breaks_with = breaks_with

    def score_many(self, readings):
        self.asked.append([reading.body for reading in readings])
        self.near_copies |= {reading.body: reading.near_copies for reading in readings}
        if "poison" in self.asked[-1]:
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
    """The seconds of each rest that the worker took; they pass at once."""
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


def test_what_waits_is_scored_as_one_batch_and_the_deliveries_are_rung_for(store, context):
    comments = sent(store, "one", "two", "three")
    worker = context(FragileScorer())

    score_all(worker)

    assert worker.scorer.asked == [["one", "two", "three"]]
    assert {last_decision(store, each).reason for each in comments} == {Reason.FIRST_COMMENT}
    assert worker.doorbell.rings == ["delivery"]


def test_a_comment_that_breaks_the_classifier_comes_back_alone_and_harms_no_other(store, context):
    poison, *others = sent(store, "poison", "two", "three")
    worker = context(FragileScorer())

    score_all(worker)

    assert worker.scorer.asked == [["poison", "two", "three"], *[["poison"]] * (STRIKES - 1), ["two"], ["three"]]
    assert {last_decision(store, each).reason for each in others} == {Reason.FIRST_COMMENT}
    told = last_decision(store, poison)
    assert (told.action, told.reason, told.status_after) == (Action.HOLD, Reason.NOT_SCORED, Status.PENDING)
    assert told.detail == Message("scoring.failed", {"n": STRIKES})


def test_a_comment_that_kills_its_worker_comes_back_alone_when_the_lease_ends(store, context):
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

    assert (deaths, deadly.asked[0]) == (STRIKES, ["poison", "two"])
    assert all(len(batch) == 1 for batch in deadly.asked[1:])
    assert last_decision(store, other).reason is Reason.FIRST_COMMENT
    assert last_decision(store, poison).reason is Reason.NOT_SCORED


def test_a_comment_that_failed_keeps_no_new_one_waiting(store, context):
    sent(store, "poison")
    worker = context(FragileScorer())
    score_waiting(worker)
    received(store, a_submission("a new one"), at=NOON + 9 * SECOND)

    score_waiting(worker)

    assert worker.scorer.asked == [["poison"], ["a new one"], ["poison"]]


def test_the_classifier_is_told_how_many_came_with_nearly_the_same_text(store, context):
    sent(store, f"{LONG} a", "something else", f"{LONG} b")
    worker = context(FragileScorer())

    score_all(worker)

    assert worker.scorer.near_copies == {f"{LONG} a": 0, "something else": 0, f"{LONG} b": 1}


def test_after_less_than_a_batch_it_lets_more_gather(store, context, rests):
    sent(store, "one", "two", "three")
    worker = context(FragileScorer())

    score_all(worker)

    assert rests == [REST_S]


def test_after_a_whole_batch_it_goes_on_at_once(store, context, rests, monkeypatch):
    monkeypatch.setattr(scoring, "BATCH", 2)
    sent(store, "one", "two", "three", "four")

    score_all(context(FragileScorer()))

    assert rests == []


def test_what_is_tried_again_alone_is_tried_without_a_rest(store, context, rests):
    sent(store, "poison", "two", "three")
    worker = context(FragileScorer())
    score_waiting(worker)
    rests.clear()

    score_all(worker)

    assert (len(worker.scorer.asked), rests) == (5, [])


def test_the_next_batch_is_scored_while_one_is_settled_and_knows_of_its_texts(store, context, apart, monkeypatch):
    sent(store, f"{LONG} a", "two", f"{LONG} c", "four")
    worker = context(FragileScorer())

    def settle_late(*batch, **how):
        eventually(lambda: len(worker.scorer.asked) == 2, within_s=10)
        return triage.settle(*batch, **how)

    monkeypatch.setattr(scoring, "settle", settle_late)

    score_all(worker)

    assert worker.scorer.asked == [[f"{LONG} a", "two"], [f"{LONG} c", "four"]]
    assert worker.scorer.near_copies == {f"{LONG} a": 0, "two": 0, f"{LONG} c": 1, "four": 0}


def test_what_cannot_be_settled_comes_back_alone_and_keeps_no_other_waiting(store, context, apart, monkeypatch):
    comments = sent(store, "one", "two", "three", "four")
    worker = context(FragileScorer())
    problems = [ValueError("for once")]

    def settle_but_once(*batch, **how):
        if problems:
            raise problems.pop()
        return triage.settle(*batch, **how)

    monkeypatch.setattr(scoring, "settle", settle_but_once)

    score_all(worker)

    assert worker.scorer.asked == [["one", "two"], ["three", "four"], ["one"], ["two"]]
    assert {last_decision(store, each).reason for each in comments} == {Reason.FIRST_COMMENT}


def test_what_the_database_refuses_comes_back_alone_and_is_never_given_up(store, context, apart, monkeypatch):
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

    assert worker.scorer.asked[:2] == [["one", "two"], ["three", "four"]]
    assert {len(asked) for asked in worker.scorer.asked[2:]} == {1}
    assert {last_decision(store, each).reason for each in comments} == {Reason.FIRST_COMMENT}


def test_a_worker_that_dies_over_one_batch_settles_the_one_before(store, context, apart):
    comments = sent(store, "one", "two", "poison", "four")

    with pytest.raises(Died):
        score_all(context(FragileScorer(breaks_with=Died)))

    assert are_settled(store, comments) == [True, True, False, False]


def test_told_to_stop_it_settles_what_it_holds_and_takes_nothing_new(store, context, apart):
    comments = sent(store, "one", "two", "three", "four")
    worker = context(FragileScorer())
    worker.stop.raise_it()

    score_waiting(worker)

    assert are_settled(store, comments) == [True, True, False, False]


def test_when_its_time_is_up_it_settles_what_it_holds_and_comes_to_an_end(store, context, apart, monkeypatch):
    monkeypatch.setattr(scoring, "ROUND_S", 0.0)
    comments = sent(store, "one", "two", "three", "four")

    assert score_waiting(context(FragileScorer())) == 2
    assert are_settled(store, comments) == [True, True, False, False]
