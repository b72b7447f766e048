"""Downloading a site."""

import json

import pytest

from moderation.accounts import Scope
from tests.builders import NOON, SECOND, a_submission, received

EXPORT = "/v1/sites/demo/export"


def test_an_owner_gets_every_comment_line_by_line(client, sqlite_store, key):
    received(sqlite_store, a_submission("One, Zoë"))
    received(sqlite_store, a_submission("Two"), at=NOON + SECOND)

    answer = client.get(EXPORT, headers=key())

    lines = [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]
    assert [line.get("body") for line in lines if line.get("type") == "comment"] == ["One, Zoë", "Two"]
    assert lines[-1] == {"type": "end", "comments": 2}
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="demo-')
    assert "Content-Length" not in answer.headers
    assert "rita" not in answer.get_data(as_text=True)


def test_addresses_come_only_on_the_record(client, sqlite_store, key):
    received(sqlite_store, a_submission(email="zoe@example.org"))

    answer = client.get(f"{EXPORT}?emails=yes&format=wxr", headers=key())

    assert "zoe@example.org" in answer.get_data(as_text=True)
    with sqlite_store.read() as uow:
        fact = list(uow.audit.entries("demo"))[-1].fact
    assert (fact.action, fact.detail) == ("site.exported", {"format": "wxr", "emails": True})


@pytest.mark.parametrize("scope", [Scope.READ, Scope.MODERATE])
def test_nobody_but_an_owner_may(client, key, scope):
    assert client.get(EXPORT, headers=key(scope)).status_code == 403


def test_a_wrong_format_is_named(client, key):
    answer = client.get(f"{EXPORT}?format=csv", headers=key())

    assert answer.status_code == 422
    assert "jsonl" in answer.get_data(as_text=True)


def test_one_export_at_a_time_and_then_the_next(client, sqlite_store, key):
    first = client.get(EXPORT, headers=key(), buffered=False)

    busy = client.get(EXPORT, headers=key())
    first.close()
    after = client.get(EXPORT, headers=key(), buffered=True)
    again = client.get(EXPORT, headers=key(), buffered=False)

    assert (busy.status_code, after.status_code) == (503, 200)
    assert busy.headers["Retry-After"] == "60"
    assert after.get_data() and again.status_code == 200
    again.close()
