"""Every text for a person is in the language of the person who reads it."""

import pytest

from moderation.accounts import Scope
from moderation.decision import Action, Reason
from moderation.review import DecisionRequest, decide
from tests.builders import ADA, NOON, RecordingDispatch
from tests.catalogues import german
from tests.service.bodies import BROWSER, COMMENTS, a_body, a_form

GERMAN = {"Accept-Language": "de-AT, en;q=0.5"}

TRANSLATIONS = {
    "The comment is not about this page.": "Der Kommentar hat nichts mit dieser Seite zu tun.",
    "Your comment was not published": "Ihr Kommentar wurde nicht veröffentlicht",
    "This is missing; give %(least)s to %(most)s characters.": "Fehlt; %(least)s bis %(most)s Zeichen.",
    "This is empty; give %(least)s to %(most)s characters.": "Leer; %(least)s bis %(most)s Zeichen.",
    "Leave a Reply": "Schreiben Sie einen Kommentar",
    "digit group mark|,": ".",
}


@pytest.fixture(autouse=True)
def _german(tmp_path):
    with german(tmp_path / "locales", TRANSLATIONS):
        yield


def rejected(client, store):
    receipt = client.post(COMMENTS, json=a_body()).get_json()
    request = DecisionRequest(receipt["id"], Action.REJECT, 0, Reason.OFF_TOPIC)
    decide(store, RecordingDispatch(), request, ADA, sites=["demo"], at=NOON)
    return receipt["status_url"].rpartition("/")[2]


def test_an_author_reads_the_reason_in_the_language_of_the_browser(client, sqlite_store):
    token = rejected(client, sqlite_store)

    answer = client.get(f"/v1/status/{token}", headers=GERMAN)
    page = client.get(f"/thanks?token={token}", headers=GERMAN)

    assert answer.get_json()["reason"] == "Der Kommentar hat nichts mit dieser Seite zu tun."
    assert "Accept-Language" in answer.headers["Vary"]
    assert '<html lang="de" dir="ltr">' in page.text
    assert "<h1>Ihr Kommentar wurde nicht veröffentlicht</h1>" in page.text
    assert "Accept-Language" in page.headers["Vary"]


def test_the_page_chooses_before_the_browser(client, sqlite_store):
    token = rejected(client, sqlite_store)

    answer = client.get(f"/v1/status/{token}?lang=en", headers=GERMAN)

    assert answer.get_json()["reason"] == "The comment is not about this page."


def test_a_program_reads_what_is_wrong_in_its_language(client):
    answer = client.post(COMMENTS, json=a_body(name=None), headers=GERMAN)
    wrong = client.post(COMMENTS, json=a_body(name=""), headers=GERMAN)

    assert answer.status_code == 422
    assert wrong.get_json()["errors"] == [{"field": "name", "problem": "Leer; 1 bis 245 Zeichen."}]


def test_a_form_comes_back_in_its_own_language(client):
    page = client.post(COMMENTS, data=a_form(body="", lang="de"), headers=BROWSER)

    assert page.status_code == 422
    assert "Leer; 1 bis 65.525 Zeichen." in page.text
    assert "Schreiben Sie einen Kommentar" in page.text
    assert '<input type="hidden" name="lang" value="de">' in page.text


def test_a_query_may_name_the_language_on_every_route(client, key):
    assert client.get("/v1/queue?lang=de", headers=key(Scope.READ)).status_code == 200
