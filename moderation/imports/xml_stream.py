"""XML read piece by piece: it may have gigabytes, wrong encodings and control characters, but no entities of its own.

The standard expat does all of this. It loads no external entity by itself; a file that declares entities is refused.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from moderation.imports.items import UnreadableFile

CHUNK = 1 << 18
SAMPLE = 1 << 20
"""How many bytes decide about the encoding."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,9}));")
_UNFINISHED = re.compile(r"&[#\w]{0,11}\Z")
_DECLARED = re.compile(rb"<\?xml[^>]*\bencoding\s*=\s*[\"']([\w.:-]+)[\"']")


@dataclass(slots=True)
class Node:
    """An element with its text and the elements in it, by name the last one."""

    name: str
    line: int
    attributes: dict[str, str]
    children: "dict[str, Node]" = field(default_factory=dict)
    text: str = ""

    def of(self, name: str) -> str:
        """The text of the element of this name in it, stripped; "" when there is none."""
        child = self.children.get(name)
        return child.text.strip() if child else ""


Named = Callable[[str, str], str]
"""From a namespace and a local name the name under which an element is wanted; "" for an element that is not."""


def nodes(stream: IO[bytes], named: Named, *, wanted: frozenset[str], begun: frozenset[str]) -> Iterator[Node]:
    """The wanted elements in the order of their ends, each with all that is in it; of those in `begun` an empty node
    at their beginning. Raises UnreadableFile."""
    handler = _Handler(named, wanted, begun)
    try:
        for text in _texts(stream):
            handler.parser.Parse(text, False)
            yield from handler.taken()
        handler.parser.Parse("", True)
        yield from handler.taken()
    except expat.ExpatError as problem:
        yield from handler.taken()
        raise UnreadableFile(f"line {problem.lineno}", _said(problem)) from problem


class _Handler:
    def __init__(self, named: Named, wanted: frozenset[str], begun: frozenset[str]) -> None:
        self._named, self._wanted, self._begun = named, wanted, begun
        self._names: dict[str, str] = {}
        self._open: list[Node] = []
        self._texts: list[list[str]] = []
        self._depth = 0  # below an element of a wanted one that has no name for us
        self._found: list[Node] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.buffer_size = CHUNK
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._character_data
        self.parser.EntityDeclHandler = self._refuse_entity

    def taken(self) -> list[Node]:
        """The nodes since the last call."""
        found, self._found = self._found, []
        return found

    def _name(self, tag: str) -> str:
        name = self._names.get(tag)
        if name is None:
            uri, _, local = tag.rpartition(" ")
            name = self._named(uri, local)
            if len(self._names) < 1_000:
                self._names[tag] = name
        return name

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = self._name(tag)
        if name in self._begun and not self._open:
            self._found.append(Node(name, self.parser.CurrentLineNumber, {}))
        elif self._depth or (self._open and not name):
            self._depth += 1
        elif self._open or name in self._wanted:
            named = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
            self._open.append(Node(name, self.parser.CurrentLineNumber, named))
            self._texts.append([])

    def _end(self, tag: str) -> None:
        if self._depth:
            self._depth -= 1
        elif self._open and self._open[-1].name == self._name(tag):
            node = self._open.pop()
            node.text = "".join(self._texts.pop())
            if self._open:
                self._open[-1].children[node.name] = node
            else:
                self._found.append(node)

    def _character_data(self, text: str) -> None:
        if self._texts and not self._depth:
            self._texts[-1].append(text)

    def _refuse_entity(self, *_: object) -> None:
        line = self.parser.CurrentLineNumber
        raise UnreadableFile(
            f"line {line}", "The file declares entities of its own, which are never expanded. Remove its DOCTYPE."
        )


def _said(problem: expat.ExpatError) -> str:
    said = expat.ErrorString(problem.code)
    if said in {"no element found", "unclosed token", "unclosed CDATA section"}:
        return "The file ends in the middle; it was probably cut off."
    return f"This is not XML: {said}, at column {problem.offset + 1}."


def _texts(stream: IO[bytes]) -> Iterator[str]:
    """The file as text that XML 1.0 allows."""
    begin = stream.read(SAMPLE)
    decoder = codecs.getincrementaldecoder(_encoding_of(begin))("rejoinder-cp1252")
    rest, chunk = "", begin
    while chunk:
        text = rest + decoder.decode(chunk)
        unfinished = _UNFINISHED.search(text)  # a reference that goes on in the next chunk
        rest = unfinished[0] if unfinished else ""
        yield _allowed(text[: len(text) - len(rest)])
        chunk = stream.read(CHUNK)
    yield _allowed(rest + decoder.decode(b"", True))


def _allowed(text: str) -> str:
    if _FORBIDDEN.search(text):
        text = _FORBIDDEN.sub("", text)
    return _REFERENCE.sub(_allowed_reference, text) if "&#" in text else text


def _allowed_reference(match: re.Match[str]) -> str:
    number = int(match[1], 16) if match[1] else int(match[2])
    is_allowed = number in {9, 10, 13} or 32 <= number <= 0xD7FF or 0xE000 <= number <= 0x10FFFF
    return match[0] if is_allowed and number not in {0xFFFE, 0xFFFF} else ""


def _encoding_of(begin: bytes) -> str:
    """What the bytes are, whatever they say of themselves."""
    if begin.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(begin)
        return "utf-8-sig"
    except UnicodeDecodeError:
        declared = _DECLARED.search(begin[:400])
    try:
        name = codecs.lookup(declared[1].decode() if declared else "utf-8").name
        codecs.getincrementaldecoder(name)("strict").decode(b"<a>")
    except (LookupError, UnicodeError, AttributeError, TypeError):
        name = "utf-8"
    return name


def _as_cp1252(problem: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 were nearly always written by an old Windows program."""
    if not isinstance(problem, UnicodeDecodeError):
        raise problem
    return problem.object[problem.start : problem.end].decode("cp1252", "replace"), problem.end


codecs.register_error("rejoinder-cp1252", _as_cp1252)
