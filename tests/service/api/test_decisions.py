import pytest

from moderation.accounts import Scope
from moderation.reasons import MODERATOR_REASONS
from moderation.review import BULK_LIMIT
from tests.builders import received
from tests.service.bodies import wrong_fields


def decide(client, headers, comment_id, **payload):
    request = {"action": "approve", "revision": 0, **payload}
    return client.post(f"/v1/comments/{comment_id}/decisions", json=request, headers=headers)


def test_a_moderator_approves(client, sqlite_store, key, dispatch):
    comment = received(sqlite_store)
    dispatch.rings.clear()

    answer = decide(client, key(Scope.MODERATE), comment.id)

    payload = answer.get_json()
    assert answer.status_code == 201
    assert (payload["comment"]["status"], payload["comment"]["revision"]) == ("approved", 1)
    assert (payload["action"], payload["by"]) == ("approve", "a test")
    assert dispatch.rings == ["delivery"]


def test_a_moderator_rejects_with_a_reason(client, sqlite_store, key):
    headers = key()

    for reason in MODERATOR_REASONS:
        comment = received(sqlite_store)
        answer = decide(client, headers, comment.id, action="reject", reason=reason, note="See the thread.")

        assert answer.get_json()["comment"]["reason"] == reason


def test_who_is_late_is_told_who_decided_what_and_when(client, sqlite_store, key):
    comment, headers = received(sqlite_store), key()
    decide(client, headers, comment.id)

    answer = decide(client, headers, comment.id, action="reject", reason="spam")

    assert answer.status_code == 409
    assert answer.get_json()["decided"] == {
        "comment": comment.id,
        "revision": 1,
        "status": "approved",
        "action": "approve",
        "by": "a test",
        "at": "2026-01-05T12:00:00.000Z",
    }


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"action": "hold"}, "action"),
        ({"action": "undo"}, "action"),
        ({"action": None}, "action"),
        ({"action": "reject"}, "reason"),
        ({"action": "reject", "reason": "clean"}, "reason"),
        ({"revision": "x"}, "revision"),
        ({"revision": -1}, "revision"),
        ({"revision": True}, "revision"),
        ({"revision": 10**30}, "revision"),
        ({"note": "x" * 2001}, "note"),
        ({"extra": 1}, "extra"),
    ],
)
def test_a_decision_that_makes_no_sense_names_its_field(client, sqlite_store, key, payload, field):
    answer = decide(client, key(), received(sqlite_store).id, **payload)

    assert answer.status_code == 422
    assert set(wrong_fields(answer)) == {field}


def test_a_decision_must_say_what_was_read(client, sqlite_store, key):
    url = f"/v1/comments/{received(sqlite_store).id}/decisions"

    answer = client.post(url, json={"action": "approve"}, headers=key())

    assert "revision of the comment as you read it" in wrong_fields(answer)["revision"]


def test_a_comment_that_is_not_there_cannot_be_decided(client, key):
    assert decide(client, key(), "cmt_0").status_code == 404


def test_a_reader_may_not_decide(client, sqlite_store, key):
    answer = decide(client, key(Scope.READ), received(sqlite_store).id)

    assert answer.status_code == 403
    assert "moderate" in answer.get_json()["detail"]


def test_of_many_each_has_its_own_result(client, sqlite_store, key):
    one, two = received(sqlite_store), received(sqlite_store)
    decisions = [
        {"comment": one.id, "action": "approve", "revision": 0},
        {"comment": two.id, "action": "approve", "revision": 7},
        {"comment": "cmt_0", "action": "approve", "revision": 0},
    ]

    answer = client.post("/v1/decisions", json={"decisions": decisions}, headers=key())

    results = answer.get_json()["results"]
    assert answer.status_code == 200
    assert [each["status"] for each in results] == [201, 409, 404]
    assert results[0]["decision"]["status_after"] == "approved"
    assert results[1]["problem"]["decided"]["revision"] == 0


def test_of_many_a_wrong_one_is_named_by_its_place(client, sqlite_store, key):
    decisions = [
        {"comment": "x", "action": "approve", "revision": 0},
        {"comment": "x", "action": "delete", "revision": 0},
    ]

    answer = client.post("/v1/decisions", json={"decisions": decisions}, headers=key())

    assert set(wrong_fields(answer)) == {"decisions.1.action"}


def test_too_many_at_once_are_refused(client, key):
    decisions = [{"comment": "x", "action": "approve", "revision": 0}] * (BULK_LIMIT + 1)

    answer = client.post("/v1/decisions", json={"decisions": decisions}, headers=key())

    assert "decisions" in wrong_fields(answer)


def test_a_decision_is_taken_back(client, sqlite_store, key):
    comment, headers = received(sqlite_store), key()
    decision = decide(client, headers, comment.id).get_json()["id"]

    answer = client.post(f"/v1/decisions/{decision}/undo", headers=headers)

    assert answer.status_code == 201
    assert answer.get_json()["comment"]["status"] == "pending"
    assert answer.get_json()["undoes"] == decision


def test_what_was_taken_back_cannot_be_taken_back_again(client, sqlite_store, key):
    comment, headers = received(sqlite_store), key()
    decision = decide(client, headers, comment.id).get_json()["id"]
    client.post(f"/v1/decisions/{decision}/undo", headers=headers)

    answer = client.post(f"/v1/decisions/{decision}/undo", headers=headers)

    assert answer.status_code == 409
    assert answer.get_json()["title"] == "This decision cannot be undone"
