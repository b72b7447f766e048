"""What each piece of text between white space holds: read once, then remembered until there is too much of it.

All is forgotten at once, never bit by bit: memory is bounded whatever people write, and nothing needs a clock.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, chain
from struct import Struct
from typing import Final, NamedTuple

from models.glance import NOTHING, ONE_WORD, Glance, glance, is_plain
from models.languages import LANGUAGES, languages_of, may_show
from models.rows import WordRows
from models.text import clean, is_clean, is_leet, is_spaced_out, mark_of, pieces, spelled
from models.words import LONGEST_WORD, Token

PIECES: Final = 1 << 17
LETTERS: Final = 1 << 20

Span = tuple[int, int]

_PIECE = re.compile(r"\S+")  # the same pieces as str.split's


class Counts(NamedTuple):
    """What a text's pieces add up to. script: pieces whose letters may tell a language; votes: for each language."""

    seen: Glance
    script: int
    votes: Sequence[int]


_SCRIPT = len(Glance._fields)
_VOTES = _SCRIPT + 1
_NO_VOTES = [0] * len(LANGUAGES)
_SIDE_BY_SIDE = Struct(f"<{_VOTES + len(LANGUAGES)}H")


def _pack(counts: Sequence[int]) -> int:
    """Counts as one large number, 16 bits for each: one addition adds them all. No text that is read fills them."""
    return int.from_bytes(_SIDE_BY_SIDE.pack(*counts), "little")


_A_CAPITAL, _MAY_LINK = (
    _pack([*NOTHING._replace(**{name: count}), 0, *_NO_VOTES])
    for name, count in (("capitals", 1), ("may_link", 0xFFFF))
)
_A_WORD = _pack([*ONE_WORD, 0, *_NO_VOTES])
_GLANCED = (1 << 16 * _SCRIPT) - 1


def _unpack(packed: int) -> tuple[int, ...]:
    return _SIDE_BY_SIDE.unpack(packed.to_bytes(_SIDE_BY_SIDE.size, "little"))


_DRESS = '.,;:()"'
_BEFORE = frozenset(("", "(", '"', '("'))
_AFTER = frozenset(("", ".", ",", ";", ":", ")", '"', "...", "..", ").", "),", '."', '",', ',"', '".', ".)", '")'))


class Memory:
    """Pieces by number, in lists that grow together.

    numbers: each piece's words by number; sizes: how many. spans: where each stands in the piece. words: as in
    `models.glance`. marks: see `models.text.mark_of`; "l" where digits stood for letters. counts: see `_pack`.
    """

    def __init__(self, learn: "Learn") -> None:
        self.plain, self.other = _Known(learn, is_plain=True), _Known(learn, is_plain=False)
        self.numbers: list[tuple[int, ...]] = []
        self.sizes: list[int] = []
        self.spans: list[tuple[Span, ...]] = []
        self.words: list[tuple[str, ...]] = []
        self.marks: list[str] = []
        self.counts: list[int] = []
        self._letters = 0

    @property
    def is_full(self) -> bool:
        """Whether it is time to forget."""
        return len(self.numbers) > PIECES or self._letters > LETTERS

    def add(
        self,
        counts: int,
        *,
        numbers: tuple[int, ...],
        spans: tuple[Span, ...],
        words: tuple[str, ...],
        mark: str,
        letters: int,
    ) -> int:
        """Remember a piece; returns its number."""
        number = len(self.numbers)
        self.counts.append(counts)
        self.numbers.append(numbers)
        self.sizes.append(len(numbers))
        self.spans.append(spans)
        self.words.append(words)
        self.marks.append(mark)
        self._letters += letters
        return number


class _Known(dict[str, int]):
    """The number of each piece; one that is new is learned. The same piece may count differently in a plain text."""

    def __init__(self, learn: "Learn", *, is_plain: bool) -> None:
        self._learn, self.is_plain = learn, is_plain

    def __missing__(self, raw: str) -> int:
        number = self[raw] = self._learn(raw, self)
        return number


Learn = Callable[[str, _Known], int]


class Found(NamedTuple):
    """A text as read. raw: its pieces; ids: their numbers in `memory`. numbers: its words, by number.

    joined: where each word stands, if lone letters were joined across pieces or digits read as words; None for all
    other texts.
    """

    raw: list[str]
    ids: list[int]
    numbers: list[int]
    joined: list[Span] | None
    memory: Memory

    def counts(self) -> Counts:
        """What the text's pieces add up to."""
        row = _unpack(sum(map(self.memory.counts.__getitem__, self.ids)))
        return Counts(Glance._make(row[:_SCRIPT]), row[_SCRIPT], row[_VOTES:] if self.joined is None else ())

    def words(self) -> set[str]:
        """The different words of the text outside its links, as `models.glance` has them."""
        return set().union(*map(self.memory.words.__getitem__, self.ids))


class Spans:
    """Where the words of a text stand in it; false for a text without words."""

    def __init__(self, text: str, found: Found) -> None:
        self._found = found
        self._ends = list(accumulate(map(found.memory.sizes.__getitem__, found.ids)))
        self._places = [] if found.joined else _places(text, found.raw)

    def __bool__(self) -> bool:
        return bool(self._found.joined if self._found.joined is not None else self._ends[-1])

    def of(self, words: Iterable[int]) -> list[Span]:
        """Where these words stand, each given by its place among the text's words."""
        if self._found.joined is not None:
            return [self._found.joined[n] for n in words]
        ends, places, ids, spans = self._ends, self._places, self._found.ids, self._found.memory.spans
        found = []
        for n in words:
            piece = bisect_right(ends, n)
            start, end = spans[ids[piece]][n - ends[piece]]
            found.append((places[piece] + start, places[piece] + end))
        return found


def _places(text: str, raw: list[str]) -> list[int]:
    """Where each piece begins in the text."""
    sizes = list(map(len, raw))
    if sum(sizes) + len(sizes) == len(text) + 1:  # one space between all
        return [0, *accumulate([size + 1 for size in sizes[:-1]])]
    return [match.start() for match in _PIECE.finditer(text)]


class Reader:
    """Reads texts. Not safe for threads: the scorer holds a lock around it. What it has found stays as it is."""

    def __init__(self, rows: WordRows) -> None:
        self._rows, self._lexicon = rows, rows.lexicon
        self.memory = Memory(self._learn)

    def age(self) -> None:
        """Forget everything when it is too much. Between batches only: numbers change."""
        if self._rows.is_full or self.memory.is_full:
            self._rows.forget()
            self.memory = Memory(self._learn)

    def read(self, text: str) -> Found:
        """The pieces and words of a text, in order; one without words has the empty one."""
        memory = self.memory
        raw = text.split() or [""]
        known = memory.plain if is_plain(text) else memory.other
        ids = list(map(known.__getitem__, raw))
        marks = "".join(map(memory.marks.__getitem__, ids))
        if is_spaced_out(marks):
            return self._read_joined(text, raw, ids)
        if is_leet(marks):
            return self._read_leet(text, raw, ids)
        numbers = list(chain.from_iterable(map(memory.numbers.__getitem__, ids)))
        return Found(raw, ids, numbers or [self._rows.number("")], None, memory)

    def _read_joined(self, text: str, raw: list[str], ids: list[int]) -> Found:
        read = [(at, word) for at, plain in pieces(text) for word in self._lexicon.read(plain)]
        numbers = [self._rows.number(word) for _, (word, _, _) in read]
        spans = [(at + start, at + end) for at, (_, start, end) in read]
        return Found(raw, ids, numbers or [self._rows.number("")], spans, self.memory)

    def _read_leet(self, text: str, raw: list[str], ids: list[int]) -> Found:
        memory = self.memory
        numbers: list[int] = []
        spans: list[Span] = []
        for place, piece, known in zip(_places(text, raw), raw, ids, strict=True):
            digits = piece.strip(_DRESS)
            word = spelled(digits) if digits.isdecimal() else ""
            start = place + (piece.index(digits) if word else 0)
            if self._lexicon.is_common(word):
                numbers.append(self._rows.number(word))
                spans.append((start, start + len(digits)))
            else:
                numbers += memory.numbers[known]
                spans += [(place + a, place + b) for a, b in memory.spans[known]]
        return Found(raw, ids, numbers or [self._rows.number("")], spans, memory)

    def _learn(self, raw: str, known: "_Known") -> int:
        dressed = self._dressed_word(raw, known)
        return self._any_piece(raw, known) if dressed is None else dressed

    def _dressed_word(self, raw: str, known: "_Known") -> int | None:
        """A word with a capital or mere punctuation holds what the word alone holds; None for all else."""
        low = raw.lower()
        word = low.strip(_DRESS)
        if word == raw or len(word) < 2 or not (word.isalpha() and raw.isascii()):
            return None
        start = low.index(word)
        if low[:start] not in _BEFORE or low[start + len(word) :] not in _AFTER:
            return None
        memory, like = self.memory, known[word]
        counts = memory.counts[like]
        if counts & _MAY_LINK:
            return None
        counts += sum(map(str.isupper, raw)) * _A_CAPITAL
        if low != word:
            counts &= _GLANCED  # a language is told by small words that stand alone
        spans = memory.spans[like]
        return memory.add(
            counts,
            numbers=memory.numbers[like],
            spans=tuple([(start + a, start + b) for a, b in spans]) if start else spans,
            words=memory.words[like],
            mark=".",
            letters=len(raw),
        )

    def _any_piece(self, raw: str, known: "_Known") -> int:
        tokens, mark = self._tokens(raw)
        seen, words = glance(raw, known.is_plain)
        votes = languages_of(raw.lower())
        return self.memory.add(
            _pack([*seen, may_show(raw), *map(votes.count, LANGUAGES)]) if votes or seen is not ONE_WORD else _A_WORD,
            numbers=tuple([self._rows.number(word) for word, _, _ in tokens]),
            spans=tuple([(start, end) for _, start, end in tokens]),
            words=tuple(words),
            mark=mark,
            letters=len(raw),
        )

    def _tokens(self, raw: str) -> tuple[list[Token], str]:
        """The words of a piece, and its mark. A word of plain letters needs no cleaning and no cutting."""
        if is_clean(raw) and len(raw) <= LONGEST_WORD:
            return [(part, 0, len(raw)) for part in self._lexicon.mend(raw)], mark_of(raw)
        cleaned = clean(raw)
        return self._lexicon.read(cleaned), "l" if "leet" in cleaned.changes else mark_of(cleaned.text)
