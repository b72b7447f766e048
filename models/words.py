"""Words: how cleaned text is cut into them, and how an unknown one is mended into those it was made from."""

import re
import unicodedata
from collections.abc import Mapping
from math import log

from models.lookalikes import OTHER_SCRIPTS, STROKES
from models.text import Plain

_TOKEN = re.compile(r"[^\W_]+(?:['*]+[^\W_]+)*|[!?]+|[\u2600-\u27bf\U0001f300-\U0001faff]")
_URL = re.compile(  # a name is tried from its start only: from each of its hyphens, it would cost its square
    r"(?:https?://|www\.)\S+"
    r"|(?<![\w-])-*(?P<name>\b[\w-]+\.(?:com|net|org|info|ru|biz|xyz|top|shop|site|online|club|me|ly)(?:/\S*)?)$"
)
_LEET = [str.maketrans("0134578@$!", "oieastbasi"), str.maketrans("0134578@$!", "oleastbasi")]
_REPEAT = re.compile(r"(.)\1+")
LONGEST_WORD = 40
_COMMON, _TRUSTED, _RARER = (
    50,
    5,
    100,
)  # a word seen 50 times is meant; a rare one may misspell one 100 times commoner
_CUT_FROM, _PART_FROM, _LONGEST_PART, _UNREAD = 12, 20, 16, 14.0

Token = tuple[str, int, int]


def split_words(piece: str) -> list[Token]:
    """The words of one cleaned piece with their places. Numbers become "_d" and their length, links "_url"."""
    if piece.isalpha() and piece.isascii() and len(piece) <= LONGEST_WORD:
        return [(piece, 0, len(piece))]
    tokens: list[Token] = []
    link = _URL.search(piece)
    if link:
        tokens.append(("_url", *link.span(link.lastgroup or 0)))
    for match in _TOKEN.finditer(piece):
        word, start, end = match.group(), match.start(), match.end()
        if word.isdigit():
            tokens.append((f"_d{min(len(word), 6)}", start, end))
        elif word[0] in "!?":
            tokens.append((word[:3], start, end))
        elif _is_ideographic(word[0]):
            tokens += [(word[i : i + 2], start + i, start + min(i + 2, len(word))) for i in range(len(word))]
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
        self._prices: dict[str, float] = {}

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
        return [(part, piece.starts[a], piece.ends[b - 1]) for word, a, b in tokens for part in self.mend(word)]

    def rejoin(self, tokens: list[Token]) -> list[Token]:
        """One word that punctuation cut in two ("id.iot"), where the whole is known and a part is not."""
        if not 2 <= len(tokens) <= 6:
            return tokens
        whole = "".join(word for word, _, _ in tokens)
        if self.count(whole) >= 20 and min(self.count(word) for word, _, _ in tokens) < self.count(whole) // 8:
            return [(whole, tokens[0][1], tokens[-1][2])]
        return tokens

    def mend(self, word: str) -> tuple[str, ...]:
        """The words behind a rare one: a respelling that is far commoner, or the known words that it runs together.

        A word with no such reading comes back as it is. Linear in its length.
        """
        seen = self.count(word)
        if seen >= _COMMON or word[:1] == "_":
            return (word,)
        known = list(filter(self.numbers.__contains__, self._respellings(word)))
        best = max(known, key=self.count, default="")
        if self.count(best) >= max(_TRUSTED, _RARER * seen):
            return (best,)
        if seen:
            return (word,)
        if len(word) >= _CUT_FROM and word.isalpha() and word.isascii():
            return self._cut(word)
        return (word,)

    def _respellings(self, word: str) -> list[str]:
        if not word.isascii():
            foreign = "".join(OTHER_SCRIPTS.get(char, char) for char in word)
            bare = (c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
            return [foreign, "".join(STROKES.get(char, char) for char in bare)]
        if not word.isalpha():
            return [word.translate(table) for table in _LEET]
        spelled = []
        if _REPEAT.search(word):
            spelled.append(_REPEAT.sub(r"\1", word))
            spelled.append(_REPEAT.sub(lambda run: run.group(1) * (2 if run.start() else 1), word))
        if 4 <= len(word) <= 20:
            spelled += [word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)]
        return spelled

    def _cut(self, word: str) -> tuple[str, ...]:
        """Part words run together by their commonest reading (Viterbi over word frequencies)."""
        price_of = (self._prices or self._price_words()).get
        costs, backs = [0.0], [0]
        for end in range(1, len(word) + 1):
            cost, back = costs[-1] + _UNREAD, end - 1
            for start in range(max(0, end - _LONGEST_PART), end):
                price = price_of(word[start:end])
                if price is not None and costs[start] + price < cost:
                    cost, back = costs[start] + price, start
            costs.append(cost)
            backs.append(back)
        parts: list[str] = []
        end = len(word)
        while end:
            parts.append(word[backs[end] : end])
            end = backs[end]
        unread = sum(len(part) for part in parts if len(part) == 1 and part not in "ai")
        return tuple(reversed(parts)) if unread <= len(word) // 5 else (word,)

    def _price_words(self) -> dict[str, float]:
        for word, count in zip(self.numbers, self.counts, strict=True):
            if count >= _PART_FROM and len(word) <= _LONGEST_PART and (len(word) > 1 or word in "ai"):
                self._prices[word] = log(self.total / count)
        return self._prices
