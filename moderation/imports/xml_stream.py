"""XML read piece by piece: it may have gigabytes, wrong encodings and control characters, but no entities of its own.

The standard parser loads no external entity. It would expand those that the file declares, so such a file is refused
before the parser sees its declarations, which can only stand in front of the first element.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from xml.etree import ElementTree
from xml.parsers import expat

from moderation.imports.items import UnreadableFile

CHUNK = 1 << 18
SAMPLE = 1 << 20
"""How many bytes decide about the encoding."""

PROLOG = 1 << 16
"""Characters that may stand in front of the first element."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,9}));")
_UNFINISHED = re.compile(r"&[#\w]{0,11}\Z")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ELEMENT = re.compile(r"<[^!?\s]")
_DECLARATION = re.compile(r"<!DOCTYPE[^>]*\[|<!ENTITY")
_DECLARED = re.compile(rb"<\?xml[^>]*\bencoding\s*=\s*[\"']([\w.:-]+)[\"']")


Named = Callable[[str, str], str]
"""From a namespace and a local name the name under which an element is wanted; "" for an element that is not."""


@dataclass(slots=True)
class Node:
    """An element: its text, its attributes, and of those in it the texts and the attributes, by name the last one."""

    name: str
    text: str
    attributes: dict[str, str]
    texts: dict[str, str] = field(default_factory=dict)
    inner: dict[str, "Node"] = field(default_factory=dict)

    def of(self, name: str) -> str:
        """The text of the element of this name in it, stripped; "" when there is none."""
        return self.texts.get(name, "").strip()

    def attribute_of(self, name: str, attribute: str) -> str:
        """An attribute of the element of this name in it, "" when there is none."""
        node = self.inner.get(name)
        return node.attributes.get(attribute, "") if node else ""


def nodes(
    stream: IO[bytes], named: Named, *, root: str, wanted: frozenset[str], begun: frozenset[str] = frozenset()
) -> Iterator[Node]:
    """The wanted elements in the order of their ends, each with all that is in it; of those in `begun` an empty node
    at their beginning. root: the name of the outermost element, so that a file of another kind is noticed.
    What was given is forgotten at once. Raises UnreadableFile."""
    parser: Any = ElementTree.XMLPullParser(("start", "end"))
    reading = _Reading(named, root, wanted, begun)
    try:
        for text in _texts(stream):
            parser.feed(text)
            yield from reading.nodes(parser.read_events())
        parser.close()
    except ElementTree.ParseError as problem:
        raise UnreadableFile(f"line {problem.position[0]}", _said(problem)) from problem


class _Reading:
    """Where the parser is: the elements that are open above the next wanted one, and how deep inside that it is."""

    def __init__(self, named: Named, root: str, wanted: frozenset[str], begun: frozenset[str]) -> None:
        self._named, self._root, self._wanted, self._begun = named, root, wanted, begun
        self._names: dict[str, str] = {}
        self._above: list[ElementTree.Element] = []
        self._inside = 0

    def nodes(self, events: Iterable[tuple[str, ElementTree.Element]]) -> Iterator[Node]:
        above, inside = self._above, self._inside
        for event, element in events:
            if event == "start":
                self._check_root(element)
                if inside or self._name(element.tag) in self._wanted:
                    inside += 1
                    continue
                above.append(element)
                if self._name(element.tag) in self._begun:
                    yield Node(self._name(element.tag), "", {})
            elif inside:
                inside -= 1
                if not inside:
                    yield self._node(self._name(element.tag), element)
                    self._forget()
            elif self._name(above.pop().tag) in self._begun:
                self._forget()
        self._inside = inside

    def _check_root(self, element: ElementTree.Element) -> None:
        local = _split(element.tag)[1]
        if self._root and local != self._root:
            raise UnreadableFile(
                "", f"This is an export of another kind: its first element is <{local}>, not <{self._root}>."
            )
        self._root = ""

    def _forget(self) -> None:
        if self._above:
            self._above[-1].clear()

    def _name(self, tag: str) -> str:
        name = self._names.get(tag)
        if name is None:
            name = self._names[tag] = self._named(*_split(tag))
        return name

    def _node(self, name: str, element: ElementTree.Element) -> Node:
        node = Node(name, element.text or "", _attributes(element))
        for child in element:
            child_name = self._name(child.tag)
            if child_name:
                node.texts[child_name] = child.text or ""
                if len(child) or child.attrib:
                    node.inner[child_name] = self._node(child_name, child)
        return node


def _split(tag: str) -> tuple[str, str]:
    uri, _, local = tag.rpartition("}")
    return uri.removeprefix("{"), local


def _attributes(element: ElementTree.Element) -> dict[str, str]:
    return {_split(key)[1]: value for key, value in element.attrib.items()} if element.attrib else {}


def _said(problem: ElementTree.ParseError) -> str:
    said = expat.ErrorString(problem.code)
    if said in {"no element found", "unclosed token", "unclosed CDATA section"}:
        return "The file ends in the middle; it was probably cut off."
    return f"This is not XML: {said}, at column {problem.position[1] + 1}."


def _texts(stream: IO[bytes]) -> Iterator[str]:
    """The file as text that XML 1.0 allows."""
    begin = stream.read(SAMPLE)
    decoder = codecs.getincrementaldecoder(_encoding_of(begin))("rejoinder-cp1252")
    prolog: str | None = ""
    rest, chunk = "", begin
    while chunk:
        text = rest + decoder.decode(chunk)
        if prolog is not None:
            prolog = _checked_prolog(prolog + text)
        unfinished = _UNFINISHED.search(text)  # a reference that goes on in the next chunk
        rest = unfinished[0] if unfinished else ""
        yield _allowed(text[: len(text) - len(rest)])
        chunk = stream.read(CHUNK)
    yield _allowed(rest + decoder.decode(b"", True))


def _checked_prolog(text: str) -> str | None:
    """What is in front of the first element; None when that has come. Raises UnreadableFile for a declaration."""
    prolog = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text[:PROLOG])
    element = _ELEMENT.search(prolog)
    if element:
        prolog = prolog[: element.start()]
    declaration = _DECLARATION.search(prolog)
    if declaration:
        line = prolog.count("\n", 0, declaration.start()) + 1
        problem = "The file declares entities of its own, which are never expanded. Remove its DOCTYPE."
        raise UnreadableFile(f"line {line}", problem)
    if not element and len(text) > PROLOG:
        raise UnreadableFile("line 1", "This is not XML: it has no element.")
    return None if element else text


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
