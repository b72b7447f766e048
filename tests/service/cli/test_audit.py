"""`rejoinder audit verify`."""

import sqlite3

import pytest


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
