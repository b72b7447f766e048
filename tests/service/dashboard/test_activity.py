"""What moderators did, and taking it back from there."""

import re

from moderation.accounts import Role
from tests.builders import NOON, a_submission, received, settled


def waiting(store, body, **more):
    return settled(store, received(store, a_submission(body), at=NOON, **more), at=NOON)


def test_what_was_decided_at_once_is_one_line_and_taken_back_there(signed_in, sqlite_store):
    first, second = waiting(sqlite_store, "First"), waiting(sqlite_store, "Second")
    browser = signed_in()
    picks = [f"{each.id}:{each.revision}" for each in (first, second)]
    browser.submit("/dashboard/decisions", action="reject", reason="spam", pick=picks)

    page = browser.get("/dashboard/activity").text
    assert "Rejected: 2 comments (Spam)" in page
    [batch] = re.findall(r'name="batch" value="([^"]+)"', page)
    undone = browser.submit("/dashboard/undo?on=activity", batch=batch)

    assert undone.request.path == "/dashboard/activity"
    assert "Undone: 2 comments" in undone.text
    assert "Changed since" in undone.text
    assert "Pending (2)" in browser.get("/dashboard/").text


def test_what_was_decided_on_other_sites_is_not_told(signed_in, sqlite_store, garden):
    comment = waiting(sqlite_store, "A secret of the garden", site=None)
    browser = signed_in("Mina", Role.MODERATOR, "demo")
    browser.submit(f"/dashboard/comments/{comment.id}/decisions", action="approve", revision=1)

    elsewhere = signed_in("Greta", Role.OWNER, "garden").get("/dashboard/activity").text

    assert "Nobody has decided anything yet" in elsewhere
    assert "Mina" not in elsewhere


def test_a_viewer_reads_what_was_done_and_takes_nothing_back(signed_in, sqlite_store):
    comment = waiting(sqlite_store, "First")
    signed_in().submit(f"/dashboard/comments/{comment.id}/decisions", action="approve", revision=1)

    page = signed_in("Vera", Role.VIEWER).get("/dashboard/activity").text

    assert "Approved: 1 comment" in page
    assert 'name="batch"' not in page
