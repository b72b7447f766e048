"""Decisions about everything that a search finds."""

import base64
from datetime import timedelta

import pytest
from sqlalchemy import update

from moderation import account_admin, bulk_runs
from moderation.accounts import Role
from moderation.actions import Action
from moderation.bulk_run import RunStatus
from moderation.bulk_runs import AT_ONCE, begin_run, begin_undo, cancel_run, carry_out_some, search_from
from moderation.comment import Status
from moderation.decided_by import DecidedBy
from moderation.errors import Invalid
from moderation.queue import Search
from moderation.reasons import Reason
from moderation.store import Store
from moderation.store.tables import bulk_runs as bulk_runs_table
from tests.builders import ADA, NOON, RecordingDispatch, a_submission, received

SECOND = timedelta(seconds=1)


def begun(store: Store, search: Search | None = None, *, at=NOON):
    """A run that rejects what waits as spam."""
    search = search or Search(("demo",))
    return store.write(lambda uow: begin_run(uow, search, Action.REJECT, Reason.SPAM, ADA, at=at))


def carried_out(store: Store, *, at=NOON + SECOND) -> None:
    """A worker, until there is nothing left to do."""
    while carry_out_some(store, RecordingDispatch(), at=at):
        at += SECOND


def counts(store: Store) -> dict[str, int]:
    with store.read() as uow:
        return {status: count.number for status, count in uow.queue.counts(Search(("demo",))).items()}


def test_all_that_matches_is_decided_and_nothing_that_comes_later(store):
    for number in range(AT_ONCE + 5):
        received(store, a_submission(f"Copy {number}"), at=NOON)
    run = begun(store)
    received(store, at=NOON + SECOND)

    carried_out(store)

    assert counts(store) == {"pending": 1, "approved": 0, "rejected": AT_ONCE + 5}
    with store.read() as uow:
        ended = uow.bulk_runs.get(run.id)
        assert (ended.status, ended.total, uow.bulk_runs.decided(ended)) == (RunStatus.DONE, AT_ONCE + 5, AT_ONCE + 5)


def test_one_undo_takes_all_of_it_back(store):
    for number in range(AT_ONCE + 5):
        received(store, a_submission(f"Copy {number}"), at=NOON)
    run = begun(store)
    carried_out(store)

    store.write(lambda uow: begin_undo(uow, run.id, ADA, sites=["demo"], at=NOON + timedelta(minutes=1)))
    carried_out(store, at=NOON + timedelta(minutes=1))

    assert counts(store) == {"pending": AT_ONCE + 5, "approved": 0, "rejected": 0}


def test_a_run_that_was_stopped_decides_no_more(store):
    for number in range(AT_ONCE + 5):
        received(store, a_submission(f"Copy {number}"), at=NOON)
    run = begun(store)
    carry_out_some(store, RecordingDispatch(), at=NOON + SECOND)

    store.write(lambda uow: cancel_run(uow, run.id, by_id=ADA.id, at=NOON + SECOND))
    carried_out(store, at=NOON + 2 * SECOND)

    assert counts(store)["pending"] == 5


def test_an_address_is_searched_for_but_not_kept_in_clear(store):
    received(store, a_submission("One", email="rita@reader.example"), at=NOON)
    received(store, a_submission("Two", email="other@reader.example"), at=NOON)
    run = begun(store, Search(("demo",), author="rita@reader.example"))

    carried_out(store)

    assert "reader.example" not in str(run.asked)
    with store.read() as uow:
        assert "author" not in uow.bulk_runs.get(run.id).asked  # nor sealed, once it is not needed any more
    assert counts(store) == {"pending": 1, "approved": 0, "rejected": 1}


@pytest.mark.parametrize(
    ("search", "problem"),
    [
        (Search(("demo",), text="nobody wrote this"), "no comment matches"),
        (Search(("demo",), status=Status.REJECTED), "not decided so already"),
    ],
)
def test_what_cannot_be_decided_is_not_begun(store, search, problem):
    received(store, at=NOON)

    with pytest.raises(Invalid, match=problem):
        begun(store, search)


@pytest.mark.parametrize(
    "change",
    [
        lambda uow: account_admin.disable_moderator(uow, "Mina", by_id=ADA.id, at=NOON),
        lambda uow: account_admin.withdraw_role(uow, "Mina", "demo", by_id=ADA.id, at=NOON),
        lambda uow: account_admin.grant_role(uow, "Mina", Role.VIEWER, "demo", by_id=ADA.id, at=NOON),
    ],
)
def test_the_run_of_somebody_who_may_no_longer_decide_decides_nothing(store, change):
    received(store, at=NOON)
    mina = store.write(lambda uow: uow.accounts.add_moderator("Mina", Role.MODERATOR, ["demo"], at=NOON))
    by = DecidedBy(mina, "Mina")
    store.write(lambda uow: begin_run(uow, Search(("demo",)), Action.REJECT, Reason.SPAM, by, at=NOON))

    store.write(change)
    carried_out(store)

    assert counts(store)["pending"] == 1


def test_a_run_that_is_stopped_while_a_worker_reads_its_comments_decides_nothing(store, monkeypatch):
    received(store, at=NOON)
    run = begun(store)

    def stopped(*args, **options):
        store.write(lambda uow: cancel_run(uow, run.id, by_id=ADA.id, at=NOON))
        return search_from(*args, **options)

    monkeypatch.setattr(bulk_runs, "search_from", stopped)
    carried_out(store)

    assert counts(store)["pending"] == 1


def test_two_workers_on_one_run_note_the_times_of_both(store):
    received(store, at=NOON)
    run = begun(store)

    for number in (1, 2):
        store.write(lambda uow, at=NOON + number * SECOND: uow.bulk_runs.note_time(run.id, at))

    with store.read() as uow:
        assert uow.bulk_runs.get(run.id).times == (NOON + SECOND, NOON + 2 * SECOND)


def test_a_run_whose_address_cannot_be_opened_holds_up_no_other(store):
    received(store, at=NOON)
    run = begun(store, Search(("demo",), author="rita@reader.example"))
    lost = base64.b64encode(b"sealed with another secret").decode()
    broken = update(bulk_runs_table).where(bulk_runs_table.c.id == run.id)
    filters = {"asked": {**run.asked, "author": f"~{lost}"}, "times": []}
    store.write(lambda uow: uow.connection.execute(broken.values(filters=filters)))
    other = begun(store, at=NOON + SECOND)

    carried_out(store, at=NOON + 2 * SECOND)

    with store.read() as uow:
        assert uow.bulk_runs.get(run.id).status is RunStatus.CANCELLED
        assert uow.bulk_runs.get(other.id).status is RunStatus.DONE
