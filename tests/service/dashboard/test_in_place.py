"""What the script is answered, which decides without loading a page."""

from datetime import timedelta

import pytest

from moderation import review
from moderation.accounts import Role
from moderation.actions import Action
from moderation.comment import Comment, Status
from moderation.reasons import Reason
from moderation.review import DecisionRequest
from moderation.store import Store
from service.auth.actors import SESSION_COOKIE
from tests.builders import BEN, NOON, RecordingDispatch, a_score, a_submission, received, sent_copies, settled

JSON = {"Accept": "application/json"}
OFFER = "Dear {}, our agency sells followers cheaply, write to us today and get the first hundred for free."


def waiting(store: Store, body: str = "Is spelt flour good, too?", email: str = "rita@reader.example") -> Comment:
    return settled(store, received(store, a_submission(body, email=email)), a_score(evidence=()))


def send(browser, url: str, **fields):
    answer = browser.client.post(url, data={"csrf": browser.token(), **fields}, headers=JSON)
    return answer.status_code, answer.get_json()


def pick(*comments: Comment) -> list[str]:
    return [f"{comment.id}:{comment.revision}" for comment in comments]


def status_of(store: Store, comment: Comment) -> Status:
    with store.read() as uow:
        return uow.comments.get(comment.id).status


def test_a_decision_is_answered_with_what_was_done_and_what_is_left(signed_in, sqlite_store):
    comment, other = waiting(sqlite_store), waiting(sqlite_store, "Another", "benno@reader.example")

    status, answer = send(signed_in(), "/dashboard/decisions", pick=pick(comment), action="approve")

    assert (status, answer["done"], answer["cards"]) == (200, [comment.id], [])
    assert {status: count["text"] for status, count in answer["counts"].items()} == {
        "pending": "1",
        "approved": "1",
        "rejected": "0",
    }
    assert "Approved “Is spelt flour good, too?”" in answer["notices"]
    assert status_of(sqlite_store, other) is Status.PENDING


def test_a_conflict_brings_the_card_as_it_is_now(signed_in, sqlite_store):
    comment = waiting(sqlite_store)
    request = DecisionRequest(comment.id, Action.REJECT, comment.revision, Reason.SPAM)
    review.decide(sqlite_store, RecordingDispatch(), request, BEN, sites=["demo"], at=NOON)

    _, answer = send(signed_in(), "/dashboard/decisions", pick=pick(comment), action="approve")

    assert answer["done"] == []
    [card] = answer["cards"]
    assert (card["id"], card["status"]) == (comment.id, "rejected")
    assert "Rejected by Ben" in card["html"]
    assert "Your decision was not saved" in answer["notices"]


def test_a_wrong_form_is_answered_in_words(signed_in, sqlite_store):
    status, answer = send(signed_in(), "/dashboard/decisions", pick=pick(waiting(sqlite_store)), action="hold")

    assert (status, answer) == (422, {"problem": "Choose approve or reject."})


def test_whoever_was_signed_out_is_told_where_to_sign_in_and_gets_back_to_the_list(signed_in, sqlite_store):
    browser = signed_in()
    token = browser.token()
    browser.client.delete_cookie(SESSION_COOKIE)

    url = "/dashboard/decisions?order=newest&text=flour"
    answer = browser.client.post(url, data={"csrf": token, "action": "approve"}, headers=JSON)

    assert answer.status_code == 401
    place = answer.get_json()["sign_in"]
    assert "order%3Dnewest" in place and "text%3Dflour" in place


def test_undo_goes_back_one_batch_at_a_time(signed_in, sqlite_store, clock):
    browser = signed_in()
    comments = [waiting(sqlite_store, f"Number {n}", f"{n}@reader.example") for n in range(4)]
    for some in (comments[:1], comments[1:3], comments[3:]):
        clock.wait(timedelta(seconds=1))
        send(browser, "/dashboard/decisions", pick=pick(*some), action="approve")

    undone = []
    for _ in range(4):
        clock.wait(timedelta(seconds=1))
        _, answer = send(browser, "/dashboard/undo", last="1")
        undone.append({card["id"] for card in answer["cards"]})

    assert undone == [{comments[3].id}, {comments[1].id, comments[2].id}, {comments[0].id}, set()]
    assert "None of your decisions" in answer["notices"]


def test_nobody_undoes_what_somebody_else_did_by_the_key_for_their_own(signed_in, sqlite_store):
    comment = waiting(sqlite_store)
    send(signed_in("Ben"), "/dashboard/decisions", pick=pick(comment), action="approve")

    send(signed_in("Mina"), "/dashboard/undo", last="1")

    assert status_of(sqlite_store, comment) is Status.APPROVED


def test_an_approval_offers_the_others_by_the_same_author(signed_in, sqlite_store):
    first, second = waiting(sqlite_store, "One"), waiting(sqlite_store, "Two")
    strangers = waiting(sqlite_store, "Three", "benno@reader.example")
    browser = signed_in()

    page = browser.submit(f"/dashboard/comments/{first.id}/decisions", action="approve", revision=first.revision).text
    assert "1 more by this author is waiting: approve it" in page

    browser.submit(f"/dashboard/comments/{first.id}/author/approve")
    assert [status_of(sqlite_store, each) for each in (second, strangers)] == [Status.APPROVED, Status.PENDING]


def test_a_list_shows_one_card_of_a_campaign(signed_in, sqlite_store):
    copies = sent_copies(sqlite_store, [OFFER.format(n) for n in range(30)])
    own = waiting(sqlite_store)
    browser = signed_in()

    page = browser.get("/dashboard/").text

    assert page.count("data-card=") == 2
    assert "30 copies of this text: 30 pending" in page
    assert copies[0].id in page and own.id in page
    assert browser.get(f"/dashboard/?campaign={copies[0].id}").text.count("data-card=") == 25


def test_a_campaign_is_decided_and_taken_back_at_once(signed_in, sqlite_store):
    copies = sent_copies(sqlite_store, [OFFER.format(n) for n in range(30)])
    browser = signed_in()
    page = browser.get("/dashboard/campaigns").text
    assert '<mark class="varies">0, </mark>' in page

    url = f"/dashboard/campaigns/{copies[0].id}/decisions?why=spam"
    page = browser.submit(url, action="reject").text
    assert "Rejected 30 comments (Spam)." in page
    assert "Undo all 30" in page

    _, answer = send(browser, "/dashboard/undo", last="1")
    assert answer["counts"]["pending"] == {"text": "30", "title": ""}


def test_the_next_of_a_campaign_are_rejected_for_a_day(signed_in, sqlite_store):
    copies = sent_copies(
        sqlite_store, [f"Dear {n}, our agency sells followers cheaply, write today." for n in range(4)]
    )
    browser = signed_in()

    url = f"/dashboard/campaigns/{copies[0].id}/decisions?on=campaigns"
    answer = browser.submit(url, action="reject", reason="spam", next="yes")

    assert "Rejected 4 comments (Spam)." in answer.text
    assert "From now on: Comments with nearly the text of" in answer.text
    [late] = sent_copies(sqlite_store, ["Dear 9, our agency sells followers cheaply, write today."])
    assert late.status is Status.REJECTED


@pytest.mark.parametrize("url", ["/dashboard/campaigns/{}/decisions", "/dashboard/comments/{}/author/approve"])
def test_a_viewer_decides_about_no_group(signed_in, sqlite_store, url):
    copies = sent_copies(sqlite_store, [OFFER.format(n) for n in range(3)])

    status, _ = send(signed_in("Vera", Role.VIEWER), url.format(copies[0].id), action="approve")

    assert status == 403
    assert status_of(sqlite_store, copies[0]) is Status.PENDING


def test_news_are_counted_and_no_news_cost_nothing(signed_in, sqlite_store, clock):
    browser = signed_in()
    waiting(sqlite_store)
    since = (NOON - NOON.replace(year=1970, month=1, day=1, hour=0)) // timedelta(microseconds=1)
    url = f"/dashboard/news?since={since}"
    before = browser.client.get(url)

    received(sqlite_store, a_submission("New"), at=NOON + timedelta(seconds=5))
    after = browser.client.get(url, headers={"If-None-Match": before.headers["ETag"]})
    again = browser.client.get(url, headers={"If-None-Match": after.headers["ETag"]})

    assert (before.get_json()["count"], after.get_json()["text"], again.status_code) == (0, "1 new: show", 304)
    assert browser.get("/dashboard/news?since=x").status_code == 422


def test_a_page_of_cards_is_small(signed_in, sqlite_store):
    for number in range(25):
        waiting(sqlite_store, f"Number {number}. " + "A kind word about your bread. " * 5, f"{number}@reader.example")

    page = signed_in().get("/dashboard/").text

    assert page.count("data-card=") == 25
    assert len(page.encode()) < 82_000
    assert page.count('value="identity_attack"') <= 4


def test_the_page_of_a_comment_leads_on(signed_in, sqlite_store):
    one, two, three = (
        settled(sqlite_store, received(sqlite_store, a_submission(f"N{n}"), at=NOON + timedelta(seconds=n)))
        for n in range(3)
    )
    browser = signed_in()

    page = browser.get(f"/dashboard/comments/{two.id}").text
    assert f'rel="prev" href="/dashboard/comments/{one.id}"' in page
    assert f'rel="next" href="/dashboard/comments/{three.id}"' in page

    url = f"/dashboard/comments/{two.id}/decisions?on=comment&next={three.id}"
    answer = browser.client.post(url, data={"csrf": browser.token(), "action": "approve", "revision": two.revision})
    assert answer.headers["Location"].startswith(f"/dashboard/comments/{three.id}?done=dec_")


def test_a_card_leads_to_the_other_comments_of_its_page(signed_in, sqlite_store):
    waiting(sqlite_store)

    assert '/page">Its other comments' in signed_in().get("/dashboard/").text


def test_a_form_that_was_sent_after_signing_out_leads_back_to_its_list(signed_in, sqlite_store):
    comment, browser = waiting(sqlite_store), signed_in()
    token = browser.token()
    browser.client.delete_cookie(SESSION_COOKIE)

    url = f"/dashboard/comments/{comment.id}/decisions?order=newest&text=flour"
    place = browser.client.post(url, data={"csrf": token, "action": "approve"}).headers["Location"]

    assert "undone=yes" in place and "order%3Dnewest" in place
