"""What Redis forgot is rung for again, and what has served its time is taken out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.accounts import Role
from moderation.config.settings import Settings
from moderation.errors import StoreBusy
from moderation.near_duplicates import Seen
from tests.builders import LEASE, NOON, SECOND, RecordingDispatch, received
from tests.moderation.store.announcing import an_endpoint, announced, claim
from worker import sweep as sweeping
from worker.context import Context
from worker.sweep import PATIENCE, TIDY_EVERY, sweep, sweep_until, tidy


@pytest.fixture
def context(sqlite_store, tmp_path):
    """The sweeper at a time: `context(NOON)`."""
    settings = Settings.from_env({"REJOINDER_HOME": str(tmp_path)})
    return lambda at: Context(settings, sqlite_store, RecordingDispatch(), lambda: at)


def rung(context):
    sweep(context)
    return context.doorbell.rings


def test_a_comment_that_nobody_took_is_rung_for_once_it_waited_too_long(sqlite_store, context):
    received(sqlite_store)

    assert rung(context(NOON + PATIENCE - SECOND)) == []
    assert rung(context(NOON + PATIENCE)) == ["scoring"]


def test_what_a_dead_worker_took_is_rung_for_when_its_lease_ends(sqlite_store, context):
    received(sqlite_store)
    sqlite_store.write(lambda uow: uow.comments.claim(limit=1, at=NOON, lease=LEASE))

    assert rung(context(NOON + LEASE - SECOND)) == []
    assert rung(context(NOON + LEASE + SECOND)) == ["scoring"]


def test_a_delivery_whose_time_has_come_is_rung_for(sqlite_store, context):
    an_endpoint(sqlite_store)
    announced(sqlite_store)

    before = rung(context(NOON))
    claim(sqlite_store)

    assert (before, rung(context(NOON + SECOND))) == (["delivery"], [])


def test_sketches_go_after_a_week_and_sign_ins_when_they_ran_out(sqlite_store, context):
    week = timedelta(days=7)
    moderator = sqlite_store.write(lambda uow: uow.accounts.add_moderator("Ada", Role.OWNER, [], at=NOON))

    def keep(rows):
        rows.sketches.keep("demo", {1: Seen(7, 0)}, at=NOON)
        return rows.accounts.issue_sign_in(moderator, kind="session", lifetime=week, at=NOON)

    session = sqlite_store.write(keep)

    def left():
        with sqlite_store.read() as uow:
            return uow.sketches.count(), uow.accounts.session_ends_at(session) is not None

    tidy(context(NOON + week - SECOND))
    before = left()
    tidy(context(NOON + week + SECOND))

    assert (before, left()) == ((1, True), (0, False))


class Rounds:
    """Stands for the event that ends the sweeper: set after so many rounds, ten minutes from each to the next."""

    def __init__(self, count):
        self.left = count
        self.now = NOON

    def is_set(self):
        return self.left == 0

    def wait(self, seconds):
        self.left -= 1
        self.now += timedelta(minutes=10)


def test_a_database_that_is_away_is_asked_again_the_next_time(context, monkeypatch):
    answers = [StoreBusy("The database cannot be used at the moment."), None, None]
    swept = []

    def sweep_or_fail(context):
        swept.append(context)
        if problem := answers[len(swept) - 1]:
            raise problem

    monkeypatch.setattr(sweeping, "sweep", sweep_or_fail)

    sweep_until(context(NOON), Rounds(3))

    assert len(swept) == 3


def test_tidying_comes_at_first_and_then_once_an_hour(context, monkeypatch):
    rounds, tidied = Rounds(13), []
    monkeypatch.setattr(sweeping, "tidy", lambda context: tidied.append((context.now() - NOON) / TIDY_EVERY))

    sweep_until(replace(context(NOON), now=lambda: rounds.now), rounds)

    assert tidied == [0, 1, 2]
