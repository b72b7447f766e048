"""Files that are cut, damaged or something else: an error that names a place, or refused rows; never a crash."""

import random
import re
import sqlite3
from contextlib import closing

import pytest

from moderation.imports.items import ImportedComment, UnreadableFile
from moderation.imports.kinds import KINDS
from tests.moderation.imports.importing import imported, items_of
from tests.moderation.imports.samples import a_sample

pytestmark = pytest.mark.slow  # seconds of processor time

ROUNDS = 100


@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_file_has_one_comment(kind, tmp_path):
    comments = [each for each in items_of(kind, a_sample(kind, tmp_path)) if isinstance(each, ImportedComment)]

    assert len(comments) == 1


@pytest.mark.parametrize("kind", sorted({*KINDS} - {"isso"}))
def test_a_packed_file_is_read_as_well(kind, tmp_path):
    assert items_of(kind, a_sample(kind, tmp_path, packed=True)) == items_of(kind, a_sample(kind, tmp_path))


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_cut_anywhere_is_named_or_whole(kind, packed, tmp_path):
    path = a_sample(kind, tmp_path, packed=packed)
    content = path.read_bytes()

    for at in {round(len(content) * part / ROUNDS) for part in range(ROUNDS)}:
        path.write_bytes(content[:at])
        read(kind, path)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_with_wrong_bytes_is_named_or_read_around(kind, packed, tmp_path):
    path = a_sample(kind, tmp_path, packed=packed)
    content, chance = path.read_bytes(), random.Random(kind)

    for _ in range(ROUNDS):
        damaged = bytearray(content)
        for _ in range(chance.choice([1, 1, 3, 30])):
            damaged[chance.randrange(len(damaged))] = chance.choice(b'\0\xff{}[]<>"\\&,\n0') or chance.randrange(256)
        path.write_bytes(damaged)
        read(kind, path)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_something_else_is_named(kind, tmp_path):
    chance = random.Random(kind)
    path = tmp_path / "other"

    for content in [
        b"",
        b"\n",
        b"\0",
        b"\xff\xfe",
        b"\x1f\x8b",
        b"{",
        b"[",
        b"[[[[" * 9_999,
        b'{"a":' * 9_999,
        b"<a>" * 99,
    ]:
        path.write_bytes(content)
        read(kind, path)
    for length in (1, 10, 1_000, 20_000):
        path.write_bytes(chance.randbytes(length))
        read(kind, path)


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_read_of_a_damaged_file_can_be_stored(kind, sqlite_store, tmp_path):
    path = a_sample(kind, tmp_path)
    content, chance = path.read_bytes(), random.Random(kind)

    for _ in range(20):
        damaged = bytearray(content)
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged)
        found = imported(sqlite_store, kind, path, with_rejected=True)

    found.assert_balanced()


@pytest.mark.parametrize("kind", KINDS)
def test_what_no_database_stores_is_left_out_of_every_text(kind, store, tmp_path):
    path = a_sample(kind, tmp_path)
    content = path.read_bytes()
    if kind == "isso":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("UPDATE comments SET text = text || char(0), author = author || char(0)")
            connection.execute("UPDATE threads SET title = title || char(0), uri = uri || char(0)")
            connection.commit()
    elif b"<?xml" in content:
        path.write_bytes(content.replace(b"Ada", b"Ada\0&#0;&#xD800;").replace(b"bread", b"bread\0"))
    elif kind == "cusdis":
        path.write_bytes(content.replace(b"Ada", b"A\0da").replace(b"bread", b"bread\0"))
    else:
        path.write_bytes(re.sub(rb'": ?"([^"]+)"', rb'": "\1\\u0000\\ud800"', content))

    found = imported(store, kind, path, with_rejected=True)

    assert [each.name for each in found.comments] == ["Ada"]
    found.assert_balanced()


def read(kind, path) -> None:
    """Read it to its end, or to an error that says something of the file."""
    try:
        items_of(kind, path)
    except UnreadableFile as problem:
        assert str(problem).endswith(".")
