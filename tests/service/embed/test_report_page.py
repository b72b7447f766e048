import re
from html import unescape

import pytest

from tests.builders import a_submission, received
from tests.service.bodies import BROWSER
from tests.service.embed.test_pages import FORM, decided


@pytest.fixture
def comment(sqlite_store):
    """A published comment."""
    made = received(sqlite_store, a_submission("An <b>angry</b> word."))
    decided(sqlite_store, made)
    return made


def reports(store, comment):
    with store.read() as uow:
        return [(each.reason, each.text) for each in uow.reports.about([comment.id]).get(comment.id, ())]


def test_a_comment_is_reported_without_javascript(client, sqlite_store, comment):
    link = unescape(re.search(r'rejoinder-report" href="([^"]+)"', client.get(FORM).text)[1])
    page = client.get(link).text
    answer = client.post("/sites/demo/report", data={"comment": comment.id, "reason": "abuse", "text": "One\r\nTwo"})

    assert "An &lt;b&gt;angry&lt;/b&gt; word." in page
    assert page.count('name="reason"') == 7
    assert (answer.status_code, "Thank you" in answer.text) == (200, True)
    assert reports(sqlite_store, comment) == [("abuse", "One\nTwo")]


def test_a_form_without_a_reason_comes_back_with_its_text(client, sqlite_store, comment):
    sent = {"comment": comment.id, "reason": "", "text": "Much to say."}

    answer = client.post("/sites/demo/report", data=sent, headers=BROWSER)

    assert (answer.status_code, "Much to say." in answer.text) == (422, True)
    assert reports(sqlite_store, comment) == []


def test_opening_the_page_reports_nothing(client, sqlite_store, comment):
    client.get(f"/sites/demo/report?comment={comment.id}")

    assert reports(sqlite_store, comment) == []


def test_what_is_not_public_has_no_page(client, sqlite_store):
    waiting = received(sqlite_store, a_submission("A secret."))

    for comment_id in (waiting.id, "cmt_0", ""):
        answer = client.get("/sites/demo/report", query_string={"comment": comment_id})
        assert (answer.status_code, "A secret." in answer.text) == (404, False)
        assert client.post("/sites/demo/report", data={"comment": waiting.id, "reason": "abuse"}).status_code == 404


def test_a_page_of_another_origin_reports_nothing(client, sqlite_store, comment):
    sent, elsewhere = {"comment": comment.id, "reason": "abuse"}, {"Origin": "https://evil.example"}

    assert client.post("/sites/demo/report", data=sent, headers=elsewhere).status_code == 403
    assert reports(sqlite_store, comment) == []
