import pytest

from moderation.accounts import Role, Scope
from moderation.decision import Action, Reason
from tests.builders import NOON, a_site
from tests.service.api.test_status import comment, rule, sent


@pytest.fixture
def rejected(client, sqlite_store):
    """The id of a comment that Ada rejected as abuse, and the path of its status."""
    comment_id, path = sent(client)
    rule(sqlite_store, comment_id, Action.REJECT, Reason.ABUSE)
    return comment_id, path


def open_appeals(client, headers):
    return client.get("/v1/appeals", headers=headers).get_json()["appeals"]


def test_an_author_appeals_by_the_token_and_reads_the_outcome(client, key, rejected):
    path = rejected[1]
    assert client.get(path).get_json()["appealable"] is True

    asked = client.post(f"{path}/appeal", json={"text": "It quotes the article."})
    [found] = open_appeals(client, key(Scope.MODERATE))
    decision = {"outcome": "refused", "revision": found["comment"]["revision"], "answer": "It insults Ben."}
    client.post(f"/v1/appeals/{found['appeal']['id']}/decision", json=decision, headers=key(Scope.MODERATE))

    assert asked.status_code == 200
    assert found["appeal"]["text"] == "It quotes the article."
    status = client.get(path).get_json()
    assert (status["appeal"]["outcome"], status["appeal"]["answer"]) == ("refused", "It insults Ben.")
    assert status["appealable"] is False
    assert "a test" not in str(status["appeal"])  # the key's name


def test_an_appeal_that_is_granted_publishes_the_comment(client, key, rejected, sqlite_store):
    comment_id, path = rejected
    client.post(f"{path}/appeal", json={"text": "It quotes the article."})
    [found] = open_appeals(client, key())

    answer = client.post(
        f"/v1/appeals/{found['appeal']['id']}/decision", json={"outcome": "granted", "revision": 1}, headers=key()
    )

    assert (answer.status_code, answer.get_json()["outcome"]) == (201, "granted")
    assert comment(sqlite_store, comment_id).status == "approved"
    assert open_appeals(client, key()) == []


def test_a_second_appeal_is_refused(client, rejected):
    path = rejected[1]
    client.post(f"{path}/appeal", json={"text": "One."})

    again = client.post(f"{path}/appeal", json={"text": "Two."})

    assert (again.status_code, "before" in again.get_json()["detail"]) == (409, True)


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "x" * 1_001}])
def test_an_appeal_is_checked(client, rejected, body):
    assert client.post(f"{rejected[1]}/appeal", json=body).status_code == 422


def test_a_stranger_appeals_nothing_and_reads_no_appeal(client, rejected):
    comment_id, path = rejected

    assert client.post(f"/v1/status/{comment_id}.{'0' * 32}/appeal", json={"text": "Me."}).status_code == 404
    assert client.get("/v1/appeals").status_code == 401
    assert client.get(path).get_json()["appeal"] is None


def test_another_sites_key_and_a_reader_decide_nothing(client, key, rejected, sqlite_store):
    sqlite_store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    comment_id, path = rejected
    client.post(f"{path}/appeal", json={"text": "It quotes the article."})
    [found] = open_appeals(client, key(Scope.READ))
    url, decision = f"/v1/appeals/{found['appeal']['id']}/decision", {"outcome": "granted", "revision": 1}

    assert open_appeals(client, key(Scope.ADMIN, "other")) == []
    assert client.post(url, json=decision, headers=key(Scope.ADMIN, "other")).status_code == 404
    assert client.post(url, json=decision, headers=key(Scope.READ)).status_code == 403
    assert comment(sqlite_store, comment_id).status == "rejected"


def test_whoever_decided_gets_403_while_there_is_another_moderator(client, session, sqlite_store, key):
    comment_id, path = sent(client)
    headers = key(Scope.MODERATE)
    sqlite_store.write(lambda uow: uow.accounts.add_moderator("Noor", Role.MODERATOR, ["demo"], at=NOON))
    rejection = {"action": "reject", "reason": "abuse", "revision": 0}
    client.post(f"/v1/comments/{comment_id}/decisions", json=rejection, headers=headers)
    client.post(f"{path}/appeal", json={"text": "It quotes the article."})
    [found] = open_appeals(client, headers)

    answer = client.post(
        f"/v1/appeals/{found['appeal']['id']}/decision", json={"outcome": "refused", "revision": 1}, headers=headers
    )

    assert (answer.status_code, answer.get_json()["type"].partition("#")[2]) == (403, "problem-own-decision")
