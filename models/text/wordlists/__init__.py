"""Word lists of the classifier: word kinds, words of offers, URL shorteners and spam domains.

NOTICE.txt has their sources and licences.
"""

from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent


def _lines(name: str) -> list[str]:
    text = (_HERE / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def shorteners() -> frozenset[str]:
    """Hosts that shorten URLs, lower case."""
    return frozenset(_lines("shorteners.txt"))


@cache
def spam_domains() -> frozenset[str]:
    """Registered domains that have been advertised by spam, lower case."""
    return frozenset(_lines("spam_domains.txt"))


@cache
def word_kinds() -> dict[str, str]:
    """Lower-case word -> its kind, such as "praise" or "trade"; the first line that has the word wins."""
    kinds: dict[str, str] = {}
    for line in _lines("words.txt"):
        kind, _, words = line.partition(":")
        for word in words.split():
            kinds.setdefault(word, kind)
    return kinds


@cache
def offer_words(kind: str) -> frozenset[str]:
    """The lower-case words of one kind of `offers.txt`, such as "brand"; a word may have several kinds."""
    return frozenset(
        word for line in _lines("offers.txt") if line.startswith(f"{kind}: ") for word in line.split()[1:]
    )
