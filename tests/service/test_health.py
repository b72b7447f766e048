from datetime import timedelta

import pytest

from moderation.errors import StoreBusy
from service.api import health
from tests.builders import received


@pytest.fixture
def workers(monkeypatch):
    """The workers that Redis knows; None while it is away."""
    alive = {"scoring": 1, "delivery": 1}
    monkeypatch.setattr(health, "listeners", lambda url: alive or None)
    return alive


def parts(answer):
    return [each["part"] for each in answer.get_json()["reasons"]]


def test_with_everything_in_its_place_the_service_is_ready(client, workers):
    assert client.get("/ready").get_json() == {"status": "ready"}


def test_a_redis_that_is_away_is_told(client, workers):
    workers.clear()

    answer = client.get("/ready")

    assert (answer.status_code, parts(answer)) == (503, ["redis"])
    assert answer.mimetype == "application/problem+json"


def test_redis_is_really_asked(client):
    assert parts(client.get("/ready")) == ["redis"]  # nobody listens at the settings' address


def test_a_missing_worker_is_told_with_the_remedy(client, workers):
    workers["scoring"] = 0

    answer = client.get("/ready")

    assert parts(answer) == ["scoring"]
    assert answer.get_json()["detail"] == "No worker answers for scoring; start them with `rejoinder work`."


def test_comments_that_wait_too_long_are_told_whatever_the_cause(client, workers, sqlite_store, clock):
    received(sqlite_store)
    clock.wait(health.PATIENCE + timedelta(seconds=1))

    assert parts(client.get("/ready")) == ["scoring"]


def test_a_database_that_cannot_be_read_is_told_and_the_process_still_lives(
    client, workers, sqlite_store, monkeypatch
):
    def fail():
        raise StoreBusy("The database cannot be used at the moment.")

    monkeypatch.setattr(sqlite_store, "read", fail)

    assert parts(client.get("/ready")) == ["database"]
    assert client.get("/health").status_code == 200
