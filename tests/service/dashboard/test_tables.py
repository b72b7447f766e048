"""Pages follow the tables of actions, reasons and texts, whatever rows these have."""

import re

from moderation.accounts import Scope
from moderation.reasons import MODERATOR_REASONS, Reason
from service.dashboard import queue
from tests.builders import a_score, received, settled
from tests.catalogues import german


def test_one_more_reason_without_a_key_breaks_no_page(signed_in, sqlite_store, monkeypatch):
    monkeypatch.setattr(queue, "MODERATOR_REASONS", (*MODERATOR_REASONS, Reason.WORDS))
    received(sqlite_store)

    page = signed_in().get("/dashboard/")

    assert page.status_code == 200
    assert re.search(r'<button name="reason" value="words">Listed words</button>', page.text)
    assert page.text.count("data-reason=") == len(MODERATOR_REASONS)


def test_an_action_of_a_newer_version_reads_as_a_change(signed_in, sqlite_store, client, key):
    comment = settled(sqlite_store, received(sqlite_store), a_score(spam=0.96))
    detail = '{"code": "threshold.escalate", "params": {"label": "spam", "value": 0.9}}'
    change = "UPDATE decisions SET action = 'escalate', reason = 'novel', detail = ?"
    sqlite_store.write(lambda uow: uow.connection.exec_driver_sql(change, (detail,)))

    page = signed_in().get(f"/dashboard/comments/{comment.id}")
    [decision] = client.get(f"/v1/comments/{comment.id}", headers=key(Scope.READ)).get_json()["history"]

    assert "Changed by the policy: Unknown reason" in page.text
    assert "threshold.escalate (label spam, value 0.90)" in page.text
    assert (decision["action"], decision["reason"]) == ("unknown", "unknown")
    assert decision["detail"]["code"] == "threshold.escalate"


def test_a_moderator_reads_details_evidence_and_labels_in_the_language_of_the_browser(
    signed_in, client, sqlite_store, key, tmp_path
):
    translations = {
        "%(label)s %(value)s, the threshold to hold is %(bound)s": "%(label)s %(value)s, zurückgehalten ab %(bound)s",
        "Held by %(by)s": "Zurückgehalten von %(by)s",
        "the policy": "der Regel",
        "spam": "Werbung",
        "decimal mark|.": ",",
        ("%(n)s link", "%(n)s links"): ("%(n)s Verweis", "%(n)s Verweise"),
    }
    comment = settled(sqlite_store, received(sqlite_store), a_score(spam=0.96))

    with german(tmp_path / "locales", translations):
        page = signed_in().client.get(f"/dashboard/comments/{comment.id}", headers={"Accept-Language": "de"}).text
        answer = client.get(f"/v1/comments/{comment.id}?lang=de", headers=key(Scope.READ)).get_json()

    assert "Zurückgehalten von der Regel" in page
    assert "Werbung 0,96, zurückgehalten ab 0,90" in page
    assert answer["history"][0]["detail"]["text"] == "Werbung 0,96, zurückgehalten ab 0,90"
    assert [part["text"] for part in answer["score"]["evidence"] if part["code"]] == ["2 Verweise"]
