"""A file of another kind than was said: the message tells what it seems to be, and what is known."""

import gzip

import pytest

from moderation.imports.items import UnreadableFile
from moderation.imports.kinds import reader_of
from moderation.imports.source_file import SourceFile


@pytest.mark.parametrize(
    ("kind", "content", "appearance"),
    [
        ("wordpress", b"", "is empty"),
        ("wordpress", b"Dear all, here is my export", "looks like plain text or CSV"),
        ("wordpress", b'\xef\xbb\xbf [{"id": 1}]', "looks like JSON"),
        ("artalk", b"<?xml version='1.0'?><rss></rss>", "looks like XML"),
        ("artalk", b"<!DOCTYPE html><title>Sign in</title>", "looks like a web page"),
        ("isso", gzip.compress(b'{"version": 1}'), "looks like JSON"),
        ("remark42", b"PK\x03\x04\x00\x00\x00", "is a ZIP archive; unpack it first"),
        ("remark42", b"SQLite format 3\0\0\0", "is an SQLite database"),
        ("remark42", gzip.compress(b"x" * 9_000)[:12], "looks like a damaged gzip"),
        ("isso", b"\x89PNG\x00\x00", "is not text"),
    ],
)
def test_a_file_of_another_kind_is_described_with_the_formats_that_are_known(tmp_path, kind, content, appearance):
    path = tmp_path / "export"
    path.write_bytes(content)

    with pytest.raises(UnreadableFile) as refused:
        list(reader_of(kind)(SourceFile(path)))

    assert f" The file {appearance}. Known are XML of Disqus and WordPress;" in str(refused.value)
