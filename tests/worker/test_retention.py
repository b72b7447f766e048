"""The daily job: it destroys what is over, some rows at a time, and copies the list of what was erased."""

import pytest

from models.near_duplicates import passages_of
from moderation.config.erasure_list import list_path, read_list
from moderation.config.settings import Settings
from moderation.erasing.erase import erase_comment
from moderation.erasing.retention import Destroyed
from tests.builders import DAY, NOON, RecordingDispatch, received
from worker.context import Context
from worker.erasures import keep_list
from worker.retention import destroy_some


@pytest.fixture
def context(sqlite_store, tmp_path):
    """A worker, 40 days after noon."""
    settings = Settings.from_env({"REJOINDER_HOME": str(tmp_path)})
    return Context(settings, sqlite_store, RecordingDispatch(), lambda: NOON + 40 * DAY)


def test_a_run_goes_through_all_rows_in_steps_and_is_logged(context, sqlite_store, monkeypatch, caplog):
    caplog.set_level("INFO")
    monkeypatch.setattr("moderation.erasing.destroy.AT_ONCE", 2)
    for _ in range(5):
        received(sqlite_store)

    steps = 1
    while destroy_some(context):
        steps += 1

    assert steps >= 4 and context.places == {}
    with sqlite_store.read() as uow:
        [row] = uow.retention.report(["demo"], since=NOON.date())
    assert (row.what, row.count) == (Destroyed.NETWORKS, 5)
    assert "destroyed site=demo what=networks count=5" in caplog.text


def test_what_was_erased_gets_into_the_file_of_the_home(context, sqlite_store):
    comment = received(sqlite_store)
    keep_list(context)
    erase_comment(sqlite_store, comment.id, passages_of, sites=["demo"], by_id="mod_1", at=NOON)

    keep_list(context)

    assert [each.subject for each in read_list(list_path(context.settings.home))] == [comment.id]
