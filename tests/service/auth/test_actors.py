from datetime import timedelta

import pytest

from moderation.accounts import Scope
from service.auth import csrf
from service.auth.actors import SESSION_COOKIE
from tests.builders import NOON, received

QUEUE = "/v1/queue"


def test_nobody_is_asked_to_sign_in_or_send_a_key(client):
    answer = client.get(QUEUE)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic cmo6eA==", "rj_x", "Bearer rj_unknown", "Bearer \u00fc"]
)
def test_what_is_no_key_of_ours_opens_nothing(client, header):
    assert client.get(QUEUE, headers={"Authorization": header}).status_code == 401


def test_a_key_opens_its_site(client, key):
    assert client.get(QUEUE, headers=key(Scope.READ)).status_code == 200


def test_a_revoked_key_opens_nothing_from_that_moment(client, sqlite_store, key):
    headers = key()
    with sqlite_store.read() as uow:
        (made,) = uow.keys.all("demo")
    sqlite_store.write(lambda uow: uow.keys.revoke(made.id, at=NOON))

    answer = client.get(QUEUE, headers=headers)
    assert (answer.status_code, "`rejoinder key list SITE`" in answer.get_json()["detail"]) == (401, True)


def test_a_key_in_the_url_opens_nothing(client, key):
    secret = key()["Authorization"].removeprefix("Bearer ")

    assert client.get(f"{QUEUE}?key={secret}&access_token={secret}").status_code == 401


def test_a_key_of_a_site_that_is_only_for_submitting_reads_nothing(client, key):
    answer = client.get(QUEUE, headers=key(Scope.SUBMIT))

    assert answer.status_code == 403
    assert answer.get_json()["detail"] == "This needs the scope 'read'; you have 'submit'."


def test_a_moderators_session_opens_what_the_role_allows(session):
    viewer = session({"demo": "viewer"})

    assert viewer.get(QUEUE).status_code == 200
    refused = viewer.get("/v1/sites/demo/endpoints")
    assert refused.status_code == 403
    assert refused.get_json()["detail"] == "This needs the scope 'admin'; you have 'read'."


def test_a_session_ends_with_its_time(session, clock):
    viewer = session({"demo": "viewer"})
    clock.wait(timedelta(hours=1))

    assert viewer.get(QUEUE).status_code == 401


def test_a_session_alone_changes_nothing(session, sqlite_store):
    comment = received(sqlite_store)
    moderator = session({"demo": "moderator"})
    request = {"action": "approve", "revision": 0}

    refused = moderator.post(f"/v1/comments/{comment.id}/decisions", json=request)
    token = csrf.issue_token(sqlite_store.sealer, moderator.get_cookie(SESSION_COOKIE).value)
    done = moderator.post(f"/v1/comments/{comment.id}/decisions", json=request, headers={csrf.HEADER: token})

    assert (refused.status_code, done.status_code) == (403, 201)


def test_a_key_is_asked_before_a_cookie(session, key):
    moderator = session({"demo": "owner"})

    assert moderator.get(QUEUE, headers={"Authorization": "Bearer rj_wrong"}).status_code == 401
