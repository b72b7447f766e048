"""Caches what each token means for the scores, so that a token that occurs again is looked up and not parsed.

The cache is cleared as a whole once it is full: memory is bounded for any input, without a clock or per-entry
bookkeeping.
"""

from collections.abc import Callable
from functools import lru_cache
from struct import Struct
from typing import Final, NamedTuple

from models.features.counts import TextCounts

MAX_TOKENS: Final = 1 << 17
MAX_CHARS: Final = 1 << 20

Span = tuple[int, int]

_SCRIPT = len(TextCounts._fields)
_LAYOUT = Struct(f"<{_SCRIPT + 3}H")


class TokenSums(NamedTuple):
    """What the tokens of a text add up to.

    script: tokens with a letter whose script identifies a language. lone: lone letters. leet: tokens with leet.
    """

    counts: TextCounts
    script: int
    lone: int
    leet: int


@lru_cache(maxsize=4096)
def pack(counts: TextCounts, script: bool = False, shape: str = ".") -> int:
    """Pack what a token adds to `TokenSums` into one integer, so that one addition adds all counts.

    Each count has 16 bits, which no text of the length that is scored can overflow.
    """
    return int.from_bytes(_LAYOUT.pack(*counts, script, shape == "x", shape == "l"), "little")


def unpack(total: int) -> TokenSums:
    """Unpack a sum of packed counts."""
    row = _LAYOUT.unpack(total.to_bytes(_LAYOUT.size, "little"))
    return TokenSums(TextCounts._make(row[:_SCRIPT]), *row[_SCRIPT:])


class TokenCache:
    """Parsed tokens by token id, in parallel lists.

    ascii, other: token -> token id, for texts for which `is_ascii_text` holds and for all others.
    raw: each token; where several spellings share an entry, the plainest. word_ids: its words; sizes: their number;
    spans: their positions in the token. words: its words as `models.features.counts` has them. shapes: see
    `models.text.normalize.shape_of`; "l" for a token with leet. packed: see `pack`.
    """

    def __init__(self, parse: "ParseToken") -> None:
        self.ascii, self.other = TokenIds(parse, is_ascii=True), TokenIds(parse, is_ascii=False)
        self.raw: list[str] = []
        self.word_ids: list[tuple[int, ...]] = []
        self.sizes: list[int] = []
        self.spans: list[tuple[Span, ...]] = []
        self.words: list[tuple[str, ...]] = []
        self.shapes: list[str] = []
        self.packed: list[int] = []

    @property
    def is_full(self) -> bool:
        """Whether there are too many tokens or characters, so that a new cache is due."""
        both = (self.ascii, self.other)
        return sum(map(len, both)) > MAX_TOKENS or sum(each.chars for each in both) > MAX_CHARS

    def add(
        self,
        raw: str,
        packed: int,
        *,
        word_ids: tuple[int, ...],
        spans: tuple[Span, ...],
        words: tuple[str, ...],
        shape: str,
    ) -> int:
        """Add a parsed token; returns its id."""
        token_id = len(self.raw)
        self.raw.append(raw)
        self.packed.append(packed)
        self.word_ids.append(word_ids)
        self.sizes.append(len(word_ids))
        self.spans.append(spans)
        self.words.append(words)
        self.shapes.append(shape)
        return token_id

    def offset(self, token_id: int, raw: str) -> int:
        """Where an entry's spelling starts in a token that shares the entry: 1 for "(word)" and the entry "word"."""
        entry = self.raw[token_id]
        return 0 if raw == entry else raw.lower().index(entry)


class TokenIds(dict[str, int]):
    """Token -> token id; a missing token is parsed and added. The same token may count differently in ASCII texts."""

    def __init__(self, parse: "ParseToken", *, is_ascii: bool) -> None:
        self._parse, self.is_ascii = parse, is_ascii
        self.chars = 0

    def __missing__(self, raw: str) -> int:
        self.chars += len(raw)
        token_id = self[raw] = self._parse(raw, self)
        return token_id


ParseToken = Callable[[str, TokenIds], int]
