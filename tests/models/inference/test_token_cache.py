"""A text read by its remembered tokens shows what the whole text shows, and memory stays bounded."""

from collections.abc import Callable, Iterable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.artifact import SHIPPED, load
from models.features.counts import ONE_WORD, Glance, glance, is_plain
from models.features.submission import measure, surface
from models.inference.token_cache import LETTERS, PIECES, Reader, Spans, is_ordinary
from models.inference.word_vectors import WordVectors
from models.text.normalize import normalize
from models.text.urls import may_contain_link
from models.training.golden_sample import SAMPLE
from moderation.score import ScoringInput

ROWS = WordVectors(load(SHIPPED))
READER = Reader(ROWS)
CORRECT = ROWS.lexicon.correct
GAPS = (" ", " ", " ", "\n", "\t", "\u00a0", "\x1c", " dot ")
PARTS = """
    great Post blog's 'tis don't the und que IDIOT casino services subscribe however whatsapp a i x
    . , ... [...] \u2026 ! ?? ( ) ); { => http https:// hxxp www www. .com .ru [dot] (.) @ $ 5 100 %
    com ru usd 2000 800)555 0199 zł привет а ā İ Σ ’ / _ - \u200b \ufeff \u212a 𝐛 😀 中文 한국
"""
TEXT = st.lists(st.sampled_from((*GAPS, *PARTS.split())), max_size=40).map("".join) | st.text(max_size=200)


@settings(deadline=None, max_examples=300)
@given(
    TEXT, st.sampled_from(("", "The great casino post", "\u043f\u0440\u0438\u0432\u0435\u0442 \u043c\u0438\u0440"))
)
@example("[...]word", "")
@example("visit x . com", "")
@example("(www...)", "")
@example("site (point) com", "")
@example("visit mysite dot com", "")
@example("whatsapp or whatsapp", "")
@example("b u y p i l l s here", "")
@example("cheaploansonline, wonderfulpharmacyprices", "cheap loans")
@example("p1lls and c4s1no f0r 4 you", "")
@example("fr\u200bee c\u0430sino lo\u0336an b.u.y.", "")
def test_the_pieces_of_a_text_add_up_to_the_whole(text: str, title: str) -> None:
    reading, found = ScoringInput(text, thread_title=title), READER.read(text)

    by_pieces = measure(reading, found.seen, found.words())

    assert by_pieces == surface(reading, CORRECT)


def test_an_ordinary_word_counts_as_one_word_and_nothing_more() -> None:
    ordinary = [word for number, word in enumerate(ROWS.lexicon.numbers) if ROWS.ordinary[number]]

    def seen(word: str) -> Glance:
        before_a_comma = f"{word},"  # which keeps it from haste
        return glance(before_a_comma, before_a_comma, word.isascii(), CORRECT)[0]

    assert [word for word in ordinary if seen(word) != ONE_WORD or may_contain_link(word)] == []


@settings(deadline=None, max_examples=300)
@given(TEXT)
def test_nothing_is_overlooked_where_nothing_is_looked_for(text: str) -> None:
    seen, words = glance(text, normalize(text).text, is_plain(text), CORRECT)

    everywhere = seen._replace(may_link=1, may_price=1, may_code=1)

    assert surface(ScoringInput(text), CORRECT) == measure(ScoringInput(text), everywhere, set(words))


@pytest.mark.parametrize(
    "text", [*SAMPLE, "two  gaps", " led by one", "\u00a0odd\u2003gaps\n\nhere ", "w.o.r.d (Word, WORD). word"]
)
def test_every_word_stands_somewhere_in_the_text(text: str) -> None:
    found = READER.read(text)

    spans = Spans(text, found)

    assert bool(spans) == bool(text)
    for start, end in spans.of(range(len(found.numbers))) if spans else []:
        assert text[start:end].strip() == text[start:end] != ""


@settings(deadline=None)
@given(
    st.sampled_from(
        (
            "garden",
            "zzgardnq",
            "thisisaverylongword",
            "www",
            "dot",
            "point",
            "casino",
            "don't",
            "well-known",
            "b4",
            "7",
        )
    ),
    st.text('("', max_size=2),
    st.text(".,;:()\"!'?", max_size=3),
    st.sampled_from((str.lower, str.upper, str.capitalize)),
)
def test_a_word_in_other_dress_reads_as_if_nothing_were_remembered(
    word: str, before: str, after: str, spell: Callable[[str], str]
) -> None:
    raw = before + spell(word) + after
    fresh = Reader(ROWS)
    fresh.memory.plain[raw] = fresh._any_piece(raw, fresh.memory.plain)
    reading, expected = ScoringInput(raw), fresh.read(raw)

    found = READER.read(raw)

    assert found.numbers == expected.numbers
    assert measure(reading, found.seen, found.words()) == measure(reading, expected.seen, expected.words())
    every = range(len(found.numbers))
    assert not (spans := Spans(raw, found)) or spans.of(every) == Spans(raw, expected).of(every)


def test_the_shipped_model_knows_which_of_its_words_are_ordinary() -> None:
    artifact, lexicon = load(SHIPPED), ROWS.lexicon

    assert artifact.ordinary.tolist() == [is_ordinary(word, lexicon) for word in artifact.words]


@pytest.mark.parametrize(
    "tokens",
    [
        map(str, range(PIECES + 1)),
        (f"{n:0>400}" for n in range(LETTERS // 400 + 1)),
        ("q" * n + "Q" + "q" * (1100 - n) for n in range(LETTERS // 1100 + 1)),
    ],
    ids=["many tokens", "many letters", "one long word in many dresses"],
)
def test_all_is_forgotten_when_it_is_too_much(tokens: Iterable[str]) -> None:
    reader = Reader(ROWS)
    before = reader.memory
    reader.age()
    assert reader.memory is before

    for token in tokens:
        before.plain[token]
    assert not ROWS.is_full
    reader.age()

    assert reader.memory is not before
    assert not reader.memory.raw


def test_digits_alone_are_words_in_a_text_that_writes_digits_for_letters() -> None:
    plain = READER.read("you are such a stupid ass it is not even funny")

    found = READER.read("y0u 4r3 5uch 4 57up1d 455 17 15 n07 3v3n funny")

    assert found.numbers == plain.numbers
    assert Spans("y0u 4r3 5uch 4 57up1d 455 17 15 n07 3v3n funny", found).of([3, 5]) == [(13, 14), (22, 25)]


@pytest.mark.parametrize("text", ["It was 4 to 1 at 15:00, 455 people came.", "w3c says 15 of 17, see h2o"])
def test_digits_are_digits_everywhere_else(text: str) -> None:
    assert [READER.read(text).joined, READER.read("f" + text).joined] == [None, None]
