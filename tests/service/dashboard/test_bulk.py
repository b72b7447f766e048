"""Decisions about everything that the filters find."""

import re

from moderation.accounts import Role
from moderation.bulk_runs import carry_out_some
from tests.builders import NOON, RecordingDispatch, a_submission, indexed, received, settled


def waiting(store, body):
    return settled(store, received(store, a_submission(body), at=NOON), at=NOON)


def test_a_moderator_sees_how_much_it_is_then_rejects_it_and_takes_it_back(signed_in, sqlite_store):
    for number in range(3):
        waiting(sqlite_store, f"Followers for sale, offer {number}")
    waiting(sqlite_store, "Which flour is it?")
    indexed(sqlite_store)
    browser = signed_in()

    asked = browser.get("/dashboard/bulk?text=followers").text
    assert "Decide about all 3 comments" in asked
    assert "offer 1" in asked
    begun = browser.submit("/dashboard/bulk?text=followers", action="reject", reason="spam")
    assert "Rejected: 0 of 3" in begun.text
    assert 'http-equiv="refresh"' in begun.text
    work(sqlite_store)

    run = begun.request.path
    done = browser.get(run).text
    assert "Rejected: 3 of 3" in done
    assert 'http-equiv="refresh"' not in done
    assert "Pending (1)" in browser.get("/dashboard/").text

    browser.submit(f"{run}/undo")
    work(sqlite_store)
    assert "Pending (4)" in browser.get("/dashboard/").text


def test_a_run_is_stopped(signed_in, sqlite_store):
    waiting(sqlite_store, "Followers for sale")
    browser = signed_in()
    run = browser.submit("/dashboard/bulk", action="reject", reason="spam").request.path

    stopped = browser.submit(f"{run}/cancel")
    work(sqlite_store)

    assert "Stopped. What was decided stands." in stopped.text
    assert "Pending (1)" in browser.get("/dashboard/").text


def test_a_viewer_decides_about_nothing(signed_in, sqlite_store):
    waiting(sqlite_store, "Followers for sale")
    indexed(sqlite_store)
    browser = signed_in("Vera", Role.VIEWER)

    assert browser.get("/dashboard/bulk").status_code == 403
    assert browser.submit("/dashboard/bulk", action="approve").status_code == 403
    assert not re.search(r'href="/dashboard/bulk', browser.get("/dashboard/?text=followers").text)


def work(store):
    """A worker, until nothing is left to do."""
    while carry_out_some(store, RecordingDispatch(), at=NOON):
        pass
