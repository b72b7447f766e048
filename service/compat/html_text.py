"""The text of a piece of HTML, with the place in the HTML that each character comes from.

Rejoinder's importers keep links and quotes in the text; here it is what a reader sees, so that places can be named.
Every step is linear in the length: the standard library's html.parser takes seconds for broken texts of 20 KB.
"""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Final

_TOKEN: Final = re.compile(
    r"<!--|</?([A-Za-z][A-Za-z0-9]*)|&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z0-9]{2,31});"
)
_BLOCK: Final = re.compile(
    "article|aside|blockquote|br|dd|div|dl|dt|figure|footer|form|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|table|"
    "td|th|tr|ul"
)
_SILENT: Final = frozenset({"script", "style"})


@dataclass(frozen=True, slots=True)
class PlainText:
    """A text to read, and where it stands in what was sent. starts, ends: of each character, in code points."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def place_of(self, begin: int, end: int) -> tuple[int, int]:
        """Where a part of the text, which is not empty, begins and ends in what was sent."""
        return self.starts[begin], self.ends[end - 1]


def as_sent(text: str) -> PlainText:
    """A plain text, which stands where it was sent."""
    return PlainText(text, tuple(range(len(text))), tuple(range(1, len(text) + 1)))


def text_of_html(html: str) -> PlainText:
    """What a reader of this HTML sees, with blocks on lines of their own.

    A tag or a comment that does not end is text, and so is whatever follows a script that does not end.
    """
    reader, at = _Reader(html), 0
    while match := _TOKEN.search(html, at):
        reader.add(at, match.start())
        at = reader.read(match)
    reader.add(at, len(html))
    return PlainText("".join(reader.characters), tuple(reader.starts), tuple(reader.ends))


@dataclass(slots=True)
class _Reader:
    """Collects the characters of the text."""

    html: str
    characters: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    _missing: set[str] = field(default_factory=set)

    def add(self, start: int, end: int) -> None:
        """Take over a part of the HTML as it is."""
        self.characters += self.html[start:end]
        self.starts += range(start, end)
        self.ends += range(start + 1, end + 1)

    def read(self, match: re.Match[str]) -> int:
        """Read what begins here; returns where the next part begins."""
        start, tag = match.start(), (match[1] or "").lower()
        if match[0].startswith("&"):
            return self._write(unescape(match[0]).replace("\0", "\ufffd"), start, match.end())
        end = self._after("-->" if match[0] == "<!--" else ">", match.end())
        if end < 0:
            return self._write(self.html[start], start, start + 1)
        if tag in _SILENT and not match[0].startswith("</"):
            closing = self._after(f"</{tag}", end)
            return end if closing < 0 else max(closing, self._after(">", closing))
        if _BLOCK.fullmatch(tag) and self.characters and self.characters[-1] != "\n":
            self._write("\n", start, end)
        return end

    def _write(self, characters: str, start: int, end: int) -> int:
        self.characters += characters
        self.starts += [start] * len(characters)
        self.ends += [end] * len(characters)
        return end

    def _after(self, what: str, at: int) -> int:
        """Where this ends next, -1 if it does not come any more; once missing, it is not looked for again."""
        if what in self._missing:
            return -1
        found = self.html.find(what, at)
        if found < 0:
            self._missing.add(what)
            return -1
        return found + len(what)
