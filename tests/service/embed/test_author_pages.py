import re
from datetime import timedelta
from html import unescape

from moderation import intake
from moderation.decision import Action, Reason
from tests.builders import a_submission, received
from tests.service.bodies import BROWSER
from tests.service.embed.test_pages import decided, field_value, token_of

MINUTE = timedelta(minutes=1)


def comment_now(store, comment):
    with store.read() as uow:
        return uow.comments.get(comment.id)


def links_of(page):
    return [unescape(link) for link in re.findall(r'href="(/thanks[^"]+)"', page)]


def test_the_status_page_leads_to_editing_and_withdrawing(client, sqlite_store):
    token = token_of(sqlite_store, received(sqlite_store))

    links = links_of(client.get(f"/thanks?token={token}").text)

    assert links == [f"/thanks/edit?token={token}", f"/thanks/withdraw?token={token}"]
    assert [client.get(link).status_code for link in links] == [200, 200]


def test_a_comment_is_edited_in_a_form_without_javascript(client, sqlite_store):
    comment = received(sqlite_store, a_submission("First <b>words</b>."))
    token = token_of(sqlite_store, comment)

    page = client.get(f"/thanks/edit?token={token}").text
    answer = client.post("/thanks/edit", data={"token": field_value(page, "token"), "body": "One\r\nTwo"})

    assert ">\nFirst &lt;b&gt;words&lt;/b&gt;.</textarea>" in page
    assert "until 5 January 2026, 12:15 UTC" in page
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/thanks?token={token}")
    assert comment_now(sqlite_store, comment).body == "One\nTwo"


def test_a_form_that_is_not_accepted_comes_back_with_the_text_and_the_error(client, sqlite_store):
    comment = received(sqlite_store)
    token = token_of(sqlite_store, comment)

    answer = client.post("/thanks/edit", data={"token": token, "body": "x" * 65_526}, headers=BROWSER)

    assert answer.status_code == 422
    assert "x" * 65_526 in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert comment_now(sqlite_store, comment).revision == 0


def test_after_its_time_the_edit_page_says_that_it_is_over(client, sqlite_store, clock):
    comment = received(sqlite_store, a_submission("Only for a while."))
    clock.wait(16 * MINUTE)

    answer = client.get(f"/thanks/edit?token={token_of(sqlite_store, comment)}", headers=BROWSER)

    assert answer.status_code == 409
    assert "The time to edit this comment is over" in answer.text
    assert "Only for a while." not in answer.text


def test_opening_the_withdrawal_changes_nothing_and_sending_it_does(client, sqlite_store):
    comment = received(sqlite_store)
    decided(sqlite_store, comment)
    token = token_of(sqlite_store, comment)

    page = client.get(f"/thanks/withdraw?token={token}").text
    assert comment_now(sqlite_store, comment).revision == 1
    answer = client.post("/thanks/withdraw", data={"token": field_value(page, "token")}, follow_redirects=True)

    assert "Your comment was withdrawn" in answer.text
    assert links_of(answer.text) == []
    assert comment_now(sqlite_store, comment).reason == "withdrawn"


def test_an_author_reads_that_readers_see_the_text_before(client, sqlite_store):
    comment = received(sqlite_store)
    decided(sqlite_store, comment)
    token = token_of(sqlite_store, comment)

    page = client.post("/thanks/edit", data={"token": token, "body": "Better."}, follow_redirects=True).text

    assert "Until it is approved, everybody reads the text before." in page


def test_a_stranger_opens_and_changes_nothing(client, sqlite_store):
    comment = received(sqlite_store, a_submission("A secret."))

    for token in ("", comment.id, f"{comment.id}.{'0' * 32}"):
        for page in ("edit", "withdraw"):
            shown = client.get(f"/thanks/{page}", query_string={"token": token})
            sent = client.post(f"/thanks/{page}", data={"token": token, "body": "Mine."})
            assert (shown.status_code, sent.status_code) == (404, 404)
            assert "A secret." not in shown.text + sent.text
    assert comment_now(sqlite_store, comment) == comment


def test_the_pages_answer_in_the_language_of_their_form(client, sqlite_store):
    token = intake.status_token(sqlite_store.sealer, received(sqlite_store).id)

    page = client.post("/thanks/edit", data={"token": token, "body": "", "lang": "de"}).text

    assert '<html lang="de"' in page


def test_an_author_objects_in_a_form_without_javascript(client, sqlite_store):
    comment = received(sqlite_store)
    decided(sqlite_store, comment, Action.REJECT, Reason.ABUSE)
    token = token_of(sqlite_store, comment)

    assert f"/thanks/appeal?token={token}" in links_of(client.get(f"/thanks?token={token}").text)
    page = client.get(f"/thanks/appeal?token={token}").text
    answer = client.post("/thanks/appeal", data={"token": field_value(page, "token"), "text": "No."}, headers=BROWSER)
    shown = client.get(answer.headers["Location"]).text

    assert 'maxlength="1000"' in page and "The comment looks abusive." in page
    assert "You objected on 5 January 2026, 12:00 UTC." in shown
    assert f"/thanks/appeal?token={token}" not in links_of(shown)


def test_an_objection_that_is_too_long_comes_back_with_its_text(client, sqlite_store):
    comment = received(sqlite_store)
    decided(sqlite_store, comment, Action.REJECT, Reason.ABUSE)

    sent = {"token": token_of(sqlite_store, comment), "text": "x" * 1_001}
    answer = client.post("/thanks/appeal", data=sent, headers=BROWSER)

    assert (answer.status_code, "x" * 1_001 in answer.text) == (422, True)


def test_spam_has_no_way_to_object(client, sqlite_store):
    comment = received(sqlite_store)
    decided(sqlite_store, comment, Action.REJECT, Reason.SPAM)
    token = token_of(sqlite_store, comment)

    page = client.get(f"/thanks/appeal?token={token}").text

    assert f"/thanks/appeal?token={token}" not in links_of(client.get(f"/thanks?token={token}").text)
    assert 'name="text"' not in page
