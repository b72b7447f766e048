from datetime import timedelta

import pytest

from moderation.decision import Action, Reason
from moderation.review import DecisionRequest, decide
from tests.builders import ADA, NOON, RecordingDispatch, a_score, settled
from tests.service.bodies import COMMENTS, a_body

MINUTE = timedelta(minutes=1)


def sent(client):
    """A new comment's id and the path of its status."""
    receipt = client.post(COMMENTS, json=a_body()).get_json()
    return receipt["id"], receipt["status_url"].removeprefix("http://localhost:8080")


def rule(store, comment_id, action, reason=None):
    request = DecisionRequest(comment_id, action, 0, reason, note="Between us: awful.")
    decide(store, RecordingDispatch(), request, ADA, sites=["demo"], at=NOON)


def test_an_author_learns_that_the_comment_is_out(client, sqlite_store):
    comment_id, path = sent(client)
    rule(sqlite_store, comment_id, Action.APPROVE)

    assert client.get(path).get_json()["status"] == "approved"


def test_an_author_learns_why_not_but_not_what_moderators_say_to_each_other(client, sqlite_store):
    comment_id, path = sent(client)
    rule(sqlite_store, comment_id, Action.REJECT, Reason.OFF_TOPIC)

    answer = client.get(path)

    assert answer.get_json() == {
        "id": comment_id,
        "status": "rejected",
        "reason": "The comment is not about this page.",
        "decision": {"by": "moderator", "automated": False, "ground": "rules", "at": "2026-01-05T12:00:00.000Z"},
        "published": False,
        "editable_until": None,
        "withdrawn": False,
        "appealable": True,
        "appeal": None,
    }
    assert "awful" not in answer.text


def test_an_author_learns_that_the_policy_decided_alone_and_when(client, sqlite_store):
    comment_id, path = sent(client)
    with sqlite_store.read() as uow:
        comment = uow.comments.get(comment_id)
    settled(sqlite_store, comment, a_score(spam=0.999))

    answer = client.get(path).get_json()

    assert answer["reason"] == "The comment looks like advertising."
    assert answer["decision"] == {
        "by": "policy",
        "automated": True,
        "ground": "rules",
        "at": "2026-01-05T12:00:01.000Z",
    }


def test_what_breaks_the_law_is_told_from_what_breaks_the_rules(client, sqlite_store):
    comment_id, path = sent(client)
    rule(sqlite_store, comment_id, Action.REJECT, Reason.ILLEGAL)

    assert client.get(path).get_json()["decision"]["ground"] == "law"


def test_before_anything_is_decided_there_is_no_statement(client):
    assert client.get(sent(client)[1]).get_json()["decision"] is None


def test_an_author_is_not_told_which_moderator_decided(client, sqlite_store):
    comment_id, path = sent(client)
    rule(sqlite_store, comment_id, Action.REJECT, Reason.OTHER)

    status, page = client.get(path), client.get(f"/thanks?token={path.rpartition('/')[2]}")

    assert "Ada" not in status.text and "Ada" not in page.text and "mod_" not in status.text


def test_no_search_engine_and_no_cache_keeps_a_status(client):
    answer = client.get(sent(client)[1])

    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_token_that_is_not_ours_finds_nothing(client):
    comment_id, path = sent(client)

    for wrong in (comment_id, f"{comment_id}.", f"{comment_id}.{'0' * 32}", path[:-1], "ü", "."):
        assert client.get(f"/v1/status/{wrong.rpartition('/')[2]}").status_code == 404


# ---- Editing and withdrawing


def test_an_author_edits_a_comment_by_its_token(client, sqlite_store, clock, dispatch):
    comment_id, path = sent(client)
    clock.wait(5 * MINUTE)
    dispatch.rings.clear()

    answer = client.post(f"{path}/edit", json={"body": "Line one\nLine two"})

    assert answer.status_code == 200
    assert answer.get_json()["editable_until"] == "2026-01-05T12:15:00.000Z"
    assert comment(sqlite_store, comment_id).body == "Line one\nLine two"
    assert dispatch.rings == ["scoring", "delivery"]


def test_an_edit_is_refused_when_its_time_is_over_and_the_problem_says_so(client, sqlite_store, clock):
    comment_id, path = sent(client)
    clock.wait(15 * MINUTE)

    answer = client.post(f"{path}/edit", json={"body": "Too late."})

    assert (answer.status_code, answer.get_json()["type"].partition("#")[2]) == (409, "problem-too-late")
    assert "you can still withdraw it" in answer.get_json()["detail"]
    assert client.get(path).get_json()["editable_until"] is None
    assert comment(sqlite_store, comment_id).revision == 0


@pytest.mark.parametrize(
    "body", [{}, {"body": ""}, {"body": " "}, {"body": "x" * 65_526}, {"body": "x", "name": "y"}]
)
def test_an_edit_is_checked_like_a_submission(client, sqlite_store, body):
    comment_id, path = sent(client)

    answer = client.post(f"{path}/edit", json=body)

    assert (answer.status_code, bool(answer.get_json()["errors"])) == (422, True)
    assert comment(sqlite_store, comment_id).revision == 0


def test_an_author_withdraws_a_comment_by_its_token_and_twice_is_once(client, sqlite_store):
    comment_id, path = sent(client)
    rule(sqlite_store, comment_id, Action.APPROVE)
    assert client.get(path).get_json()["published"] is True

    answers = [client.post(f"{path}/withdraw") for _ in range(2)]

    assert [each.status_code for each in answers] == [200, 200]
    assert answers[0].get_json() == answers[1].get_json()
    assert answers[0].get_json()["withdrawn"] is True
    assert answers[0].get_json()["decision"]["by"] == "author"
    assert client.get("/v1/sites/demo/threads/a-page/comments").get_json()["comments"] == []
    assert comment(sqlite_store, comment_id).revision == 2


def test_a_stranger_edits_and_withdraws_nothing(client, sqlite_store):
    comment_id, path = sent(client)

    for token in (comment_id, f"{comment_id}.{'0' * 32}", path.rpartition("/")[2][:-1]):
        assert client.post(f"/v1/status/{token}/edit", json={"body": "Mine now."}).status_code == 404
        assert client.post(f"/v1/status/{token}/withdraw").status_code == 404
    assert comment(sqlite_store, comment_id).revision == 0


def test_edits_count_towards_the_limits_of_their_network(limited):
    client = limited(limit_network="2/hour")
    _, path = sent(client)

    statuses = [client.post(f"{path}/edit", json={"body": f"Text {n}."}).status_code for n in range(2)]

    assert statuses == [200, 429]


def test_any_page_with_the_token_may_call_and_none_sends_cookies(client):
    _, path = sent(client)

    asked = client.options(f"{path}/edit", headers={"Origin": "https://mirror.example"})
    answer = client.post(f"{path}/withdraw", headers={"Origin": "https://mirror.example"})

    assert asked.headers["Access-Control-Allow-Methods"] == "POST"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_withdrawn_comment_with_a_reply_leaves_an_empty_place_in_every_format(client, sqlite_store):
    comment_id, path = sent(client)
    rule(sqlite_store, comment_id, Action.APPROVE)
    reply = client.post(COMMENTS, json={**a_body(), "body": "An answer.", "parent": comment_id}).get_json()["id"]
    rule(sqlite_store, reply, Action.APPROVE)

    client.post(f"{path}/withdraw")

    thread = "/v1/sites/demo/threads/a-page/comments"
    body = client.get(thread).get_json()
    assert body["count"] == 1
    assert body["comments"][0] | {"id": "", "at": ""} == {
        "id": "",
        "name": "",
        "website": "",
        "body": "",
        "at": "",
        "parent": "",
        "reply_to": "",
        "depth": 0,
        "withdrawn": True,
        "by_site": False,
        "rich": None,
    }
    for address in (f"{thread}.html", f"{thread}.md", f"{thread}.atom", "/sites/demo/form?thread=a-page"):
        page = client.get(address).text
        assert "An answer." in page.replace("&#46;", ".")
        assert a_body()["body"].rstrip(".!") not in page
        assert ("was withdrawn by its author" in page) is not address.endswith(".atom")


def comment(store, comment_id):
    with store.read() as uow:
        return uow.comments.get(comment_id)
