"""The page of a comment: closing and moving it, and answering as the site."""

from datetime import timedelta

import pytest

from moderation.accounts import Role
from moderation.comment import Status
from moderation.decision import Action, Reason
from moderation.review import DecisionRequest, decide
from tests.builders import ADA, NOON, RecordingDispatch, a_policy, a_site, a_submission, received, settled


@pytest.fixture
def comment(sqlite_store):
    return settled(sqlite_store, received(sqlite_store, a_submission("Which flour is it?"), at=NOON), at=NOON)


def public(client, comment):
    return client.get(f"/v1/sites/demo/threads/{comment.thread.key}/comments").get_json()["comments"]


def test_an_answer_is_public_at_once_and_approves_what_it_answers(signed_in, client, sqlite_store, comment):
    browser = signed_in()

    page = browser.submit(f"/dashboard/comments/{comment.id}/answer", body="Rye, type 1150.")

    assert "Approved “Which flour is it?”" in page.text
    question, answer = public(client, comment)
    assert (question["by_site"], answer["by_site"]) == (False, True)
    assert (answer["body"], answer["parent"]) == ("Rye, type 1150.", comment.id)
    assert answer["name"] == "A demo blog"
    with sqlite_store.read() as uow:
        assert uow.statistics.conservation().is_whole
        assert uow.decisions.last(answer["id"]).by.name == "Mina"


def test_a_rejected_comment_is_not_answered(signed_in, client, sqlite_store, comment):
    request = DecisionRequest(comment.id, Action.REJECT, 1, Reason.SPAM)
    decide(sqlite_store, RecordingDispatch(), request, ADA, sites=["demo"], at=NOON)

    refused = signed_in().submit(f"/dashboard/comments/{comment.id}/answer", body="Go away.")

    assert refused.status_code == 422
    assert public(client, comment) == []


@pytest.mark.parametrize("body", ["", "  ", "x" * 10_001])
def test_an_answer_has_some_text_and_not_too_much(signed_in, sqlite_store, comment, body):
    refused = signed_in().submit(f"/dashboard/comments/{comment.id}/answer", body=body)

    assert refused.status_code == 422
    with sqlite_store.read() as uow:
        assert uow.comments.get(comment.id).status is Status.PENDING


def test_a_page_is_closed_and_opened_again(signed_in, comment):
    browser = signed_in()
    page = f"/dashboard/comments/{comment.id}/page"
    assert "open for comments" in browser.get(page).text

    closed = browser.submit(f"{page}/close")
    opened = browser.submit(f"{page}/close", open="yes")

    assert "closed since" in closed.text
    assert "open for comments" in opened.text


def test_a_page_says_that_its_age_closed_it_and_is_opened_by_hand_for_good(signed_in, sqlite_store):
    comment = received(sqlite_store, at=NOON - timedelta(days=30))
    browser, page = signed_in(), f"/dashboard/comments/{comment.id}/page"
    close_after(sqlite_store, 31)
    young = browser.get(page).text
    close_after(sqlite_store, 30)
    old = browser.get(page).text

    opened = browser.submit(f"{page}/close", open="yes").text

    assert "open for comments until 6 Jan 2026, 12:00 UTC" in young
    assert "closed by age since 5 Jan 2026, 12:00 UTC" in old
    assert "Pages of this site close 30 days after their first comment." in old
    assert "Open it again" in old
    assert "open for comments whatever its age" in opened
    assert "Close it for new comments" in opened


def close_after(store, days):
    store.write(lambda uow: uow.sites.change(a_site(policy=a_policy(close_days=days))))


def test_an_owner_moves_a_page_and_a_moderator_does_not(signed_in, comment, sqlite_store):
    page = f"/dashboard/comments/{comment.id}/page"
    assert signed_in().submit(f"{page}/move", key="moved-page").status_code == 403

    moved = signed_in("Olga", Role.OWNER).submit(f"{page}/move", key="moved-page")

    assert "The page has another key" in moved.text
    with sqlite_store.read() as uow:
        assert uow.comments.get(comment.id).thread.key == "moved-page"


def test_a_new_key_with_a_line_break_is_read_as_everywhere(signed_in, comment, sqlite_store):
    owner, page = signed_in("Olga", Role.OWNER), f"/dashboard/comments/{comment.id}/page"

    owner.submit(f"{page}/move", key="a\nkey")

    with sqlite_store.read() as uow:
        assert uow.comments.get(comment.id).thread.key == "a key"
    assert owner.submit(f"{page}/move", key="\n").status_code == 422


def test_an_owner_merges_two_pages(signed_in, comment, sqlite_store):
    received(sqlite_store, a_submission("Elsewhere", thread="other-page"), at=NOON)
    owner = signed_in("Olga", Role.OWNER)

    merged = owner.submit(f"/dashboard/comments/{comment.id}/page/move", key="other-page", merge="yes")

    assert "0 approved, 0 rejected, 2 pending" in merged.text
