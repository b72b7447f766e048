"""Spins phrases: {this|that} chooses, ~slot~ is filled in. The same little language that comment spammers use."""

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

_HERE = Path(__file__).parent
_TOKEN = re.compile(r"[{|}]|~\w+~|[^{|}~]+|~")


@dataclass(frozen=True, slots=True)
class _Choice:
    branches: tuple[tuple[_Node, ...], ...]


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str


def spin(phrase: str, fill: Fill, *, rng: random.Random) -> str:
    """Write one variant of a phrase; `fill` gives the text for the name of a slot."""
    return _written(_parsed(phrase), fill, rng)


def alternatives(text: str) -> list[str]:
    """Split a text at the bars that stand outside all braces: how lists of spun comments are published."""
    parts, depth, start = [], 0, 0
    for match in re.finditer(r"[{|}]", text):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if match[0] == "|" and depth == 0:
            parts.append(text[start : match.start()])
            start = match.end()
    return [part.strip() for part in (*parts, text[start:]) if part.strip()]


def read_book(name: str | Path) -> Book:
    """Read a phrase book, ours by its name: sections start with "== name", one phrase a line."""
    book: Book = {}
    section: list[str] = []
    for line in _lines(name):
        if line.startswith("== "):
            section = book.setdefault(line[3:], [])
        else:
            section.append(line.replace("\\n", "\n"))
    return book


def read_table(name: str) -> list[list[str]]:
    """Read a table: columns parted by " | ", comments and empty lines left out."""
    return [line.split(" | ") for line in _lines(name)]


def _lines(name: str | Path) -> list[str]:
    text = (_HERE / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("# ")]


@lru_cache(maxsize=4096)
def _parsed(phrase: str) -> tuple[_Node, ...]:
    return _sequence(_TOKEN.findall(phrase), 0)[0]


def _sequence(tokens: Sequence[str], at: int) -> tuple[tuple[_Node, ...], int]:
    """Read nodes until a bar or a brace closes the sequence; returns them and where that is."""
    nodes: list[_Node] = []
    while at < len(tokens) and tokens[at] not in ("|", "}"):
        part = tokens[at]
        if part == "{":
            choice, at = _choice(tokens, at + 1)
            nodes.append(choice)
        else:
            nodes.append(_Slot(part[1:-1]) if len(part) > 2 and part[0] == "~" else part)
        at += 1
    return tuple(nodes), at


def _choice(tokens: Sequence[str], at: int) -> tuple[_Choice, int]:
    branches = []
    while True:
        branch, at = _sequence(tokens, at)
        branches.append(branch)
        if at >= len(tokens) or tokens[at] == "}":
            return _Choice(tuple(branches)), at
        at += 1


def _written(nodes: tuple[_Node, ...], fill: Fill, rng: random.Random) -> str:
    parts = []
    for node in nodes:
        if isinstance(node, _Choice):
            parts.append(_written(rng.choice(node.branches), fill, rng))
        else:
            parts.append(fill(node.name) if isinstance(node, _Slot) else node)
    return "".join(parts)


def columns(table: list[list[str]], *, separator: str = ", ") -> Mapping[str, list[str]]:
    """Read a two-column table as lists by the first column, joining rows of the same name."""
    lists: dict[str, list[str]] = {}
    for name, values, *_ in table:
        lists.setdefault(name, []).extend(values.split(separator))
    return lists
