"""The author of a comment: their record, and the rules that moderators make about senders."""

import re

from moderation.accounts import Role
from tests.builders import NOON, a_submission, received, settled


def of_rita(store, body="A kind word."):
    return settled(store, received(store, a_submission(body), at=NOON), at=NOON)


def test_an_author_is_shown_with_all_their_comments_by_status(signed_in, sqlite_store):
    first, second = of_rita(sqlite_store, "Which flour is it?"), of_rita(sqlite_store, "It worked.")
    browser = signed_in()
    browser.submit(f"/dashboard/comments/{first.id}/decisions", action="approve", revision=1)

    page = browser.get(f"/dashboard/comments/{second.id}/author").text

    assert "1 approved, 0 rejected, 1 pending" in page
    assert "Which flour is it?" in page
    assert "rita@reader.example" not in page


def test_a_rule_is_told_listed_and_taken_back(signed_in, sqlite_store):
    comment = of_rita(sqlite_store)
    browser = signed_in()

    made = browser.submit(f"/dashboard/comments/{comment.id}/author/rules", kind="mute", **{"for": "week"})
    assert "From now on: Comments of Rita Reader are rejected." in made.text
    assert "Comments of Rita Reader are rejected" in browser.get("/dashboard/rules").text
    [ends] = set(re.findall(r'action="(/dashboard/rules/[^"?]+/end)', made.text))

    ended = browser.submit(ends)

    assert "Ended: Comments of Rita Reader are rejected." in ended.text
    assert "No sender is trusted" in browser.get("/dashboard/rules").text


def test_a_viewer_makes_no_rule(signed_in, sqlite_store):
    comment = of_rita(sqlite_store)
    browser = signed_in("Vera", Role.VIEWER)

    refused = browser.submit(f"/dashboard/comments/{comment.id}/author/rules", kind="mute")

    assert refused.status_code == 403
    assert "Do this" not in browser.get(f"/dashboard/comments/{comment.id}/author").text


def test_a_form_that_asks_for_no_rule_there_is_is_refused(signed_in, sqlite_store):
    comment = of_rita(sqlite_store)
    browser = signed_in()

    for fields in ({"kind": "everybody"}, {"kind": "mute", "for": "a blue moon"}):
        assert browser.submit(f"/dashboard/comments/{comment.id}/author/rules", **fields).status_code == 422
