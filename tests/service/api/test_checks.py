"""Checks over the API: the answer, the correction, the limit, and the classifier that is loaded when it is needed."""

import subprocess
import sys

import pytest
from sqlalchemy import select

from models.scorer import Scorer
from moderation.accounts import Scope
from moderation.errors import BadSetting
from moderation.reasons import Reason
from moderation.store.tables import checks
from service.classifier import RETRY_S, WebClassifier
from service.resources import resources
from service.schemas.checks import CHECKED, verdict_body
from service.schemas.review import SCORED_COMMENT
from tests.builders import NOON, StubClassifier, a_check, a_score, a_site
from tests.service.bodies import COMMENTS, wrong_fields

CHECKS = "/v1/sites/demo/checks"
WHOLE = {
    "name": "Ada",
    "email": "ada@reader.example",
    "website": "https://ada.example",
    "body": "Thank you, that helped a lot.",
    "thread": {"key": "/a-page", "url": "https://blog.example/a-page", "title": "A page"},
    "address": "192.0.2.7",
}


class StubScorer:
    """A scorer that gives every text the same score."""

    version = "test-1"

    def __init__(self, score=None, error=None):
        self.given, self.error = score or a_score(), error

    def score_many(self, comments, **how):
        if self.error is not None:
            raise self.error
        return [self.given] * len(comments)


@pytest.fixture
def scorer(monkeypatch):
    """Puts a scorer in place of the model: `scorer(error=ValueError())`."""

    def put(**how):
        monkeypatch.setattr(WebClassifier, "_load", lambda self: StubScorer(**how))

    put()
    return put


def rows(store):
    with store.read() as uow:
        return uow.connection.execute(select(checks)).all()


def test_a_body_alone_is_answered_at_once_with_everything(client, key, scorer):
    answer = client.post(CHECKS, json={"body": "Thank you."}, headers=key(Scope.CHECK))

    said = answer.get_json()
    assert answer.status_code == 200
    assert said["id"].startswith("chk_")
    assert (said["spam"], said["abuse"], said["labels"]) == (0.02, 0.03, {"insult": 0.01})
    assert (said["language"], said["confidence"], said["model"]) == ("en", 1.0, "test-1")
    assert (said["action"], said["reason"], said["near_copies"]) == ("hold", "first_comment", 0)
    assert said["detail"]["text"] == "the author has no approved comment yet"
    assert [(part["text"], part["weight"]) for part in said["evidence"]] == [("kind", -1.25), ("2 links", -0.5)]


def test_the_answer_is_what_the_document_says(app, sqlite_store):
    verdict = a_check(sqlite_store, classifier=StubClassifier(a_score(spam=0.97)))

    with app.test_request_context():
        said, as_described = verdict_body(verdict), CHECKED.dump(verdict)
        score = SCORED_COMMENT.fields["score"].schema.dump(verdict.score)

    assert list(as_described) == ["id", "action", "reason", "detail", "near_copies"]
    assert said == {**as_described, **score}
    assert said.keys() == CHECKED.fields.keys()


def test_the_model_itself_calls_spam_spam(client, key):
    spam = {"body": "Buy cheap viagra online, best price, http://pills.example/viagra http://pills.example/cialis"}

    said = client.post(CHECKS, json=spam, headers=key(Scope.CHECK)).get_json()

    assert said["spam"] > 0.9
    assert said["reason"] in {Reason.SPAM, Reason.LINKS}
    assert any(part["field"] == "body" and part["weight"] > 0 for part in said["evidence"])


def test_all_that_is_sent_is_kept_but_the_address_only_as_a_network(client, key, scorer, sqlite_store):
    said = client.post(CHECKS, json=WHOLE, headers=key(Scope.CHECK)).get_json()

    [row] = rows(sqlite_store)
    assert (row.id, row.name, row.website, row.body) == (said["id"], "Ada", WHOLE["website"], WHOLE["body"])
    assert (row.thread_url, row.thread_title, row.masked_address) == (
        "https://blog.example/a-page",
        "A page",
        "192.0.2.0/24",
    )


def test_nothing_is_kept_of_a_check_with_store_false_and_nothing_of_it_can_be_corrected(
    client, key, scorer, sqlite_store
):
    headers = key(Scope.CHECK)

    said = client.post(CHECKS, json={**WHOLE, "store": False}, headers=headers).get_json()

    assert (said["id"], rows(sqlite_store)) == (None, [])
    assert correct(client, headers, "chk_0").status_code == 404


def test_a_check_is_corrected_by_its_id(client, key, scorer, sqlite_store):
    headers = key(Scope.CHECK)
    check_id = client.post(CHECKS, json=WHOLE, headers=headers).get_json()["id"]

    answer = correct(client, headers, check_id, "ham")

    assert (answer.status_code, answer.get_json()) == (200, {"id": check_id, "correction": "ham"})
    assert rows(sqlite_store)[0].correction == "ham"


def test_a_check_of_a_site_that_the_key_is_not_for_does_not_exist(client, key, scorer, sqlite_store):
    check_id = client.post(CHECKS, json=WHOLE, headers=key(Scope.CHECK)).get_json()["id"]
    sqlite_store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    others = key(Scope.ADMIN, "other")

    assert correct(client, others, check_id).status_code == 404
    assert client.post(CHECKS, json=WHOLE, headers=others).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"body": " "}, "body"),
        ({"body": "x" * 65_526}, "body"),
        ({"email": "nobody"}, "email"),
        ({"address": "here"}, "address"),
        ({"store": "no"}, "store"),
        ({"thread": {"url": 1}}, "thread.url"),
        ({"mood": "good"}, "mood"),
    ],
)
def test_what_is_wrong_is_named_with_its_field(client, key, scorer, wrong, field):
    answer = client.post(CHECKS, json={**WHOLE, **wrong}, headers=key(Scope.CHECK))

    assert (answer.status_code, set(wrong_fields(answer))) == (422, {field})


def test_a_correction_is_one_of_four_words(client, key):
    answer = client.put("/v1/checks/chk_1/correction", json={"correction": "good"}, headers=key(Scope.CHECK))

    assert wrong_fields(answer) == {"correction": "This must be one of: spam, ham, abusive, fine."}


def test_a_key_for_checks_may_do_nothing_else(client, key, scorer):
    headers = key(Scope.CHECK)

    assert client.post(CHECKS, json=WHOLE, headers=headers).status_code == 200
    assert client.get("/v1/queue", headers=headers).status_code == 403
    assert client.post(CHECKS, json=WHOLE).status_code == 401


def test_a_key_has_a_limit_of_its_own_whatever_it_sends(limited, key, scorer):
    client, headers = limited(limit_checks="2/minute"), key(Scope.CHECK)

    statuses = [client.post(CHECKS, json=body, headers=headers).status_code for body in (WHOLE, {}, WHOLE)]
    other = client.post(CHECKS, json=WHOLE, headers=key(Scope.CHECK)).status_code

    assert (statuses, other) == ([200, 422, 429], 200)


@pytest.mark.parametrize("error", [ValueError("a text"), RecursionError(), MemoryError()])
def test_a_text_that_cannot_be_scored_is_answered_with_503_and_not_kept(client, key, scorer, sqlite_store, error):
    scorer(error=error)

    answer = client.post(CHECKS, json=WHOLE, headers=key(Scope.CHECK))

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, str(RETRY_S))
    assert answer.get_json()["type"].endswith("#problem-not-scored")
    assert rows(sqlite_store) == []


def test_a_model_that_cannot_be_loaded_is_answered_with_503_and_tried_again_later(client, key, monkeypatch):
    tries = []

    def fail(path, **how):
        tries.append(path)
        raise BadSetting("REJOINDER_MODEL cannot be used")

    monkeypatch.setattr(Scorer, "from_setting", fail)
    now = [100.0]
    classifier = WebClassifier(None, uses_encoder=False, ticks=lambda: now[0])
    monkeypatch.setattr(WebClassifier, "sketch_many", lambda self, bodies: classifier._loaded())
    headers = key(Scope.CHECK)

    statuses = [client.post(CHECKS, json=WHOLE, headers=headers).status_code for _ in range(2)]
    first = len(tries)
    now[0] += RETRY_S
    client.post(CHECKS, json=WHOLE, headers=headers)

    assert (statuses, first, len(tries)) == ([503, 503], 1, 2)


def test_the_model_is_loaded_by_the_first_check_and_by_no_comment(app, client, key, scorer):
    client.post(COMMENTS, json={key: WHOLE[key] for key in ("name", "email", "body", "thread")})
    with app.app_context():
        before = resources().classifier.is_loaded
        client.post(CHECKS, json=WHOLE, headers=key(Scope.CHECK))
        after = resources().classifier.is_loaded

    assert (before, after) == (False, True)


def test_a_web_process_without_checks_has_no_numpy():
    program = "import sys, service.app\nprint('numpy' in sys.modules)"

    assert (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        == "False\n"
    )


def correct(client, headers, check_id, correction="spam"):
    return client.put(f"/v1/checks/{check_id}/correction", json={"correction": correction}, headers=headers)
