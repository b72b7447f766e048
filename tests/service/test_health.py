from datetime import timedelta

import pytest

from moderation.dispatch import RedisState
from moderation.errors import StoreBusy
from service import database_health
from service.api import health
from service.database_health import MEMORY
from tests.builders import received
from tests.service.bodies import a_body


@pytest.fixture
def workers(monkeypatch):
    """The workers that Redis knows; none while it is away."""
    alive = {"scoring": 1, "delivery": 1}
    monkeypatch.setattr(
        health, "redis_state", lambda url: RedisState(workers=alive) if alive else RedisState("Away.")
    )
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


def test_a_worker_that_cannot_start_is_told_with_where_to_look(client, monkeypatch):
    state = RedisState(workers={"scoring": 0, "delivery": 1}, failed_roles=frozenset({"scoring"}))
    monkeypatch.setattr(health, "redis_state", lambda url: state)

    answer = client.get("/ready")

    assert parts(answer) == ["scoring"]
    assert answer.get_json()["detail"] == "A worker for scoring could not start: its log says why."


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


def test_a_disk_without_room_is_told_before_anybody_is_refused(client, workers, monkeypatch):
    monkeypatch.setattr(database_health, "MIN_FREE_BYTES", 10**18)

    assert parts(client.get("/ready")) == ["disk"]


@pytest.fixture
def full(client, sqlite_store):
    """The database's disk is full: SQLite may not add another page to the file."""

    def fill():
        client.get("/v1/sites/demo/form?thread=x")  # the site is known
        with sqlite_store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")

    return fill


def test_a_single_refusal_may_be_a_passing_hindrance(client, workers, full):
    full()

    answer = client.post("/v1/sites/demo/comments", json=a_body(body="long " * 10_000))

    assert answer.status_code == 503
    assert client.get("/ready").status_code == 200


def test_a_full_disk_is_told_with_its_cause_until_it_is_a_while_ago(client, workers, full, clock, caplog):
    full()

    for _ in range(3):
        answer = client.post("/v1/sites/demo/comments", json=a_body(body="long " * 10_000))

    assert answer.status_code == 503
    assert parts(client.get("/ready")) == ["database"]
    assert "SQLITE_FULL" in client.get("/ready").get_json()["detail"]
    assert [each.getMessage() for each in caplog.records if each.name == "rejoinder.database"] == [
        "database failed cause=SQLITE_FULL; `rejoinder doctor` says more"
    ]
    clock.wait(MEMORY)
    assert client.get("/ready").status_code == 200
