"""A file to import: opened as often as its reader needs, unpacked, with the progress of the reading."""

import codecs
import gzip
import io
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import quote

from moderation.errors import Invalid
from moderation.imports.items import UnreadableFile

_GZIP = b"\x1f\x8b"
_SQLITE = b"SQLite format 3\0"
_SAMPLE = 512
_MARKS = (
    (b"pk\x03\x04", "is a ZIP archive; unpack it first"),
    (b"<!doctype html", "looks like a web page"),
    (b"<html", "looks like a web page"),
    (b"<", "looks like XML"),
    ((b"{", b"["), "looks like JSON"),
)
"""How files begin, in small letters."""


class SourceFile:
    """A regular file. read: how many of its `size` bytes were read last time, packed as they are."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._begin = file.read(len(_SQLITE))
            self.size = path.stat().st_size
        except OSError as problem:
            raise Invalid("file", f"{str(path)!r} cannot be read: {problem.strerror}.") from problem
        self.path = path
        self.read = 0

    @property
    def is_sqlite(self) -> bool:
        """Whether it is an SQLite database."""
        return self._begin == _SQLITE

    @property
    def appearance(self) -> str:
        """What its beginning looks like, in words that follow "The file": "is empty", "looks like XML"."""
        if self.is_sqlite:
            return "is an SQLite database"
        try:
            with self.opened() as file:
                begin = file.read(_SAMPLE)
        except UnreadableFile:
            return "looks like a damaged gzip"
        text = begin.removeprefix(codecs.BOM_UTF8).lstrip().lower()
        if not text:
            return "is empty"
        return next((said for mark, said in _MARKS if text.startswith(mark)), _plain_or_binary(text))

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """The bytes of the file, unpacked if it is a gzip."""
        self.read = 0
        with self.path.open("rb") as file:
            counted = io.BufferedReader(_Counted(self, file), 1 << 18)
            yield io.BufferedReader(_Unpacked(counted), 1 << 18) if self._begin.startswith(_GZIP) else counted

    @contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """The file as an SQLite database that is never written to."""
        self.read = 0
        if not self.is_sqlite:
            raise UnreadableFile("", "This is no SQLite database.")
        try:
            with closing(sqlite3.connect(f"file:{quote(str(self.path.absolute()))}?mode=ro", uri=True)) as connection:
                connection.row_factory = sqlite3.Row
                connection.text_factory = lambda text: text.decode("utf-8", "replace").replace("\0", "")
                connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
                yield connection
        except (sqlite3.Error, UnicodeError) as problem:
            said = str(problem) if isinstance(problem, sqlite3.Error) else "it is damaged"
            raise UnreadableFile("", f"The database cannot be read: {said}.") from problem


def _plain_or_binary(begin: bytes) -> str:
    return "is not text" if b"\0" in begin else "looks like plain text or CSV"


class _Counted(io.RawIOBase):
    def __init__(self, source: SourceFile, file: IO[bytes]) -> None:
        self._source, self._file = source, file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        chunk = self._file.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self._source.read += len(chunk)
        return len(chunk)


class _Unpacked(io.RawIOBase):
    """Raises UnreadableFile where the packed file is cut or damaged."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = gzip.GzipFile(fileobj=file)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        try:
            chunk = self._file.read(len(buffer))
        except (EOFError, OSError, zlib.error) as problem:
            place = f"byte {self._file.tell()} of the unpacked file"
            raise UnreadableFile(place, "The gzip ends here or is damaged.") from problem
        buffer[: len(chunk)] = chunk
        return len(chunk)
