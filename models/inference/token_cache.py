"""What each token of text between white space holds: read once, then remembered until there is too much of it.

All is forgotten at once, never bit by bit: memory is bounded whatever people write, and nothing needs a clock.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import accumulate, chain
from struct import Struct
from typing import Final, NamedTuple

from models.features.counts import ONE_WORD, Glance, glance, is_plain, says_nothing
from models.inference.word_vectors import WordVectors
from models.text.languages import LANGUAGES, common_word_languages, common_words, has_telling_script
from models.text.lexicon import MAX_WORD_LENGTH, Lexicon, WordSpan, split_words
from models.text.normalize import clean, clean_tokens, decode_digits, is_clean, is_leet, is_spaced_out, shape_of
from models.text.urls import may_contain_link

PIECES: Final = 1 << 17
LETTERS: Final = 1 << 20

Span = tuple[int, int]

_SCRIPT = len(Glance._fields)
_ALONE, _SPELLED, _VOTES = _SCRIPT + 1, _SCRIPT + 2, _SCRIPT + 3
_SIDE_BY_SIDE = Struct(f"<{_VOTES + len(LANGUAGES)}H")


@lru_cache(maxsize=4096)
def _pack(seen: Glance, script: int = 0, shape: str = ".", languages: tuple[str, ...] = ()) -> int:
    """What a token adds to a text's counts, as one large number: one addition adds them all.

    Each count has 16 bits; no text that is read fills them. Most tokens share a few such numbers.
    """
    votes = map(languages.count, LANGUAGES)
    return int.from_bytes(_SIDE_BY_SIDE.pack(*seen, script, shape == "x", shape == "l", *votes), "little")


_ONE_WORD = _pack(ONE_WORD)
_SMALL_WORD = {word: _pack(ONE_WORD, languages=common_word_languages(word)) for word in common_words()}
_WHOLE = [((0, size),) for size in range(MAX_WORD_LENGTH + 1)]
_DRESSED = re.compile(r"""\(?"?((?!www)[a-z0-9]+(?:['-][a-z0-9]+)*)(?:[.,;:]?[)"]?|[)"][.,]|\.\.+|([!?]+)[)"]?)""")
_AROUND = '.,;:()"'  # what a number may stand in


def is_ordinary(word: str, lexicon: Lexicon) -> bool:
    """Whether a known word is read as itself and counts as one word, nothing more. Nearly all are."""
    return (
        is_clean(word)
        and len(word) <= MAX_WORD_LENGTH
        and shape_of(word) == "."
        and not has_telling_script(word)
        and says_nothing(word)
        and lexicon.correct(word) == (word,)
    )


class Memory:
    """Pieces by number, in lists that grow together.

    raw: each token, in its plainest dress where it has several. numbers: its words by number; sizes: how many. spans:
    where each stands in the token. words: as in `models.features.counts`. shapes: see
    `models.text.normalize.shape_of`; "l" where
    digits stood for letters. counts: see `_pack`.
    """

    def __init__(self, learn: "Learn") -> None:
        self.plain, self.other = _Known(learn, is_plain=True), _Known(learn, is_plain=False)
        self.raw: list[str] = []
        self.numbers: list[tuple[int, ...]] = []
        self.sizes: list[int] = []
        self.spans: list[tuple[Span, ...]] = []
        self.words: list[tuple[str, ...]] = []
        self.shapes: list[str] = []
        self.counts: list[int] = []

    @property
    def is_full(self) -> bool:
        """Whether it is time to forget."""
        known = (self.plain, self.other)
        return sum(map(len, known)) > PIECES or sum(each.letters for each in known) > LETTERS

    def add(
        self,
        raw: str,
        counts: int,
        *,
        numbers: tuple[int, ...],
        spans: tuple[Span, ...],
        words: tuple[str, ...],
        shape: str,
    ) -> int:
        """Remember a token; returns its number."""
        number = len(self.raw)
        self.raw.append(raw)
        self.counts.append(counts)
        self.numbers.append(numbers)
        self.sizes.append(len(numbers))
        self.spans.append(spans)
        self.words.append(words)
        self.shapes.append(shape)
        return number

    def shift(self, number: int, raw: str) -> int:
        """How many code points a token has before what its number stands for: 1 for "(word)" as "word"."""
        first = self.raw[number]
        return 0 if raw == first else raw.lower().index(first)


class _Known(dict[str, int]):
    """The number of each token; one that is new is learned. The same token may count differently in a plain text."""

    def __init__(self, learn: "Learn", *, is_plain: bool) -> None:
        self._learn, self.is_plain = learn, is_plain
        self.letters = 0

    def __missing__(self, raw: str) -> int:
        self.letters += len(raw)
        number = self[raw] = self._learn(raw, self)
        return number


Learn = Callable[[str, _Known], int]


class ParsedText(NamedTuple):
    """A text as read. raw: its tokens; ids: their numbers in `memory`. numbers: its words, by number.

    joined: where each word stands, if lone letters were joined across tokens or digits read as words; None for all
    other texts. seen: what the tokens add up to. script: how many have letters that may tell a language; votes: for
    each of `LANGUAGES`, how many are its small words. said: the words that `models.features.counts` has of a text
    whose lone
    letters were joined; None for all others, whose tokens have them.
    """

    raw: list[str]
    ids: list[int]
    numbers: list[int]
    joined: list[Span] | None
    seen: Glance
    script: int
    votes: Sequence[int]
    memory: Memory
    said: set[str] | None = None

    def words(self) -> set[str]:
        """The different words of the text outside its links, as `models.features.counts` has them."""
        if self.said is not None:
            return self.said
        return set().union(*map(self.memory.words.__getitem__, set(self.ids)))


class Spans:
    """Where the words of a text stand in it; false for a text without words."""

    def __init__(self, text: str, found: ParsedText) -> None:
        self._found = found
        self._ends = list(accumulate(map(found.memory.sizes.__getitem__, found.ids)))
        self._places = _places(text, found.raw) if found.joined is None else []

    def __bool__(self) -> bool:
        return bool(self._found.joined if self._found.joined is not None else self._ends[-1])

    def of(self, words: Iterable[int]) -> list[Span]:
        """Where these words stand, each given by its place among the text's words."""
        if self._found.joined is not None:
            return [self._found.joined[n] for n in words]
        ends, places, ids, spans = self._ends, self._places, self._found.ids, self._found.memory.spans
        found = []
        for n in words:
            token = bisect_right(ends, n)
            start, end = spans[ids[token]][n - ends[token]]
            place = places[token] + self._found.memory.shift(ids[token], self._found.raw[token])
            found.append((place + start, place + end))
        return found


def _places(text: str, raw: list[str]) -> list[int]:
    """Where each token begins in the text. Only white space lies between two, so the next find is the next token."""
    places, end = [], 0
    for token in raw:
        start = text.find(token, end)
        places.append(start)
        end = start + len(token)
    return places


class Reader:
    """Reads texts. Not safe for threads: the scorer holds a lock around it. What it has found stays as it is."""

    def __init__(self, rows: WordVectors) -> None:
        self._rows, self._lexicon, self._ordinary = rows, rows.lexicon, rows.ordinary
        self.memory = Memory(self._learn)

    def age(self) -> None:
        """Forget everything when it is too much. Between batches only: numbers change."""
        if self._rows.is_full or self.memory.is_full:
            self._rows.forget()
            self.memory = Memory(self._learn)

    def read(self, text: str) -> ParsedText:
        """The tokens and words of a text, in order; one without words has the empty one."""
        memory = self.memory
        raw = text.split() or [""]
        known = memory.plain if is_plain(text) else memory.other
        ids = list(map(known.__getitem__, raw))
        counts = sum(map(memory.counts.__getitem__, ids))
        row = _SIDE_BY_SIDE.unpack(counts.to_bytes(_SIDE_BY_SIDE.size, "little"))
        shapes = "".join(map(memory.shapes.__getitem__, ids)) if row[_ALONE] > 3 or row[_SPELLED] > 2 else ""
        if is_spaced_out(shapes):
            return self._read_joined(text, raw, ids, script=row[_SCRIPT])
        if is_leet(shapes):
            read = self._read_leet(text, raw, ids)
            numbers, joined, votes = [number for number, _ in read], [span for _, span in read], ()
        else:
            numbers = list(chain.from_iterable(map(memory.numbers.__getitem__, ids)))
            joined, votes = None, row[_VOTES:]
        numbers = numbers or [self._rows.number("")]
        return ParsedText(raw, ids, numbers, joined, Glance._make(row[:_SCRIPT]), row[_SCRIPT], votes, memory)

    def _read_joined(self, text: str, raw: list[str], ids: list[int], *, script: int) -> ParsedText:
        """A text that parts its letters, read and looked at as a whole."""
        cleaned = clean_tokens(text)
        seen, said = glance(
            text, " ".join([plain.text for _, plain in cleaned]), is_plain(text), self._lexicon.correct
        )
        read = [(at, word) for at, plain in cleaned for word in self._lexicon.read(plain)]
        numbers = [self._rows.number(word) for _, (word, _, _) in read] or [self._rows.number("")]
        joined = [(at + start, at + end) for at, (_, start, end) in read]
        return ParsedText(raw, ids, numbers, joined, seen, script, (), self.memory, set(said))

    def _read_leet(self, text: str, raw: list[str], ids: list[int]) -> list[tuple[int, Span]]:
        memory = self.memory
        read: list[tuple[int, Span]] = []
        for place, token, known in zip(_places(text, raw), raw, ids, strict=True):
            digits = token.strip(_AROUND)
            word = decode_digits(digits) if digits.isdecimal() else ""
            if self._lexicon.is_common(word):
                start = place + token.index(digits)
                read.append((self._rows.number(word), (start, start + len(digits))))
            else:
                start = place + memory.shift(known, token)
                spans = [(start + a, start + b) for a, b in memory.spans[known]]
                read += zip(memory.numbers[known], spans, strict=True)
        return read

    def _learn(self, raw: str, known: "_Known") -> int:
        number = self._lexicon.numbers.get(raw)
        if number is not None and self._ordinary[number]:
            counts, spans = _SMALL_WORD.get(raw, _ONE_WORD), _WHOLE[len(raw)]
            return self.memory.add(raw, counts, numbers=(number,), spans=spans, words=(raw,), shape=".")
        dressed = _DRESSED.fullmatch(raw.lower()) if raw.isascii() else None
        if dressed is None or dressed[1] == raw or len(dressed[1]) < 2:
            return self._any_piece(raw, known)
        return self._dressed_word(raw, dressed, known)

    def _dressed_word(self, raw: str, dressed: re.Match[str], known: "_Known") -> int:
        """A word with capitals or mere punctuation is that word; "!" or "?" at its end is one more."""
        word, cry, start = dressed[1], dressed[2], dressed.start(1)
        if (start and may_contain_link(dressed.string)) or (cry and "-" in word):
            return self._any_piece(raw, known)
        number = known[word]
        if not cry:
            return number
        memory, parts = self.memory, self._lexicon.correct(cry[:3])
        spans = [(start + a, start + b) for a, b in memory.spans[number]]
        return memory.add(
            raw,
            memory.counts[number],
            numbers=(*memory.numbers[number], *map(self._rows.number, parts)),
            spans=(*spans, *[dressed.span(2)] * len(parts)),
            words=memory.words[number],
            shape=memory.shapes[number],
        )

    def _any_piece(self, raw: str, known: "_Known") -> int:
        tokens, shape, read = self._tokens(raw)
        seen, words = glance(raw, read, known.is_plain, self._lexicon.correct)
        return self.memory.add(
            raw,
            _pack(seen, has_telling_script(raw), shape, common_word_languages(raw.lower())),
            numbers=tuple([self._rows.number(word) for word, _, _ in tokens]),
            spans=tuple([(start, end) for _, start, end in tokens]),
            words=tuple(words),
            shape=shape,
        )

    def _tokens(self, raw: str) -> tuple[list[WordSpan], str, str]:
        """The words of a token, its shape, and how it is read. Mere letters need no cleaning."""
        if is_clean(raw):
            words = split_words(raw)
            return [(part, a, b) for word, a, b in words for part in self._lexicon.correct(word)], shape_of(raw), raw
        cleaned = clean(raw)
        shape = "l" if "leet" in cleaned.changes else shape_of(cleaned.text)
        return self._lexicon.read(cleaned), shape, cleaned.text
