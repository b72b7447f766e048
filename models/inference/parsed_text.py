"""A text as the reader parses it, and the positions of its words."""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple

from models.features.counts import TextCounts
from models.inference.token_cache import Span, TokenCache


class ParsedText(NamedTuple):
    """A parsed text.

    tokens, token_ids: its tokens and their ids in `cache`. word_ids: its words; may be empty.
    spans: the position of each word, if words reach across tokens or tokens were read in context (spaced-out letters,
    leet); None for all other texts, whose tokens have the positions.
    counts: of the text. script: tokens with a letter whose script identifies a language. words: the distinct words
    for the features, if letters were joined across tokens; None for all other texts, whose tokens have them.
    """

    tokens: list[str]
    token_ids: list[int]
    word_ids: list[int]
    spans: list[Span] | None
    counts: TextCounts
    script: int
    cache: TokenCache
    words: set[str] | None = None

    def feature_words(self) -> set[str]:
        """The distinct words outside links, as `models.features.counts` has them."""
        if self.words is not None:
            return self.words
        return set().union(*map(self.cache.words.__getitem__, set(self.token_ids)))


class WordPositions:
    """Finds words of a parsed text in the text as it was received."""

    def __init__(self, text: str, parsed: ParsedText) -> None:
        self._parsed = parsed
        self._ends = list(accumulate(map(parsed.cache.sizes.__getitem__, parsed.token_ids)))
        self._starts = token_starts(text, parsed.tokens) if parsed.spans is None else []

    def spans(self, words: Iterable[int]) -> list[Span]:
        """The spans of words. words: indices into `word_ids` of the text."""
        parsed = self._parsed
        if parsed.spans is not None:
            return [parsed.spans[n] for n in words]
        found = []
        for n in words:
            at = bisect_right(self._ends, n)
            token_id = parsed.token_ids[at]
            start, end = parsed.cache.spans[token_id][n - self._ends[at]]  # counted from the end: a negative index
            shift = self._starts[at] + parsed.cache.offset(token_id, parsed.tokens[at])
            found.append((shift + start, shift + end))
        return found


def token_starts(text: str, tokens: list[str]) -> list[int]:
    """The start of each token in the text."""
    starts, end = [], 0
    for token in tokens:
        start = text.find(token, end)  # only white space separates two tokens, so the next match is the next token
        starts.append(start)
        end = start + len(token)
    return starts
