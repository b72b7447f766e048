"""Cusdis' database, in the three forms in which one can get it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from moderation import site_admin
from moderation.imports.items import UnreadableFile
from tests.builders import NOON, a_submission, received
from tests.moderation.imports.importing import imported, items_of, named
from tests.moderation.imports.json_files import AT

TABLES = """
CREATE TABLE pages (id TEXT PRIMARY KEY, slug TEXT NOT NULL, url TEXT, title TEXT, "projectId" TEXT NOT NULL);
CREATE TABLE comments (
    id TEXT PRIMARY KEY, "pageId" TEXT NOT NULL, created_at DATETIME NOT NULL, updated_at DATETIME,
    "deletedAt" DATETIME, "moderatorId" TEXT, by_email TEXT, by_nickname TEXT, content TEXT NOT NULL,
    approved BOOLEAN NOT NULL, "parentId" TEXT);
INSERT INTO pages VALUES ('p1', '/a-page/', 'https://blog.example/a-page/', 'A page', 'x');
INSERT INTO pages VALUES ('p2', 'a-slug', NULL, NULL, 'x');
"""
ROWS = [
    ("c1", "p1", 1588334400000, None, None, "ada@example.org", "Ada", "Good **bread**\n\tTwo", 1, None),
    ("c2", "p1", 1588334401000, None, "u1", None, None, "Thank you", 1, "c1"),
    ("c3", "p2", 1588334402000, None, None, None, "Ben", "Waits", 0, None),
    ("c4", "p1", 1588334403000, 1588334500000, None, None, "Eve", "Gone", 1, "c1"),
    ("c5", "p1", 1588334404000, None, None, None, "Zoë", "Reply to gone", 1, "c4"),
]


def a_database(folder: Path) -> Path:
    path = folder / "cusdis.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(TABLES)
        connection.executemany(
            'INSERT INTO comments (id, "pageId", created_at, "deletedAt", "moderatorId", by_email, by_nickname, '
            'content, approved, "parentId") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
            ROWS,
        )
        connection.commit()
    return path


def a_dump(folder: Path) -> Path:
    path = folder / "dump.sql"
    rows = "".join("\t".join(map(in_copy, _as_dumped(row))) + "\n" for row in ROWS)
    path.write_text(
        "--\n-- PostgreSQL database dump\n--\n\n"
        'COPY public.comments (id, "pageId", created_at, "deletedAt", "moderatorId", by_email, by_nickname, '
        f'content, approved, "parentId") FROM stdin;\n{rows}\\.\n\n'
        "COPY public.pages (id, slug, url, title) FROM stdin;\n"
        "p1\t/a-page/\thttps://blog.example/a-page/\tA page\np2\ta-slug\t\\N\t\\N\n\\.\n",
        "utf-8",
    )
    return path


def _as_dumped(row):
    id, page, created, deleted, *others, approved, parent = row
    stamp = f"2020-05-01 12:00:0{created // 1000 % 10}"
    return (id, page, stamp, stamp if deleted else None, *others, "t" if approved else "f", parent)


def in_copy(value):
    if value is None:
        return "\\N"
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def a_table(folder: Path) -> Path:
    path = folder / "comments.csv"
    path.write_text(
        "id,created_at,deletedAt,moderatorId,by_email,by_nickname,content,approved,parentId,slug,url,title\r\n"
        'c1,2020-05-01 12:00:00,,,ada@example.org,Ada,"Good **bread**\n\tTwo",true,,'
        "/a-page/,https://blog.example/a-page/,A page\r\n"
        "c2,2020-05-01 12:00:01,,u1,,,Thank you,true,c1,/a-page/,https://blog.example/a-page/,A page\r\n"
        "c3,2020-05-01 12:00:02,,,,Ben,Waits,false,,a-slug,,\r\n"
        "c4,2020-05-01 12:00:03,2020-05-02 00:00:00,,,Eve,Gone,true,c1,/a-page/,,\r\n"
        "c5,2020-05-01 12:00:04,,,,Zoë,Reply to gone,true,c4,/a-page/,https://blog.example/a-page/,A page\r\n",
        "utf-8",
    )
    return path


@pytest.mark.parametrize("written", [a_database, a_dump, a_table])
def test_each_form_of_the_database_gives_the_same_comments(sqlite_store, tmp_path, written):
    found = imported(sqlite_store, "cusdis", written(tmp_path))

    assert [(each.body, each.name, each.status.value, each.thread.key) for each in found.comments] == [
        ("Good **bread**\n\tTwo", "Ada", "approved", "/a-page/"),
        ("Thank you", "A demo blog", "approved", "/a-page/"),
        ("Waits", "Ben", "pending", "a-slug"),
        ("Reply to gone", "Zoë", "approved", "/a-page/"),
    ]
    assert found.emails == ["ada@example.org", None, None, None]
    assert found.tree["Reply to gone"] == found.tree["Thank you"] == "Good **bread**\n\tTwo"
    assert found.comments[0].received_at == AT
    found.assert_balanced()


def test_a_slug_is_a_name_for_the_mapping_file(sqlite_store, tmp_path):
    found = imported(sqlite_store, "cusdis", a_table(tmp_path), mapping="a-slug -> /posts/waits")

    assert named(found.comments)["Waits"].thread.key == "/posts/waits"


@pytest.mark.parametrize("text", [r"a\\nb", "a\\b", "tab\\\\", "\\\\\\n", "C:\\new\\\\x"])
def test_a_backslash_of_a_comment_survives_the_dump(tmp_path, text):
    path = a_dump(tmp_path)
    path.write_text(path.read_text("utf-8").replace("Thank you", in_copy(f"{text}.")), "utf-8")

    assert f"{text}." in [getattr(each, "body", None) for each in items_of("cusdis", path)]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "-- dump\nSELECT 1;\n"])
def test_another_file_is_refused(tmp_path, text):
    path = tmp_path / "x"
    path.write_text(text)

    with pytest.raises(UnreadableFile):
        items_of("cusdis", path)


def test_a_dump_that_is_cut_is_named(tmp_path):
    path = a_dump(tmp_path)
    path.write_text(path.read_text("utf-8").partition("Waits")[0], "utf-8")

    with pytest.raises(UnreadableFile, match=r"^line \d+: "):
        items_of("cusdis", path)


def test_comments_of_a_page_that_moved_arrive_in_its_thread(sqlite_store, tmp_path):
    received(sqlite_store, a_submission("Ours.", thread="/a-page/"))
    sqlite_store.write(
        lambda uow: site_admin.move_thread(uow, "demo", "/a-page/", "/moved/", by_id="console", at=NOON)
    )

    found = imported(sqlite_store, "cusdis", a_table(tmp_path))

    assert {each.thread.key for each in found.comments} == {"/moved/", "a-slug"}
