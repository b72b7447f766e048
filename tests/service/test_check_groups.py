"""Checks that arrive together: made in one go, and no text harms another."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from moderation.checks import CheckRequest
from moderation.errors import CannotScore
from moderation.near_duplicates import Sketch
from moderation.store.tables import checks
from service.check_groups import CheckGroups
from tests.builders import NOON, StubClassifier, a_site, a_submission, an_arrival
from tests.waiting import eventually


class Slow(StubClassifier):
    """A classifier whose first group waits for `go_on`, and which fails on the text "bad"."""

    def __init__(self, **how):
        super().__init__(**how)
        self.go_on, self.groups = threading.Event(), []

    def sketch_many(self, bodies):
        self.groups.append(list(bodies))
        assert self.go_on.wait(30)
        return super().sketch_many(bodies)

    def score_many(self, comments, **how):
        if any(comment.body == "bad" for comment in comments):
            raise CannotScore(retry_after_s=30)
        return super().score_many(comments, **how)


@pytest.fixture
def pool():
    """Threads that ask."""
    with ThreadPoolExecutor(8) as pool:
        yield pool


def together(groups, slow, pool, bodies):
    """The answers to these texts, which all arrive while a first one is checked."""

    def ask(body):
        arrival = an_arrival(sender="key_1")
        return groups.check(CheckRequest(a_site(), a_submission(body), arrival, at=NOON))

    first = pool.submit(ask, "first")
    eventually(lambda: slow.groups)
    others = [pool.submit(ask, body) for body in bodies]
    eventually(lambda: sum(map(len, groups._groups._waiting.values())) == len(bodies))
    slow.go_on.set()
    first.result()
    return [each.exception() or each.result() for each in others]


def count(store):
    with store.read() as uow:
        return uow.connection.scalar(select(func.count()).select_from(checks))


def test_checks_that_wait_for_another_are_made_in_one_go(sqlite_store, pool):
    slow = Slow()
    groups = CheckGroups(sqlite_store, slow)

    answers = together(groups, slow, pool, ["one", "two", "three"])

    assert sorted(map(sorted, slow.groups)) == [["first"], ["one", "three", "two"]]
    assert len({answer.id for answer in answers}) == 3 and count(sqlite_store) == 4


def test_a_text_that_cannot_be_scored_harms_no_other(sqlite_store, pool):
    slow = Slow()
    groups = CheckGroups(sqlite_store, slow)

    answers = together(groups, slow, pool, ["one", "bad", "two"])

    assert [isinstance(answer, CannotScore) for answer in answers] == [False, True, False]
    assert count(sqlite_store) == 3


def test_copies_in_one_group_are_counted(sqlite_store, pool):
    slow = Slow(sketch=Sketch((1, 2), 3))
    groups = CheckGroups(sqlite_store, slow)

    answers = together(groups, slow, pool, ["one", "two", "three"])

    assert sorted(answer.near_copies for answer in answers) == [1, 2, 3]
