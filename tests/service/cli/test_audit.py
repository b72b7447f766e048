"""`rejoinder audit verify`."""

import sqlite3

import pytest
from sqlalchemy import text

from tests.builders import received, settled


@pytest.fixture
def tamper(home):
    """Change the database behind the program's back."""

    def tamper(statement):
        connection = sqlite3.connect(home / "rejoinder.db")
        connection.execute(statement)
        connection.commit()
        connection.close()

    return tamper


def test_a_whole_trail_is_told_with_its_end(console, store):
    console("key", "add", "demo")
    console("key", "add", "demo")

    report = console.json("audit", "verify")

    assert report["is_whole"]
    assert [(chain["site"], chain["entries"]) for chain in report["chains"]] == [("demo", 2)]


@pytest.mark.parametrize("change", ["by_id = 'somebody else'", "detail = 'x'"])
def test_an_entry_that_was_changed_is_named_and_the_command_fails(console, store, tamper, change):
    for _ in range(3):
        console("key", "add", "demo")
    tamper(f"UPDATE audit SET {change} WHERE number = 2")

    result = console("audit", "verify")

    assert result.exit_code == 1
    assert "demo: BROKEN at entry 2" in result.output


def test_a_chain_that_was_taken_away_is_missed(console, store, tamper):
    console("key", "add", "demo")
    tamper("DELETE FROM audit")

    result = console("audit", "verify")

    assert result.exit_code == 1
    assert "demo: BROKEN at entry 1" in result.output


def test_an_end_that_was_kept_shows_that_the_end_was_cut_off_since(console, store, tamper):
    console("key", "add", "demo")
    [early] = console.json("audit", "verify")["chains"]
    console("key", "add", "demo")
    [late] = console.json("audit", "verify", "--kept", early["head"])["chains"]
    tamper("DELETE FROM audit WHERE number = 2")

    result = console("audit", "verify", "--kept", early["head"], "--kept", late["head"])

    assert result.exit_code == 1
    assert f"no chain contains {late['head']} any more" in result.output
    assert f"no chain contains {early['head']}" not in result.output


@pytest.mark.parametrize(
    "change",
    ["reason = 'spam'", "action = 'approve'", "by_id = 'mod_x'", "at = 5", "status_after = 'x'", "revision = 7"],
)
def test_a_decision_that_was_changed_is_named(console, store, tamper, change):
    settled(store, received(store))
    [decision_id] = _decision_ids(store)
    assert console("audit", "verify").exit_code == 0
    tamper(f"UPDATE decisions SET {change}")

    result = console("audit", "verify")

    assert result.exit_code == 1
    assert f"demo: CHANGED: decision {decision_id}" in result.output


def test_decisions_that_were_removed_or_added_are_missed(console, store, tamper):
    for _ in range(2):
        settled(store, received(store))
    gone, kept = _decision_ids(store)
    columns = "comment_id, site_id, action, reason, detail, note, by_id, by_name, at"
    ends = "status_before, status_after, undoes"
    tamper(
        f"INSERT INTO decisions (id, {columns}, revision, {ends}) "
        f"SELECT 'dec_0', {columns}, 9, {ends} FROM decisions WHERE id = '{kept}'"
    )
    tamper(f"DELETE FROM decisions WHERE id = '{gone}'")

    result = console("audit", "verify")

    assert result.exit_code == 1
    assert f"demo: CHANGED: decision {gone}" in result.output
    assert "demo: ADDED: 1 decisions" in result.output


def _decision_ids(store):
    with store.read() as uow:
        return [row.id for row in uow.connection.execute(text("SELECT id FROM decisions ORDER BY id"))]
