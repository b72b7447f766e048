"""Spintax, the template language of comment spammers: {this|that} is a choice, ~slot~ is filled in."""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

Book: TypeAlias = dict[str, list[str]]
Fill: TypeAlias = Callable[[str], str]
_Node: TypeAlias = "str | _Choice | _Slot"

_FOLDER = Path(__file__).parent
_TOKEN = re.compile(r"[{|}]|~\w+~|[^{|}~]+|~")


@dataclass(frozen=True, slots=True)
class _Choice:
    branches: tuple[tuple[_Node, ...], ...]


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str


def spin(phrase: str, fill: Fill, *, rng: random.Random) -> str:
    """Write one variant of a phrase. fill: returns the text for the name of a slot."""
    return _render(_parse(phrase), fill, rng)


def alternatives(text: str) -> list[str]:
    """Split a text at the bars outside braces, which separate the templates of published lists."""
    parts, depth, start = [], 0, 0
    for match in re.finditer(r"[{|}]", text):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if match[0] == "|" and depth == 0:
            parts.append(text[start : match.start()])
            start = match.end()
    return [part.strip() for part in (*parts, text[start:]) if part.strip()]


def read_book(name: str | Path) -> Book:
    """Read a phrase book, by path or by its name in this folder: "== name" starts a section, one phrase per line."""
    book: Book = {}
    section: list[str] = []
    for line in _lines(name):
        if line.startswith("== "):
            section = book.setdefault(line[3:], [])
        else:
            section.append(line.replace("\\n", "\n"))
    return book


def read_table(name: str) -> list[list[str]]:
    """Read a table with " | " between columns, without comments and empty lines."""
    return [line.split(" | ") for line in _lines(name)]


def _lines(name: str | Path) -> list[str]:
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("# ")]


@lru_cache(maxsize=4096)
def _parse(phrase: str) -> tuple[_Node, ...]:
    tokens = _TOKEN.findall(phrase)
    nodes, position = _sequence(tokens, 0)
    while position < len(tokens):  # a bar or a closing brace outside braces is text
        more, end = _sequence(tokens, position + 1)
        nodes, position = (*nodes, tokens[position], *more), end
    return nodes


def _sequence(tokens: Sequence[str], position: int) -> tuple[tuple[_Node, ...], int]:
    """Parse nodes up to the bar or brace that closes the sequence; returns them and its position."""
    nodes: list[_Node] = []
    while position < len(tokens) and tokens[position] not in ("|", "}"):
        part = tokens[position]
        if part == "{":
            choice, position = _choice(tokens, position + 1)
            nodes.append(choice)
        else:
            nodes.append(_Slot(part[1:-1]) if len(part) > 2 and part[0] == "~" else part)
        position += 1
    return tuple(nodes), position


def _choice(tokens: Sequence[str], position: int) -> tuple[_Choice, int]:
    branches = []
    while True:
        branch, position = _sequence(tokens, position)
        branches.append(branch)
        if position >= len(tokens) or tokens[position] == "}":
            return _Choice(tuple(branches)), position
        position += 1


def _render(nodes: tuple[_Node, ...], fill: Fill, rng: random.Random) -> str:
    parts = []
    for node in nodes:
        if isinstance(node, _Choice):
            parts.append(_render(rng.choice(node.branches), fill, rng))
        else:
            parts.append(fill(node.name) if isinstance(node, _Slot) else node)
    return "".join(parts)


def columns(table: list[list[str]], *, separator: str = ", ") -> Mapping[str, list[str]]:
    """Group the second column of a table by the first one."""
    lists: dict[str, list[str]] = {}
    for name, values, *_ in table:
        lists.setdefault(name, []).extend(values.split(separator))
    return lists
