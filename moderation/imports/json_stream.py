"""JSON read piece by piece: the items of one long array, wherever it is in the file, or one object per line."""

import json
import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from typing import IO, Any

from moderation.imports.items import UnreadableFile

CHUNK = 1 << 18
LARGEST = 1 << 24
"""Characters that one item may have. A file with a larger one is not what it claims to be."""

_decode = json.JSONDecoder().raw_decode
_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_SPACE = " \t\r\n\ufeff"


def lines_of(stream: IO[bytes]) -> Iterator[tuple[int, Any]]:
    """The number and the value of each line that is not empty. A last line that is cut raises UnreadableFile.

    A value that is no JSON is a ValueError, given in its place: the other lines may be right.
    """
    number, line = 0, b""
    while line := stream.readline(LARGEST):
        number += 1
        if len(line) >= LARGEST:
            raise UnreadableFile(f"line {number}", "The line is too long for a comment.")
        text = line.decode("utf-8", "replace").strip(_SPACE)
        if not text:
            continue
        try:
            yield number, _storable(json.loads(text), text)
        except (ValueError, RecursionError) as problem:
            if not line.endswith(b"\n"):
                raise UnreadableFile(f"line {number}", "The file ends in the middle of this line.") from problem
            yield number, ValueError("not JSON")


def _storable(value: Any, text: str) -> Any:
    """The value without what no database stores, halves of characters and NUL, which only escapes can write."""
    return _without_unstorable(value) if _ESCAPE.search(text) else value


def _without_unstorable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if isinstance(value, dict):
        return {_without_unstorable(name): _without_unstorable(each) for name, each in value.items()}
    return [_without_unstorable(each) for each in value] if isinstance(value, list) else value


class JsonReader:
    """A JSON text of any length. `items` walks through it once, in the order of the file."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._text, self._at, self._is_whole = "", 0, False
        self._before = 0  # characters that were read and dropped

    def items(self, *wanted: str) -> Iterator[tuple[str, Any]]:
        """The items of the wanted arrays, each with the array's path: "" is the whole text, "data.Comment" an array
        in an object in an object. Of everything else that is not on the way to them the value, by its path.

        Raises UnreadableFile.
        """
        yield from self._value("", frozenset(wanted))
        if self._peek():
            raise self._wrong("Something follows the end of the JSON")

    @property
    def place(self) -> str:
        """Where the reading is."""
        return f"character {self._before + self._at + 1}"

    def _value(self, path: str, wanted: frozenset[str]) -> Iterator[tuple[str, Any]]:
        head = self._peek()
        if head == "[" and path in wanted:
            yield from self._array(path)
        elif head == "{" and any(each.startswith(f"{path}." if path else "") and each != path for each in wanted):
            yield from self._object(path, wanted)
        else:
            yield path, self._whole()

    def _array(self, path: str) -> Iterator[tuple[str, Any]]:
        self._at += 1
        if self._peek() == "]":
            self._at += 1
            return
        while True:
            yield path, self._whole()
            if self._take(",]") == "]":
                return

    def _object(self, path: str, wanted: frozenset[str]) -> Iterator[tuple[str, Any]]:
        self._at += 1
        if self._peek() == "}":
            self._at += 1
            return
        while True:
            if self._peek() != '"':
                raise self._wrong("A name in quotes is missing")
            name = self._whole()
            self._take(":")
            yield from self._value(f"{path}.{name}" if path else name, wanted)
            if self._take(",}") == "}":
                return

    def _whole(self) -> Any:
        """One value, however many chunks it takes."""
        self._peek()
        while True:
            try:
                value, end = _decode(self._text, self._at)
            except (ValueError, RecursionError) as problem:
                if not self._more():
                    said = "The file ends in the middle" if self._is_cut(problem) else "This is not JSON"
                    raise self._wrong(said) from problem
                continue
            if end == len(self._text) and self._more():  # a number may go on
                continue
            text, self._at = self._text[self._at : end], end
            return _storable(value, text)

    def _is_cut(self, problem: Exception) -> bool:
        place = getattr(problem, "pos", 0)
        return place >= len(self._text.rstrip()) - 1 or "Unterminated" in str(problem)

    def _take(self, allowed: str) -> str:
        found = self._peek()
        if not found or found not in allowed:
            expected = " or ".join(allowed)
            raise self._wrong(f"Here should be {expected}" if found else "The file ends in the middle")
        self._at += 1
        return found

    def _peek(self) -> str:
        """The next character that is no space, "" at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _SPACE:
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                return ""

    def _more(self) -> bool:
        """Read on; False at the end of the file. What is read doubles with what waits: the work stays linear."""
        if self._is_whole:
            return False
        waiting = len(self._text) - self._at
        if waiting > LARGEST:
            raise self._wrong("An item is too long for a comment, or its end is missing")
        data = self._stream.read(max(CHUNK, waiting))
        self._is_whole = not data
        more = self._decoder.decode(data, not data)
        self._before += self._at
        self._text, self._at = self._text[self._at :] + more, 0
        return bool(more) or not self._is_whole

    def _wrong(self, said: str) -> UnreadableFile:
        return UnreadableFile(self.place, f"{said}.")
