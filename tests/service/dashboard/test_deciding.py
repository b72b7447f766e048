import re
from datetime import datetime, timedelta

import pytest

from moderation import review
from moderation.accounts import Role
from moderation.comment import Comment, Status
from moderation.decision import Action, Reason
from moderation.review import DecisionRequest
from moderation.store import Store
from tests.builders import BEN, NOON, RecordingDispatch, a_score, a_site, a_submission, received, settled


@pytest.fixture
def comment(sqlite_store: Store) -> Comment:
    return waiting(sqlite_store, "Is spelt flour good, too?")


def waiting(
    store: Store, body: str, *, site_id: str = "demo", name: str = "Rita Reader", at: datetime = NOON
) -> Comment:
    comment = received(store, a_submission(body, name=name), site=a_site(site_id), at=at)
    return settled(store, comment, a_score(evidence=()))


def now_of(store: Store, comment: Comment) -> Comment:
    with store.read() as uow:
        return uow.comments.get(comment.id)


def decide(browser, comment: Comment, *, query: str = "", **fields):
    url = f"/dashboard/comments/{comment.id}/decisions{query}"
    return browser.submit(url, **{"revision": comment.revision, **fields})


def undo_button_of(page) -> str:
    return re.search(r'name="decision" value="(dec_[^"]+)"', page.text)[1]


def test_approving_says_so_and_offers_undo(signed_in, sqlite_store, comment):
    page = decide(signed_in(), comment, action="approve")

    assert "Approved “Is spelt flour good, too?” by Rita Reader." in page.text
    assert undo_button_of(page)
    assert now_of(sqlite_store, comment).status is Status.APPROVED


def test_rejecting_keeps_its_reason_and_the_note_for_colleagues(signed_in, sqlite_store, comment):
    browser = signed_in()

    decide(browser, comment, action="reject", reason="off_topic", note="Third time today")

    assert now_of(sqlite_store, comment).reason == "off_topic"
    assert "Note: <bdi>Third time today</bdi>" in browser.get("/dashboard/?status=rejected").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"action": "reject"}, "Reason: choose one of the reasons for rejecting"),
        ({"action": "reject", "reason": "clean"}, "Reason: choose one of the reasons for rejecting"),
        ({"action": "hold"}, "Choose approve or reject"),
        ({}, "Choose approve or reject"),
        ({"action": "approve", "revision": "²"}, "This form is broken"),
        ({"action": "approve", "revision": "9" * 5000}, "This form is broken"),
        ({"action": "approve", "note": "\0"}, "not text"),
        ({"action": "approve", "note": "x" * 2001}, "<p>Note: has 2,001 characters"),
    ],
)
def test_a_wrong_form_decides_nothing_and_says_what_is_wrong(signed_in, sqlite_store, comment, fields, said):
    page = decide(signed_in(), comment, **fields)

    assert page.status_code == 422
    assert said in page.text
    assert now_of(sqlite_store, comment).status is Status.PENDING


@pytest.mark.parametrize(
    ("url", "field", "value"),
    [("/dashboard/decisions", "pick", "cmt_\0:0"), ("/dashboard/undo", "decision", "dec_\0")],
)
def test_an_id_that_no_database_could_look_for_is_a_wrong_form(signed_in, url, field, value):
    page = signed_in().submit(url, action="approve", **{field: value})

    assert page.status_code == 422
    assert "This form is broken" in page.text


def test_whoever_comes_second_reads_who_decided_what_and_when(signed_in, sqlite_store, comment, clock):
    request = DecisionRequest(comment.id, Action.REJECT, comment.revision, Reason.SPAM)
    review.decide(sqlite_store, RecordingDispatch(), request, BEN, sites=["demo"], at=NOON)
    clock.wait(timedelta(minutes=3))

    page = decide(signed_in(), comment, action="approve")

    assert "Your decision was not saved" in page.text
    assert "(Rejected by Ben: Spam, 3 minutes ago)" in page.text
    assert now_of(sqlite_store, comment).status is Status.REJECTED


def test_undo_brings_the_comment_back_into_the_queue(signed_in, sqlite_store, comment):
    browser = signed_in()
    page = decide(browser, comment, action="approve")

    page = browser.submit("/dashboard/undo", decision=undo_button_of(page))

    assert "Decision undone: “Is spelt flour good, too?” by Rita Reader is now pending." in page.text
    assert now_of(sqlite_store, comment).status is Status.PENDING


def test_undo_of_what_was_decided_anew_is_refused_in_words(signed_in, sqlite_store, comment):
    browser = signed_in()
    old = undo_button_of(decide(browser, comment, action="approve"))
    decide(browser, now_of(sqlite_store, comment), action="reject", reason="spam")

    page = browser.submit("/dashboard/undo", decision=old)

    assert "Not undone: “Is spelt flour good, too?” by Rita Reader. The decision (Approved by Mina" in page.text
    assert f'href="/dashboard/comments/{comment.id}">Open the comment</a>' in page.text
    assert now_of(sqlite_store, comment).status is Status.REJECTED


def test_many_are_decided_at_once_and_each_one_says_what_became_of_it(signed_in, sqlite_store):
    comments = [waiting(sqlite_store, f"Comment {number}") for number in range(4)]
    browser = signed_in()
    decide(browser, comments[3], action="approve")

    picks = [f"{comment.id}:{comment.revision}" for comment in comments]
    page = browser.submit("/dashboard/decisions", pick=picks, action="reject", reason="spam")

    assert "Rejected 3 comments (Spam)." in page.text
    assert "“Comment 3” by Rita Reader is already approved (Approved by Mina" in page.text


def test_deciding_about_nothing_is_answered_with_what_to_do(signed_in):
    page = signed_in().submit("/dashboard/decisions", action="approve")

    assert page.status_code == 422
    assert "<p>No comment was selected; go back and select at least one.</p>" in page.text


def test_undo_takes_back_all_of_a_bulk_action(signed_in, sqlite_store):
    comments = [waiting(sqlite_store, f"Comment {number}") for number in range(3)]
    browser = signed_in()
    picks = [f"{comment.id}:{comment.revision}" for comment in comments]
    page = browser.submit("/dashboard/decisions", pick=picks, action="approve")

    batch = re.search(r'name="batch" value="(dec_[^"]+)"', page.text)[1]
    page = browser.submit("/dashboard/undo", batch=batch)

    assert "Decisions undone: 3 comments are now pending." in page.text
    assert [now_of(sqlite_store, comment).status for comment in comments] == [Status.PENDING] * 3


def test_a_decision_leads_back_to_the_same_list_at_the_next_comment(signed_in, sqlite_store, comment):
    following = waiting(sqlite_store, "Next one", at=NOON + timedelta(minutes=1))
    browser = signed_in()
    url = f"/dashboard/comments/{comment.id}/decisions?order=oldest&site=demo"

    fields = {"csrf": browser.token(), "revision": comment.revision, "action": "approve"}
    place = browser.client.post(url, data=fields).headers["Location"]

    assert place.startswith("/dashboard/?")
    assert "order=oldest" in place
    assert "site=demo" in place
    assert place.endswith(f"#{following.id}")


def test_an_undo_leads_back_to_the_comment_that_was_taken_back(signed_in, comment):
    browser = signed_in()
    done = undo_button_of(decide(browser, comment, action="approve"))

    fields = {"csrf": browser.token(), "decision": done}
    place = browser.client.post("/dashboard/undo?order=newest", data=fields).headers["Location"]

    assert place.endswith(f"#{comment.id}")


@pytest.mark.parametrize("planted", ["//evil.example", "https://evil.example", "javascript:alert(1)"])
def test_no_form_can_send_a_moderator_to_another_place(signed_in, comment, planted):
    browser = signed_in()
    url = f"/dashboard/comments/{comment.id}/decisions?on={planted}&next={planted}"

    fields = {"csrf": browser.token(), "revision": comment.revision, "action": "approve", "next": planted}
    place = browser.client.post(url, data=fields).headers["Location"]

    assert place.startswith("/dashboard/?done=dec_")
    assert "evil" not in place


def test_a_viewer_sees_no_buttons_and_is_refused_by_every_door(signed_in, sqlite_store, comment):
    viewer = signed_in("Vera", Role.VIEWER)
    mina = signed_in("Mina")
    done = undo_button_of(decide(mina, waiting(sqlite_store, "Decided"), action="approve"))

    assert "Is spelt flour good, too?" in viewer.get("/dashboard/").text
    assert 'value="approve"' not in viewer.get("/dashboard/").text
    pick = f"{comment.id}:{comment.revision}"
    answers = [
        decide(viewer, comment, action="approve"),
        viewer.submit("/dashboard/decisions", pick=pick, action="approve"),
        viewer.submit("/dashboard/undo", decision=done),
        viewer.submit(f"/dashboard/comments/{comment.id}/email"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4
    assert now_of(sqlite_store, comment).status is Status.PENDING
