"""Splits cleaned text into words and maps rare or unknown words to the known words behind them."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cached_property, lru_cache
from itertools import compress, filterfalse
from math import log
from operator import itemgetter

import numpy as np

from models.text.homoglyphs import OTHER_SCRIPTS, STROKES
from models.text.normalize import CleanText

_TOKEN = re.compile(r"[^\W_]+(?:['*]+[^\W_]+)*|[!?]+|[\u2600-\u27bf\U0001f300-\U0001faff]")
_URL = re.compile(  # a host name matches only from its start; trying each hyphen would take quadratic time
    r"(?:https?://|www\.)\S+"
    r"|(?<![\w-])-*(?P<name>\b[\w-]+\."
    r"(?:com|net|org|info|ru|biz|xyz|top|shop|site|online|club|me|ly|example)(?:/\S*+)?)[.,;:!?)\]>»…\"']*$"
)
_HOST = re.compile(r"(?:https?://)?[^/?#:]*")
_SIGNS = frozenset("0134578@$!")
_LEET = [str.maketrans("0134578@$!", "oieastbasi"), str.maketrans("0134578@$!", "oleastbasi")]
_REPEAT = re.compile(r"(.)\1+")
MAX_WORD_LENGTH = 40
_COMMON_FROM = 50  # occurrences from which a word is never corrected
_TRUSTED_FROM = 5  # minimum occurrences of a correction
_COMMONER_BY = 100  # a rare word is corrected only to one that is this many times more frequent
_SEGMENT_FROM = 12  # minimum length of a word that is segmented
_PART_FROM = 20  # minimum occurrences of a segment
_MAX_PART_LENGTH = 16
_UNKNOWN_COST = 14.0  # of a letter that belongs to no known segment, in nats
_CACHE_SIZE = 256  # a new word is corrected twice in a row: for its vector and for the features
_LAST_CORRECTABLE = "\u2dff"  # no later code point resembles or decomposes to a Latin letter
_ENDING = 4  # few runs of this many letters end a known segment, so the index of endings prunes most look-ups
_SUMS = 1 << 20
_WEIGHTS = np.random.default_rng(0).integers(_SUMS, size=256)  # per byte; anagrams have equal sums
_WEIGHTS[0] = 0
_WEIGHT_OF: dict[int, int] = dict(enumerate(_WEIGHTS.tolist()))

WordSpan = tuple[str, int, int]
"""A word with its start and end."""


def split_words(token: str) -> list[WordSpan]:
    """Split a cleaned token into words with their spans.

    A number becomes "_d" and its length (up to 6), a link "_url" followed by its parts, ideographs become bigrams.
    The ending of a link's host is left out: anybody can have any of them, so it must not count.
    """
    if token.isalpha() and len(token) <= MAX_WORD_LENGTH and (len(token) == 1 or not _is_ideographic(token[0])):
        return [(token, 0, len(token))]
    words: list[WordSpan] = []
    ending = (0, 0)
    link = _URL.search(token) if "." in token or "://" in token else None
    if link:
        span = link.span(link.lastgroup or 0)
        words.append(("_url", *span))
        ending = _ending_of_host(token, *span)
    for match in _TOKEN.finditer(token):
        word = match.group()
        start, end = match.span()
        if ending[0] <= start < ending[1]:
            continue
        if word.isdigit():
            words.append((f"_d{min(len(word), 6)}", start, end))
        elif word[0] in "!?":
            words.append((word[:3], start, end))
        elif _is_ideographic(word[0]):
            words += [(word[i : i + 2], start + i, start + min(i + 2, len(word))) for i in range(len(word))]
        elif len(word) <= MAX_WORD_LENGTH:
            words.append((word, start, end))
        else:
            words += [
                (word[i : i + MAX_WORD_LENGTH], start + i, min(start + i + MAX_WORD_LENGTH, end))
                for i in range(0, len(word), MAX_WORD_LENGTH)
            ]
    return words


def _ending_of_host(token: str, start: int, end: int) -> tuple[int, int]:
    """The span of the last label of a link's host, without its dot. Empty if the host has a single label."""
    host = _HOST.match(token, start, end)
    stop = host.end() if host else start
    return token.rfind(".", start, stop) + 1 or stop, stop


def _is_ideographic(char: str) -> bool:
    return "\u3040" <= char <= "\u30ff" or "\u3400" <= char <= "\u9fff"


class Lexicon:
    """The vocabulary of a model, with word counts, and the correction of words outside it."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        """counts: word -> occurrences in the training data; a word's position is its id."""
        self.ids = dict(zip(counts, range(len(counts)), strict=True))
        self.counts = list(counts.values())
        self.total = sum(self.counts) or 1
        self._part_costs: dict[str, float] = {}
        self._endings: set[str] = set()
        self._correct_cached = lru_cache(_CACHE_SIZE)(self._correct)

    def __contains__(self, word: str) -> bool:
        return word in self.ids

    def is_common(self, word: str) -> bool:
        """Whether a word is too frequent to be a misspelling."""
        return self.count(word) >= _COMMON_FROM

    def count(self, word: str) -> int:
        """The occurrences of a word in the training data, 0 or more."""
        word_id = self.ids.get(word)
        return 0 if word_id is None else self.counts[word_id]

    def read(self, token: CleanText) -> list[WordSpan]:
        """Split a cleaned token into corrected words, each with its span in the raw token."""
        words = self.rejoin(split_words(token.text))
        return [(part, token.starts[a], token.ends[b - 1]) for word, a, b in words for part in self.correct(word)]

    def rejoin(self, words: list[WordSpan]) -> list[WordSpan]:
        """Join words that punctuation separates ("id.iot") if the whole is frequent and one of the parts is not."""
        if not 2 <= len(words) <= 6:
            return words
        whole = "".join([word for word, _, _ in words])
        if self.count(whole) >= 20 and min(self.count(word) for word, _, _ in words) < self.count(whole) // 8:
            return [(whole, words[0][1], words[-1][2])]
        return words

    def correct(self, word: str) -> tuple[str, ...]:
        """Correct a rare word: to a far more frequent respelling, or to the known words that it runs together.

        Returns the word itself if there is no correction. Linear in the word's length.
        """
        return self._correct_cached(word)

    def _correct(self, word: str) -> tuple[str, ...]:
        seen = self.count(word)
        if seen >= _COMMON_FROM or word[:1] == "_":
            return (word,)
        enough = max(_TRUSTED_FROM, _COMMONER_BY * seen)
        respellings = self._respellings(word, enough)
        if respellings:
            best = max(respellings, key=self.count)
            if self.count(best) >= enough:
                return (best,)
        if seen:
            return (word,)
        if len(word) >= _SEGMENT_FROM and word.isalpha() and word.isascii():
            return self._segment(word)
        return (word,)

    def _respellings(self, word: str, enough: int) -> list[str]:
        """Candidate corrections of a word; may omit candidates that occur less often than `enough`."""
        if not word.isascii():
            if min(word) > _LAST_CORRECTABLE:
                return []
            bare = "".join(filterfalse(unicodedata.combining, unicodedata.normalize("NFD", word)))
            return [
                other for other in (_substitute(word, OTHER_SCRIPTS), _substitute(bare, STROKES)) if other != word
            ]
        if not word.isalpha():
            return [] if _SIGNS.isdisjoint(word) else [word.translate(table) for table in _LEET]
        spelled: list[str] = []
        if _REPEAT.search(word):
            spelled.append(_REPEAT.sub(itemgetter(1), word))
            spelled.append(_REPEAT.sub(lambda run: run[1] * (2 if run.start() else 1), word))
        if 4 <= len(word) <= 20 and self._max_count_by_letter_sum[_sum_letters(word)] >= min(enough, 255):
            spelled += [word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)]
        return spelled

    @cached_property
    def _max_count_by_letter_sum(self) -> bytes:
        """The count, capped at 255, of the most frequent word for each sum of letter weights.

        Few words are an anagram of a frequent word, so most of them need no look-up per swapped pair of letters.
        """
        letters = np.frombuffer("\0".join(["", *self.ids]).encode(), dtype=np.uint8)
        sums = np.add.reduceat(_WEIGHTS.take(letters), np.flatnonzero(letters == 0)) % _SUMS
        most = np.zeros(_SUMS, dtype=np.uint8)
        np.maximum.at(most, sums, np.minimum(self.counts, 255).astype(np.uint8))
        return most.tobytes()

    def _segment(self, word: str) -> tuple[str, ...]:
        """Segment words that are run together (Viterbi over unigram frequencies)."""
        cost_of, endings = (self._part_costs or self._compute_costs()).get, self._endings
        costs, backs = [0.0], [0]
        for end in range(1, len(word) + 1):
            cost, back = costs[-1] + _UNKNOWN_COST, end - 1
            # the slice is empty before the fourth letter, and "" is no ending
            longest = _MAX_PART_LENGTH if word[end - _ENDING : end] in endings else _ENDING - 1
            last = end if word[end - 1] in "ai" else end - 1
            for start in range(end - longest if end > longest else 0, last):
                part = cost_of(word[start:end])
                if part is not None and costs[start] + part < cost:
                    cost, back = costs[start] + part, start
            costs.append(cost)
            backs.append(back)
        parts: list[str] = []
        end = len(word)
        while end:
            parts.append(word[backs[end] : end])
            end = backs[end]
        unread = sum(len(part) for part in parts if len(part) == 1 and part not in "ai")
        return tuple(reversed(parts)) if unread <= len(word) // 5 else (word,)

    def _compute_costs(self) -> dict[str, float]:
        """Cache the segmentation cost of all words that may be segments, and their endings."""
        parts = compress(self.ids.items(), map(_PART_FROM.__le__, self.counts))
        self._part_costs = {
            part: log(self.total / self.counts[n]) for part, n in parts if len(part) <= _MAX_PART_LENGTH
        }
        self._endings = {part[-_ENDING:] for part in self._part_costs}
        return self._part_costs


def _substitute(word: str, spellings: Mapping[str, str]) -> str:
    return "".join(map(spellings.get, word, word))


def _sum_letters(word: str) -> int:
    return sum(map(_WEIGHT_OF.__getitem__, word.encode())) % _SUMS
