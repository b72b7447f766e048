"""Coral's external moderation phase: signatures, what becomes of a comment, and that a failure publishes nothing."""

import hashlib
import hmac
import json

import pytest
from sqlalchemy import select

from moderation.errors import CannotScore
from moderation.policy import WordRule
from moderation.rules import Action
from moderation.store.tables import checks, keys
from service.classifier import WebClassifier
from tests.builders import NOON, StubClassifier, a_score, a_site, an_open_policy

SECRET = "ssec_" + "0123456789abcdef" * 4
REQUEST = {
    "action": "NEW",
    "comment": {"body": "A kind word about your bread recipe.", "parentID": None},
    "author": {"id": "baf4e943-3594-4fcc-b2ba-3e8de7a76352", "role": "COMMENTER"},
    "story": {"id": "245b3856-b0a0-4d2f-a6bb-58c71f18d6a6", "url": "https://blog.example/posts/bread"},
    "site": {"id": "a4bede88-2d2c-4424-bc18-4322a9e285a6"},
    "tenantID": "19ba5794-7eeb-4d46-a81b-c00c61672501",
    "tenantDomain": "blog.example",
}


@pytest.fixture
def stub(monkeypatch):
    """The classifier of the web process, by default one that finds everything clean."""
    stub = StubClassifier()
    monkeypatch.setattr(WebClassifier, "sketch_many", lambda self, bodies: stub.sketch_many(bodies))
    monkeypatch.setattr(WebClassifier, "score_many", lambda self, comments, **how: stub.score_many(comments))
    return stub


@pytest.fixture
def key_id(sqlite_store):
    """The key of Coral's secret, for a site whose policy lets clean comments through."""
    policy = an_open_policy(words=(WordRule("casino", Action.HOLD), WordRule("pills", Action.REJECT)))
    sqlite_store.write(lambda uow: uow.sites.change(a_site(policy=policy)))
    return sqlite_store.write(lambda uow: uow.keys.add_signing("demo", "Coral", SECRET, at=NOON))


@pytest.fixture
def ask(client, stub, key_id):
    """What Coral gets: `ask(comment={"body": "Hello."})`."""

    def ask(secrets=(SECRET,), site="demo", body=None, **changes):
        body = json.dumps({**REQUEST, **changes}, indent=2).encode() if body is None else body
        signed = ",".join(f"sha256={hmac.new(each.encode(), body, hashlib.sha256).hexdigest()}" for each in secrets)
        headers = {"X-Coral-Signature": signed} if secrets else {}
        return client.post(f"/v1/sites/{site}/coral", data=body, content_type="application/json", headers=headers)

    return ask


def rows(store):
    with store.read() as uow:
        return uow.connection.execute(select(checks)).all()


def test_what_the_policy_approves_is_left_to_coral_and_kept_as_a_check(ask, key_id, sqlite_store):
    answer = ask()

    assert (answer.status_code, answer.data) == (204, b"")
    [row] = rows(sqlite_store)
    assert (row.body, row.thread_url, row.key_id) == (REQUEST["comment"]["body"], REQUEST["story"]["url"], key_id)


@pytest.mark.parametrize(
    ("score", "text", "answer"),
    [
        ({"spam": 0.99}, "Buy now.", {"status": "REJECTED", "actions": ["COMMENT_DETECTED_SPAM"]}),
        ({"spam": 0.6}, "Buy now.", {"status": "SYSTEM_WITHHELD", "actions": ["COMMENT_DETECTED_SPAM"]}),
        ({"abuse": 0.9}, "You fool.", {"status": "SYSTEM_WITHHELD", "actions": ["COMMENT_DETECTED_TOXIC"]}),
        ({}, "Come to my casino.", {"status": "PREMOD"}),
        ({}, "Cheap pills.", {"status": "REJECTED"}),
        ({"spam": 0.3}, "Perhaps.", {"status": "PREMOD"}),
    ],
    ids=["spam", "likely spam", "abuse", "held by a rule", "rejected by a rule", "unsure"],
)
def test_what_the_policy_does_not_approve_is_held_or_rejected_with_a_flag(ask, stub, score, text, answer):
    stub.given = a_score(**score)

    said = ask(comment={"body": text, "parentID": None}).get_json()

    flags = [each["reason"] for each in said.get("actions", [])]
    assert {"status": said["status"], **({"actions": flags} if flags else {})} == answer


def test_a_request_that_no_key_of_the_site_signed_is_refused(ask, sqlite_store):
    sqlite_store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))

    refused = [ask(secrets=()), ask(secrets=("ssec_wrong",)), ask(site="other"), ask(secrets=("x",) * 9 + (SECRET,))]

    assert [answer.status_code for answer in refused] == [401] * 4
    assert rows(sqlite_store) == []


def test_one_of_several_signatures_is_enough_while_coral_replaces_its_secret(ask, sqlite_store, key_id):
    assert ask(secrets=("ssec_old", SECRET)).status_code == 204
    sqlite_store.write(lambda uow: uow.keys.revoke(key_id, at=NOON))

    assert ask().status_code == 401


@pytest.mark.parametrize("error", [CannotScore(retry_after_s=30), ZeroDivisionError()])
def test_a_comment_that_cannot_be_scored_is_held_because_coral_would_publish_it(ask, monkeypatch, error):
    def fail(self, comments, **how):
        raise error

    monkeypatch.setattr(WebClassifier, "score_many", fail)

    answer = ask()

    assert (answer.status_code, answer.get_json()) == (200, {"status": "PREMOD"})


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"comment": {}}', b"\xff"])
def test_a_signed_request_that_cannot_be_read_is_held(ask, body):
    assert ask(body=body).get_json() == {"status": "PREMOD"}


def test_what_staff_writes_is_not_checked(ask, stub, sqlite_store):
    stub.given = a_score(spam=0.99)

    answers = [ask(author={"id": "1", "role": role}).status_code for role in ("STAFF", "MODERATOR", "ADMIN")]

    assert (answers, rows(sqlite_store)) == ([204] * 3, [])


def test_an_edit_that_changes_nothing_is_no_copy_of_itself(ask, stub, sqlite_store):
    ask()

    ask(action="EDIT")

    assert len(rows(sqlite_store)) == 1


def test_the_secret_is_stored_encrypted_and_is_no_key_of_the_api(client, sqlite_store, key_id):
    with sqlite_store.read() as uow:
        row = uow.connection.execute(select(keys).where(keys.c.id == key_id)).one()

    assert SECRET.encode() not in row.signs_sealed
    assert client.get("/v1/queue", headers={"Authorization": f"Bearer {SECRET}"}).status_code == 401
