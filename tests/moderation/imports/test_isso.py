"""Isso's database, as its own code makes it and as older versions did."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from moderation.comment import Status
from moderation.imports.items import UnreadableFile
from tests.moderation.imports.importing import imported, items_of

TABLES = """
CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));
CREATE TABLE comments (
    tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT NOT NULL, modified FLOAT,
    mode INTEGER, remote_addr VARCHAR, text VARCHAR NOT NULL, author VARCHAR, email VARCHAR, website VARCHAR,
    likes INTEGER DEFAULT 0, dislikes INTEGER DEFAULT 0, voters BLOB NOT NULL, notification INTEGER DEFAULT 0);
"""
FIRST = (
    1,
    1,
    None,
    1588334400.25,
    1,
    "192.0.2.0",
    "Good *bread*\n\n> quoted",
    "Ada &amp; Co",
    "ada@example.org",
    "https://ada.example.org",
)


def a_database(folder: Path, *comments, tables: str = TABLES) -> Path:
    path = folder / "comments.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(tables)
        connection.execute("INSERT INTO threads VALUES (1, '/a-page/', 'A page')")
        for each in comments:
            connection.execute(
                "INSERT INTO comments (tid, id, parent, created, mode, remote_addr, text, author, email, website, "
                "voters) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, x'00')",
                each,
            )
        connection.commit()
    return path


def test_a_comment_arrives_with_all_its_fields(sqlite_store, tmp_path):
    found = imported(sqlite_store, "isso", a_database(tmp_path, FIRST))

    [comment] = found.comments
    assert (comment.name, comment.website) == ("Ada & Co", "https://ada.example.org")
    assert comment.body == "Good *bread*\n\n> quoted"
    assert comment.received_at == datetime(2020, 5, 1, 12, 0, 0, 250_000, tzinfo=UTC)
    assert (comment.thread.key, comment.thread.title) == ("/a-page/", "A page")
    assert (comment.status, comment.masked_address) == (Status.APPROVED, "192.0.2.0/24")
    assert found.emails == ["ada@example.org"]
    found.assert_balanced()


def test_pending_deleted_and_anonymous_comments_have_their_places(sqlite_store, tmp_path):
    path = a_database(
        tmp_path,
        FIRST,
        (1, 2, 1, 1588334401.0, 4, None, "", None, None, None),
        (1, 3, 2, 1588334402.0, 1, None, "Reply to deleted", None, None, None),
        (1, 4, None, 1588334403.0, 2, None, "Waits", "Ben", "", ""),
    )

    found = imported(sqlite_store, "isso", path)

    assert [(each.body, each.name, each.status.value) for each in found.comments[1:]] == [
        ("Reply to deleted", "Anonymous", "approved"),
        ("Waits", "Ben", "pending"),
    ]
    assert found.tree["Reply to deleted"].startswith("Good")
    assert found.codes("2") == ["deleted"]


def test_an_old_database_may_lack_columns(sqlite_store, tmp_path):
    tables = """
    CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));
    CREATE TABLE comments (tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT,
        mode INTEGER, text VARCHAR, author VARCHAR);
    """
    path = a_database(tmp_path, tables=tables)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO comments VALUES (1, 1, NULL, 1588334400, 1, 'Old', 'Ada')")
        connection.commit()

    assert [each.body for each in imported(sqlite_store, "isso", path).comments] == ["Old"]


def test_a_database_in_use_is_read_with_what_is_only_in_its_log(sqlite_store, tmp_path):
    path = a_database(tmp_path, FIRST)
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA journal_mode = wal")
        writer.execute(
            "INSERT INTO comments (tid, id, created, mode, text, voters) VALUES (1, 2, 1588334401, 1, 'New', x'')"
        )
        writer.commit()

        found = imported(sqlite_store, "isso", path)

    assert [each.body for each in found.comments][1:] == ["New"]


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + bytes(200)])
def test_a_file_that_is_no_database_of_isso_is_refused(tmp_path, content):
    path = tmp_path / "x.db"
    path.write_bytes(content)

    with pytest.raises(UnreadableFile):
        items_of("isso", path)


def test_another_database_is_refused(tmp_path):
    path = a_database(
        tmp_path, tables=TABLES.replace("comments", "others").replace("voters BLOB NOT NULL", "voters BLOB")
    )

    with pytest.raises(UnreadableFile, match="no tables comments and threads"):
        items_of("isso", path)
