import pytest
from marshmallow import ValidationError

from moderation import errors
from moderation.store.database.migrate import DatabaseUnusable
from moderation.store.sealing import SealBroken
from service.http.errors import PROBLEMS, ServiceError, problem_of, wait_words
from tests.builders import NOON

RAISED = [
    (errors.Invalid("body", "is empty."), 422),
    (ValidationError({"body": ["is empty."]}), 422),
    (errors.NotFound("comment", "cmt_1"), 404),
    (errors.AlreadyDecided("cmt_1", revision=2, status="approved", action="approve", by="Mina", at=NOON), 409),
    (errors.AlreadyDecided("cmt_1", revision=0, status="pending", action="", by="", at=None), 409),
    (errors.NothingToUndo("It was undone before."), 409),
    (errors.KeyReused("Use a new key."), 409),
    (errors.StoreBusy("The database cannot be used at the moment."), 503),
    (SealBroken("A sealed value of cmt_1 cannot be opened."), 409),
    (ZeroDivisionError("rita@reader.example"), 500),
]


@pytest.mark.parametrize(("error", "status"), RAISED, ids=lambda each: type(each).__name__)
def test_each_error_has_its_status(error, status):
    assert problem_of(error).status == status


def test_every_error_that_a_request_can_meet_is_in_the_table():
    raised = [kind for base in (errors.ModerationError, ServiceError) for kind in base.__subclasses__()]
    of_requests = [kind for kind in raised if kind.__module__ in {"moderation.errors", "service.http.errors"}]

    assert [kind.__name__ for kind in of_requests if kind not in PROBLEMS] == ["BadSetting"]  # ends the start


@pytest.mark.parametrize("error", [ZeroDivisionError("rita@reader.example"), DatabaseUnusable("of cmt_1")])
def test_what_nobody_expected_tells_nothing_of_itself(error):
    problem = problem_of(error)

    assert "rita" not in str(problem.detail) and "cmt_1" not in str(problem.detail)
    assert problem.status == 500


def test_who_is_late_is_told_who_was_first():
    detail = problem_of(RAISED[3][0]).detail

    assert str(detail) == "Approved by Mina at 2026-01-05T12:00:00.000Z; the comment is now approved. Load it again."


def test_whoever_comes_to_a_busy_database_is_told_when_to_try_again():
    detail = problem_of(errors.StoreBusy("The database cannot be used at the moment.", retry_after_s=5)).detail

    assert str(detail) == "Try again in 5 seconds."


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "1 second."), (90, "90 seconds."), (121, "3 minutes."), (900, "15 minutes.")]
)
def test_a_time_to_wait_is_said_in_words(seconds, words):
    assert str(wait_words(seconds)) == f"Try again in {words}"


def test_nested_fields_are_named_with_their_path():
    problem = problem_of(
        ValidationError({"thread": {"key": ["is missing."]}, "words": {0: {"phrase": ["is empty."]}}})
    )

    assert [each.field for each in problem.errors] == ["thread.key", "words.0.phrase"]


def test_a_failure_is_answered_and_logged_without_its_words(app, client, caplog):
    app.add_url_rule("/fails", "fails", lambda: 1 / 0)

    answer = client.get("/fails")

    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert "division" not in answer.text
    assert "request failed route=/fails" in caplog.text


def test_a_browser_gets_a_page(client):
    answer = client.get("/v1/nothing", headers={"Accept": "text/html,*/*;q=0.8"})

    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "<h1>Not found</h1>" in answer.text
    assert '<a href="/dashboard/">' in answer.text and '<a href="/v1/docs">' in answer.text
    assert "script-src" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/problem+json", "text/plain", ""])
def test_a_program_gets_json(client, accept):
    assert client.get("/v1/nothing", headers={"Accept": accept}).mimetype == "application/problem+json"
