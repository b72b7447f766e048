"""The sweeper: it rings again for work that Redis lost, and starts periodic jobs."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from moderation import jobs
from moderation.accounts import Role
from moderation.config.settings import Settings
from moderation.errors import StoreBusy
from moderation.jobs import PATIENCE, SWEEPER, JobSpec, job_named
from moderation.near_duplicates import Seen
from moderation.sender_rule import SenderKind
from moderation.senders import add_sender_rule
from moderation.store.checks import CheckRepository
from moderation.store.tables import checks, sender_rules
from tests.builders import ADA, DAY, LEASE, NOON, SECOND, RecordingDispatch, a_check, a_site, a_submission, received
from tests.moderation.store.announcing import an_endpoint, announced, claim
from worker import sweep
from worker.cleanup import delete_expired, purge_checks
from worker.context import Context
from worker.indexing import check_index, index_new
from worker.sweep import Sweeper, sweep_until

EVERY = timedelta(hours=1)


@pytest.fixture
def context(sqlite_store, tmp_path):
    """The sweeper at a time: `context(NOON)`."""
    settings = Settings.from_env({"REJOINDER_HOME": str(tmp_path)})
    return lambda at: Context(settings, sqlite_store, RecordingDispatch(), lambda: at)


@pytest.fixture
def only(monkeypatch):
    """Makes one job the only one."""
    return lambda job: monkeypatch.setattr(jobs, "JOBS", (job,))


def rings(context):
    Sweeper(context).sweep()
    return context.doorbell.rings


def test_a_comment_that_no_worker_claimed_is_rung_for_after_a_while(sqlite_store, context):
    received(sqlite_store)

    assert rings(context(NOON + PATIENCE - SECOND)) == []
    assert rings(context(NOON + PATIENCE)) == ["scoring"]


def test_a_comment_of_a_dead_worker_is_rung_for_when_its_lease_ends(sqlite_store, context):
    received(sqlite_store)
    sqlite_store.write(lambda uow: uow.comments.claim(limit=1, at=NOON, lease=LEASE))

    assert rings(context(NOON + LEASE - SECOND)) == []
    assert rings(context(NOON + LEASE + SECOND)) == ["scoring"]


def test_a_due_delivery_is_rung_for_unless_a_worker_holds_it(sqlite_store, context):
    an_endpoint(sqlite_store)
    announced(sqlite_store)

    before = rings(context(NOON))
    claim(sqlite_store)

    assert (before, rings(context(NOON + SECOND))) == (["delivery"], [])


def test_sketches_expire_after_a_week_and_sign_ins_at_their_end(sqlite_store, context):
    week = timedelta(days=7)
    moderator = sqlite_store.write(lambda uow: uow.accounts.add_moderator("Ada", Role.OWNER, [], at=NOON))

    def add(uow):
        uow.sketches.keep("demo", {1: Seen(7, 0)}, at=NOON)
        return uow.accounts.issue_sign_in(moderator, kind="session", lifetime=week, at=NOON)

    session = sqlite_store.write(add)

    def left():
        with sqlite_store.read() as uow:
            return uow.sketches.count(), uow.accounts.session_ends_at(session) is not None

    delete_expired(context(NOON + week - SECOND))
    before = left()
    delete_expired(context(NOON + week + SECOND))

    assert (before, left()) == ((1, True), (0, False))


def test_a_rule_that_ran_out_keeps_nothing_by_which_its_sender_is_found(sqlite_store, context):
    comment = received(sqlite_store)
    for kind, lifetime in ((SenderKind.ADDRESS, DAY), (SenderKind.NETWORK, 2 * DAY), (SenderKind.MUTE, None)):
        sqlite_store.write(
            lambda uow, kind=kind, lifetime=lifetime: add_sender_rule(
                uow, comment, kind, ADA, lifetime=lifetime, at=NOON
            )
        )

    def kept():
        columns = (sender_rules.c.kind, sender_rules.c.key, sender_rules.c.ended_at)
        with sqlite_store.read() as uow:
            return [tuple(row) for row in uow.connection.execute(select(*columns).order_by(sender_rules.c.kind))]

    delete_expired(context(NOON + DAY - SECOND))
    before = kept()
    delete_expired(context(NOON + DAY))

    assert [bool(key) for _, key, _ in before] == [True] * 3
    assert [(kind, bool(key), ended_at) for kind, key, ended_at in kept()] == [
        ("address", False, NOON + DAY),
        ("mute", True, None),
        ("network", True, None),
    ]


def test_the_texts_of_checks_are_deleted_when_the_days_of_their_site_are_over(sqlite_store, context):
    sqlite_store.write(lambda uow: uow.sites.add(a_site("brief", check_days=1), at=NOON))
    for site in ("demo", "brief"):
        a_check(sqlite_store, site=a_site(site))

    def left():
        with sqlite_store.read() as uow:
            return set(uow.connection.scalars(select(checks.c.site_id).where(checks.c.body != "")))

    purge_checks(context(NOON + 1 * DAY))
    at_first = left()
    purge_checks(context(NOON + 1 * DAY + SECOND))
    after_a_day = left()
    purge_checks(context(NOON + 15 * DAY + SECOND))

    assert (at_first, after_a_day, left()) == ({"demo", "brief"}, {"demo"}, set())


def test_the_texts_of_checks_are_deleted_some_at_a_time(sqlite_store, context, monkeypatch):
    monkeypatch.setattr(CheckRepository.purge, "__kwdefaults__", {"limit": 2})
    for _ in range(5):
        a_check(sqlite_store)

    purged = [purge_checks(context(NOON + 30 * DAY)) for _ in range(4)]

    assert purged == [2, 2, 1, 0]
    with sqlite_store.read() as uow:
        assert uow.connection.scalar(select(func.count()).where(checks.c.purged_at.is_(None))) == 0


class Sweeps:
    """Stands for the event that ends the sweeper: set after `count` sweeps, ten minutes from each to the next."""

    def __init__(self, count):
        self.left = count
        self.now = NOON

    def is_set(self):
        return self.left == 0

    def wait(self, seconds):
        self.left -= 1
        self.now += timedelta(minutes=10)


def test_a_periodic_job_runs_at_first_and_then_after_its_time(context, only):
    sweeps = Sweeps(13)
    at_work = replace(context(NOON), now=lambda: sweeps.now)
    only(JobSpec("retention", "worker.retention.delete", role="scoring", every=EVERY))
    at_work.doorbell.ring = lambda bell: rung.append((bell, (sweeps.now - NOON) / EVERY))
    rung = []

    sweep_until(at_work, sweeps)

    assert rung == [("retention", 0), ("retention", 1), ("retention", 2)]


def test_a_job_of_the_sweeper_runs_in_its_process_until_it_has_nothing_to_do(context, only, monkeypatch):
    left = [2, 1, 0]
    monkeypatch.setattr("worker.cleanup.delete_expired", lambda context: left.pop(0))
    only(replace(job_named("cleanup"), every=EVERY))
    sweeper = context(NOON)

    Sweeper(sweeper).sweep()

    assert (left, sweeper.doorbell.rings) == ([], [])


def test_a_job_that_cannot_reach_the_database_runs_with_the_next_sweep_and_holds_up_no_other(context, monkeypatch):
    outcomes, ran = [StoreBusy("The database cannot be used at the moment."), 0], []

    def clean(context):
        ran.append(context)
        if isinstance(outcome := outcomes.pop(0), Exception):
            raise outcome
        return outcome

    monkeypatch.setattr("worker.cleanup.delete_expired", clean)
    always = JobSpec("always", "worker.always.work", role="scoring", pending=lambda uow, at: 1)
    monkeypatch.setattr(jobs, "JOBS", (job_named("cleanup"), always))
    at_work = context(NOON)

    sweep_until(at_work, Sweeps(3))

    assert len(ran) == 2
    assert at_work.doorbell.rings == ["always"] * 3


def test_a_job_that_fails_is_logged_and_stops_no_other(context, monkeypatch, caplog):
    def fail(context):
        raise ValueError("broken")

    monkeypatch.setattr("worker.cleanup.delete_expired", fail)
    always = JobSpec("always", "worker.always.work", role="scoring", pending=lambda uow, at: 1)
    monkeypatch.setattr(jobs, "JOBS", (job_named("cleanup"), always))

    assert rings(context(NOON)) == ["always"]
    assert "job failed job=cleanup" in caplog.text


def test_the_role_of_the_sweeper_has_no_queue():
    assert SWEEPER in jobs.roles()
    assert SWEEPER not in jobs.queues()


def test_a_job_that_has_much_to_do_goes_on_in_the_next_sweep(context, only, monkeypatch):
    monkeypatch.setattr(sweep, "SLICE_S", 0.0)
    left = [1, 1, 0]
    monkeypatch.setattr("worker.cleanup.delete_expired", lambda context: left.pop(0))
    only(replace(job_named("cleanup"), every=EVERY))
    sweeper = Sweeper(context(NOON))

    sizes = []
    for _ in range(4):
        sweeper.sweep()
        sizes.append(len(left))

    assert sizes == [2, 1, 0, 0]


def test_sketches_expire_some_at_a_time(sqlite_store, context, monkeypatch):
    monkeypatch.setattr("worker.cleanup.AT_ONCE", 2)
    sqlite_store.write(lambda uow: uow.sketches.keep("demo", {n: Seen(7, 0) for n in range(5)}, at=NOON))
    at_work, left = context(NOON + timedelta(days=8)), []

    while delete_expired(at_work):
        with sqlite_store.read() as uow:
            left.append(uow.sketches.count())

    assert left == [3, 1]


def test_new_comments_are_indexed_once_and_late_ones_too(sqlite_store, context):
    early, late = NOON, NOON + timedelta(minutes=1)
    at_work = context(NOON)

    received(sqlite_store, a_submission("bread"), at=late)
    index_new(at_work)
    received(sqlite_store, a_submission("bread"), at=late - SECOND)
    received(sqlite_store, a_submission("bread"), at=early)
    index_new(at_work)

    with sqlite_store.read() as uow:
        assert len(uow.text_index.find(["bread"], most=10)) == 2
        assert len(uow.text_index.next_stale(after="", limit=10)[0]) == 1
    check_index(at_work)
    with sqlite_store.read() as uow:
        assert len(uow.text_index.find(["bread"], most=10)) == 3


@pytest.mark.parametrize("work", [index_new, check_index])
def test_many_comments_are_indexed_some_at_a_time(sqlite_store, context, monkeypatch, work):
    monkeypatch.setattr("worker.indexing.AT_ONCE", 2)
    for number in range(5):
        received(sqlite_store, a_submission("bread"), at=NOON + number * SECOND)
    at_work, found = context(NOON), []

    while work(at_work):
        with sqlite_store.read() as uow:
            found.append(len(uow.text_index.find(["bread"], most=10)))

    assert found == [2, 4]
    assert at_work.places == {}
