"""`rejoinder audit verify`."""

import sqlite3


def test_a_whole_trail_is_told_with_its_end(console, store):
    console("key", "add", "demo")
    console("key", "add", "demo")

    told = console.json("audit", "verify")

    assert told["is_whole"]
    assert [(chain["site"], chain["entries"]) for chain in told["chains"]] == [("demo", 2)]


def test_an_entry_that_was_changed_is_named_and_the_command_fails(console, store, home):
    for _ in range(3):
        console("key", "add", "demo")
    connection = sqlite3.connect(home / "rejoinder.db")
    connection.execute("UPDATE audit SET by_id = 'somebody else' WHERE number = 2")
    connection.commit()
    connection.close()

    result = console("audit", "verify")

    assert result.exit_code == 1
    assert "demo: BROKEN at entry 2" in result.output
