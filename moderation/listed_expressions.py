"""Regular expressions among a site's own words: `/…/`, found by RE2.

It takes time in proportion to the text and to the size of the expression. Both are bounded here, so no list of words
can stop the service, as `(a+)+$` would in Python's own module. RE2 has no look-around and no back references:
https://github.com/google/re2/wiki/Syntax
"""

from functools import lru_cache
from typing import Any

import re2

MAX_SIZE = 500
"""The instructions of one compiled expression. A word takes as many as it has letters, `.{100}` some 700."""

MAX_BYTES = 20_000
"""So much of a text is searched, which takes at most a millisecond for each instruction."""

_LINES = "(?m)"
"""`^` and `$` stand for the beginning and the end of each line."""

_HARMLESS = tuple(
    text.encode()
    for text in (
        "Ada\n\nThank you for this recipe",
        "Jürgen Weiß\nhttps://weiss.example\nDas Brot war 2 Tage lang frisch.",
        "Нина\n\nСпасибо за рецепт, всё получилось!",
        "أمل\n\nشكرا على الوصفة",
        "李明\n\n谢谢 分享",
    )
)
"""Name, website and text of comments that no list of words means. In several scripts, because "all that has Latin
letters" may be meant where nobody writes them. Each has a space and a line break."""

_MAX_MEMORY = 1 << 20  # bytes for one expression, compiled
_OPTIONS = re2.Options()
_OPTIONS.case_sensitive = False
_OPTIONS.log_errors = False
_OPTIONS.max_mem = _MAX_MEMORY


class BadExpression(Exception):
    """An expression cannot be searched for. The message says why."""


def is_expression(phrase: str) -> bool:
    """Whether a listed phrase is a regular expression: written between two slashes."""
    return len(phrase) > 2 and phrase[0] == phrase[-1] == "/"


def size_of(phrase: str) -> int:
    """How many instructions an expression has. Raises BadExpression for one that cannot be searched for."""
    try:
        compiled = _compiled(phrase)
    except re2.error as problem:
        why = problem.args[0].decode("utf-8", "replace").replace(_LINES, "")
        raise BadExpression(f"{why} (RE2 has no look-around and no back references)") from problem
    if compiled.search(b""):
        raise BadExpression("it also matches an empty text, and so every comment; name what must be there")
    if all(compiled.search(text) for text in _HARMLESS):
        raise BadExpression("it matches harmless texts of every kind; name words that only unwanted texts have")
    if compiled.programsize > MAX_SIZE:
        raise BadExpression("it is too large; repeat less, and use fewer classes of letters")
    return int(compiled.programsize)


def finds(phrase: str, text: bytes) -> bool:
    """Whether an expression finds something in a text, in UTF-8; upper and lower case are the same.

    One that RE2 cannot read finds nothing: policies are checked before they are stored, and scoring must go on.
    """
    try:
        return _compiled(phrase).search(text[:MAX_BYTES]) is not None
    except re2.error:
        return False


@lru_cache(maxsize=128)
def _compiled(phrase: str) -> Any:
    return re2.compile(f"{_LINES}{phrase[1:-1]}".encode("utf-8", "replace"), _OPTIONS)
