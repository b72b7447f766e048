from moderation.decision import Action, Reason
from moderation.review import DecisionRequest, decide
from tests.builders import ADA, NOON, RecordingDispatch, a_score, settled
from tests.service.bodies import COMMENTS, a_body


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
