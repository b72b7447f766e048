"""Evidence as people read it: whole words and whole links, and the words that a count of the model is about. Pure.

The model names pieces: a part of an address, a letter, "the usual odds". Moderators want to see what they would have
marked themselves.
"""

import re
from collections.abc import Iterator, Sequence

from models.text.wordlists import word_kinds
from moderation.score import Evidence

_LINK = re.compile(r"(?:https?://|\bwww\.)[^\s<>\"']+", re.IGNORECASE)
_ASCII_WORD = re.compile(r"[A-Za-z']+")
_WORD = re.compile(r"[^\W\d_]{2,40}")

LONGEST_WORD = 40

SELLING = frozenset(("money", "trade", "call", "offer"))
"""The kinds of words that `evidence.share_selling` counts."""

_COUNTS_SELLING = frozenset(f"evidence.{name}" for name in ("share_selling", "selling_link", *SELLING))
_SAYS_NOTHING = frozenset(f"evidence.{name}" for name in ("usual", "other_signs", "other_words", "no_words"))


def to_mark(evidence: Sequence[Evidence], field: str, text: str) -> list[Evidence]:
    """What to mark in one field of the comment: what speaks for a head, as whole words and links.

    Where the model counted words that sell something, these are marked too, with equal shares of that weight.
    """
    links = [match.span() for match in _LINK.finditer(text)]
    spans = [each for each in evidence if each.field == field and each.weight > 0 and each.end <= len(text)]
    whole = [_whole(e, text, links) for e in spans if _is_word(text[e.start : e.end])]
    return [*whole, *_selling(evidence, text, links)] if field == "body" else whole


def is_legible(evidence: Evidence) -> bool:
    """Whether a person learns something from it: no single letter, no punctuation, no remainder of the sum."""
    if evidence.code:
        return evidence.code not in _SAYS_NOTHING
    return _is_word(evidence.text)


def _is_word(text: str) -> bool:
    return sum(sign.isalnum() for sign in text) > 1 or not text.isascii()


def _whole(evidence: Evidence, text: str, links: Sequence[tuple[int, int]]) -> Evidence:
    """With the rest of the word or of the link that it is a part of."""
    for start, end in links:
        if start <= evidence.start < end:
            return evidence._replace(start=start, end=max(end, evidence.end))
    for word in _ASCII_WORD.finditer(text, max(0, evidence.start - LONGEST_WORD), evidence.end + LONGEST_WORD):
        if word.start() <= evidence.start and evidence.end <= word.end() and len(word.group()) <= LONGEST_WORD:
            return evidence._replace(start=word.start(), end=word.end())
    return evidence


def _selling(evidence: Sequence[Evidence], text: str, links: Sequence[tuple[int, int]]) -> Iterator[Evidence]:
    weight = sum(e.weight for e in evidence if e.head == "spam" and e.code in _COUNTS_SELLING)
    if weight <= 0:
        return
    outside = (word for word in _WORD.finditer(text) if not any(a <= word.start() < b for a, b in links))
    words = [word for word in outside if word_kinds().get(word.group().lower()) in SELLING]
    for word in words:
        yield Evidence("spam", "body", word.start(), word.end(), word.group(), weight / len(words))
