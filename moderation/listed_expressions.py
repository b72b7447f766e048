"""Regular expressions among a site's own words: `/…/`. RE2 finds them in time linear in the text, whatever they say.

So a moderator cannot stop the service with one, as with `(a+)+$` in Python's own. RE2 has no look-around and no back
references: https://github.com/google/re2/wiki/Syntax
"""

from functools import lru_cache
from typing import Any

import re2

_MAX_MEMORY = 1 << 20  # bytes for one expression, compiled
_OPTIONS = re2.Options()
_OPTIONS.case_sensitive = False
_OPTIONS.log_errors = False
_OPTIONS.max_mem = _MAX_MEMORY


class BadExpression(Exception):
    """RE2 cannot read an expression. The message says which part."""


def is_expression(phrase: str) -> bool:
    """Whether a listed phrase is a regular expression: written between two slashes."""
    return len(phrase) > 2 and phrase[0] == phrase[-1] == "/"


def check_expression(phrase: str) -> None:
    """Raise BadExpression for one that RE2 cannot read, or that finds something in a text without a word."""
    try:
        compiled = _compiled(phrase)
    except re2.error as problem:
        raise BadExpression(problem.args[0].decode("utf-8", "replace")) from problem
    if compiled.search(b""):
        raise BadExpression("it also matches an empty text")


def finds(phrase: str, text: bytes) -> bool:
    """Whether an expression finds something in a text, in UTF-8; upper and lower case are the same."""
    return _compiled(phrase).search(text) is not None


@lru_cache(maxsize=1024)
def _compiled(phrase: str) -> Any:
    return re2.compile(f"(?m){phrase[1:-1]}".encode(), _OPTIONS)
