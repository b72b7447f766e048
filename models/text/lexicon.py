"""Words: how cleaned text is cut into them, and how an unknown one is mended into those it was made from."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cached_property, lru_cache
from itertools import compress, filterfalse
from math import inf, log
from operator import itemgetter

import numpy as np

from models.text.homoglyphs import OTHER_SCRIPTS, STROKES
from models.text.normalize import Plain

_TOKEN = re.compile(r"[^\W_]+(?:['*]+[^\W_]+)*|[!?]+|[\u2600-\u27bf\U0001f300-\U0001faff]")
_URL = re.compile(  # a name is tried from its start only: from each of its hyphens, it would cost its square
    r"(?:https?://|www\.)\S+"
    r"|(?<![\w-])-*(?P<name>\b[\w-]+\.(?:com|net|org|info|ru|biz|xyz|top|shop|site|online|club|me|ly)(?:/\S*)?)$"
)
_SIGNS = frozenset("0134578@$!")
_LEET = [str.maketrans("0134578@$!", "oieastbasi"), str.maketrans("0134578@$!", "oleastbasi")]
_REPEAT = re.compile(r"(.)\1+")
LONGEST_WORD = 40
_COMMON, _TRUSTED, _RARER = (
    50,
    5,
    100,
)  # a word seen 50 times is meant; a rare one may misspell one 100 times commoner
_CUT_FROM, _PART_FROM, _LONGEST_PART, _UNREAD = 12, 20, 16, 14.0
_LATELY = 256  # a new word is asked for twice: by the rows and by the signs
_LAST_MENDED = "\u2dff"  # no letter beyond it looks like a Latin one or comes from one by a mark
_ENDING = 4  # few runs of so many letters end a known part: most longer looks are saved
_SUMS = 1 << 20
_WEIGHTS = np.random.default_rng(0).integers(_SUMS, size=256)  # of each byte; the same letters have the same sum
_WEIGHTS[0] = 0
_WEIGHT_OF: dict[int, int] = dict(enumerate(_WEIGHTS.tolist()))

Token = tuple[str, int, int]


def split_words(piece: str) -> list[Token]:
    """The words of one cleaned piece with their places. Numbers become "_d" and their length, links "_url"."""
    if piece.isalpha() and len(piece) <= LONGEST_WORD and (len(piece) == 1 or not _is_ideographic(piece[0])):
        return [(piece, 0, len(piece))]
    tokens: list[Token] = []
    link = _URL.search(piece) if "." in piece or "://" in piece else None
    if link:
        tokens.append(("_url", *link.span(link.lastgroup or 0)))
    for match in _TOKEN.finditer(piece):
        word = match.group()
        start, end = match.span()
        if word.isdigit():
            tokens.append((f"_d{min(len(word), 6)}", start, end))
        elif word[0] in "!?":
            tokens.append((word[:3], start, end))
        elif _is_ideographic(word[0]):
            tokens += [(word[i : i + 2], start + i, start + min(i + 2, len(word))) for i in range(len(word))]
        elif len(word) <= LONGEST_WORD:
            tokens.append((word, start, end))
        else:
            tokens += [
                (word[i : i + LONGEST_WORD], start + i, min(start + i + LONGEST_WORD, end))
                for i in range(0, len(word), LONGEST_WORD)
            ]
    return tokens


def _is_ideographic(char: str) -> bool:
    return "\u3040" <= char <= "\u30ff" or "\u3400" <= char <= "\u9fff"


class Lexicon:
    """The words that training saw often enough, and how to read an unknown one through them."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        """counts: word -> how often training saw it; the order gives each word its number."""
        self.numbers = dict(zip(counts, range(len(counts)), strict=True))
        self.counts = list(counts.values())
        self.total = sum(self.counts) or 1
        self._prices: dict[int, float] = {}
        self._endings: set[str] = set()
        self._lately_mended = lru_cache(_LATELY)(self._mend)

    def __contains__(self, word: str) -> bool:
        return word in self.numbers

    def is_common(self, word: str) -> bool:
        """Whether a word was seen so often that it is never taken for a misspelling."""
        return self.count(word) >= _COMMON

    def count(self, word: str) -> int:
        """How often training saw the word; 0 for one that it never saw."""
        number = self.numbers.get(word)
        return 0 if number is None else self.counts[number]

    def read(self, piece: Plain) -> list[Token]:
        """The known words of a cleaned piece, with the code points of the raw piece that each stands for."""
        tokens = self.rejoin(split_words(piece.text))
        return [(part, piece.starts[a], piece.ends[b - 1]) for word, a, b in tokens for part in self.correct(word)]

    def rejoin(self, tokens: list[Token]) -> list[Token]:
        """One word that punctuation cut in two ("id.iot"), where the whole is known and a part is not."""
        if not 2 <= len(tokens) <= 6:
            return tokens
        whole = "".join([word for word, _, _ in tokens])
        if self.count(whole) >= 20 and min(self.count(word) for word, _, _ in tokens) < self.count(whole) // 8:
            return [(whole, tokens[0][1], tokens[-1][2])]
        return tokens

    def correct(self, word: str) -> tuple[str, ...]:
        """The words behind a rare one: a respelling that is far commoner, or the known words that it runs together.

        A word with no such reading comes back as it is. Linear in its length.
        """
        return self._lately_mended(word)

    def _mend(self, word: str) -> tuple[str, ...]:
        seen = self.count(word)
        if seen >= _COMMON or word[:1] == "_":
            return (word,)
        enough = max(_TRUSTED, _RARER * seen)
        respellings = self._respellings(word, enough)
        if respellings:
            best = max(respellings, key=self.count)
            if self.count(best) >= enough:
                return (best,)
        if seen:
            return (word,)
        if len(word) >= _CUT_FROM and word.isalpha() and word.isascii():
            return self._cut(word)
        return (word,)

    def _respellings(self, word: str, enough: int) -> list[str]:
        """What a word may stand for; left out are some that were seen less often than `enough`."""
        if not word.isascii():
            if min(word) > _LAST_MENDED:
                return []
            bare = "".join(filterfalse(unicodedata.combining, unicodedata.normalize("NFD", word)))
            return [other for other in (_replaced(word, OTHER_SCRIPTS), _replaced(bare, STROKES)) if other != word]
        if not word.isalpha():
            return [] if _SIGNS.isdisjoint(word) else [word.translate(table) for table in _LEET]
        spelled: list[str] = []
        if _REPEAT.search(word):
            spelled.append(_REPEAT.sub(itemgetter(1), word))
            spelled.append(_REPEAT.sub(lambda run: run[1] * (2 if run.start() else 1), word))
        if 4 <= len(word) <= 20 and self._most_by_letters[_sum_letters(word)] >= min(enough, 255):
            spelled += [word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)]
        return spelled

    @cached_property
    def _most_by_letters(self) -> bytes:
        """How often the commonest word of the same letters was seen, up to 255, by the sum of the letters' weights.

        Few words are another one with two letters swapped; this tells which are worth twenty look-ups.
        """
        letters = np.frombuffer("\0".join(["", *self.numbers]).encode(), dtype=np.uint8)
        sums = np.add.reduceat(_WEIGHTS.take(letters), np.flatnonzero(letters == 0)) % _SUMS
        most = np.zeros(_SUMS, dtype=np.uint8)
        np.maximum.at(most, sums, np.minimum(self.counts, 255).astype(np.uint8))
        return most.tobytes()

    def _cut(self, word: str) -> tuple[str, ...]:
        """Part words run together by their commonest reading (Viterbi over word frequencies)."""
        price_of = (self._prices or self._price_counts()).get
        number_of, counts, endings = self.numbers.get, self.counts, self._endings
        costs, backs = [0.0], [0]
        for end in range(1, len(word) + 1):
            cost, back = costs[-1] + _UNREAD, end - 1
            # nothing ends in "", which stands before the fourth letter
            longest = _LONGEST_PART if word[end - _ENDING : end] in endings else _ENDING - 1
            last = end if word[end - 1] in "ai" else end - 1
            for start in range(end - longest if end > longest else 0, last):
                number = number_of(word[start:end])
                if number is not None:
                    read = costs[start] + price_of(counts[number], inf)
                    if read < cost:
                        cost, back = read, start
            costs.append(cost)
            backs.append(back)
        parts: list[str] = []
        end = len(word)
        while end:
            parts.append(word[backs[end] : end])
            end = backs[end]
        unread = sum(len(part) for part in parts if len(part) == 1 and part not in "ai")
        return tuple(reversed(parts)) if unread <= len(word) // 5 else (word,)

    def _price_counts(self) -> dict[int, float]:
        """The price of a part word by its count; rarer ones have none."""
        self._prices = {count: log(self.total / count) for count in set(self.counts) if count >= _PART_FROM}
        parts = compress(self.numbers, map(_PART_FROM.__le__, self.counts))
        self._endings = {part[-_ENDING:] for part in parts}
        return self._prices


def _replaced(word: str, spellings: Mapping[str, str]) -> str:
    return "".join(map(spellings.get, word, word))


def _sum_letters(word: str) -> int:
    return sum(map(_WEIGHT_OF.__getitem__, word.encode())) % _SUMS
