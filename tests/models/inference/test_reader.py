"""The reader gives the same features as counting in the whole text, and its memory is bounded."""

from collections.abc import Callable, Iterable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.artifact import Artifact
from models.features.counts import ONE_WORD, TextCounts, count_text, is_ascii_text
from models.features.submission import submission_features
from models.inference.parsed_text import ParsedText, WordPositions
from models.inference.reader import Reader, is_ordinary
from models.inference.token_cache import MAX_CHARS, MAX_TOKENS
from models.inference.word_languages import WordLanguages
from models.text.lexicon import Lexicon
from models.text.normalize import normalize
from models.text.urls import may_contain_link
from models.training.golden_sample import SAMPLE
from moderation.score import ScoringInput
from tests.models import reference

pytestmark = pytest.mark.slow  # seconds of processor time

GAPS = (" ", " ", " ", "\n", "\t", "\u00a0", "\x1c", " dot ")
PARTS = """
    great Post blog's 'tis don't the und que IDIOT casino services subscribe however whatsapp a i x
    . , ... [...] \u2026 ! ?? ( ) ); { => http https:// hxxp www www. .com .ru [dot] (.) @ $ 5 100 %
    com ru usd 2000 800)555 0199 zł привет а ā İ Σ ’ / _ - \u200b \ufeff \u212a 𝐛 😀 中文 한국
"""
TEXT = st.lists(st.sampled_from((*GAPS, *PARTS.split())), max_size=40).map("".join) | st.text(max_size=200)
TITLES = st.sampled_from(("", "The great casino post", "\u043f\u0440\u0438\u0432\u0435\u0442 \u043c\u0438\u0440"))


@pytest.fixture(scope="module")
def reader(new_reader: Callable[[], Reader]) -> Reader:
    """A reader whose cache fills up during the tests."""
    return new_reader()


@settings(deadline=None, max_examples=200)
@given(text=TEXT, title=TITLES)
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
def test_the_features_of_the_tokens_add_up_to_those_of_the_text(reader: Reader, text: str, title: str) -> None:
    submission = ScoringInput(text, thread_title=title)

    parsed = reader.read(text)

    language = WordLanguages(reader.vocabulary).detect(text, parsed).language
    features = submission_features(submission, parsed.counts, parsed.feature_words(), language)
    assert features == reference.features(submission, reader.lexicon)


def test_an_ordinary_word_counts_only_as_one_word(artifact: Artifact, lexicon: Lexicon) -> None:
    ordinary = [word for word, flag in zip(artifact.words, artifact.ordinary.tolist(), strict=True) if flag]

    def counts(word: str) -> TextCounts:
        token = f"{word},"  # the comma prevents the shortcut
        return count_text(token, token, word.isascii(), lexicon.correct)[0]

    assert [word for word in ordinary[::5] if counts(word) != ONE_WORD or may_contain_link(word)] == []


@settings(deadline=None, max_examples=200)
@given(text=TEXT)
def test_a_search_that_the_counts_rule_out_would_find_nothing(lexicon: Lexicon, text: str) -> None:
    counts, words = count_text(text, normalize(text).text, is_ascii_text(text), lexicon.correct)

    search_all = counts._replace(may_link=1, may_price=1, may_code=1)

    submission = ScoringInput(text)
    expected = submission_features(submission, search_all, set(words), "und")
    assert submission_features(submission, counts, set(words), "und") == expected


@pytest.mark.parametrize(
    "text", [*SAMPLE, "two  gaps", " led by one", "\u00a0odd\u2003gaps\n\nhere ", "w.o.r.d (Word, WORD). word"]
)
def test_every_word_has_a_position_in_the_text(reader: Reader, text: str) -> None:
    parsed = reader.read(text)

    spans = WordPositions(text, parsed).spans(range(len(parsed.word_ids)))

    assert bool(spans) == bool(text)
    for start, end in spans:
        assert text[start:end].strip() == text[start:end] != ""


WORDS = (
    *("garden", "zzgardnq", "thisisaverylongword", "www", "dot", "point", "casino", "don't", "well-known"),
    *("b4", "7"),
)


@settings(deadline=None)
@given(
    word=st.sampled_from(WORDS),
    before=st.text('("', max_size=3),
    after=st.text(".,;:()\"!'?", max_size=4),
    change_case=st.sampled_from((str.lower, str.upper, str.capitalize)),
)
def test_a_word_with_capitals_and_punctuation_is_read_as_without_the_shortcut(
    reader: Reader,
    new_reader: Callable[[], Reader],
    word: str,
    before: str,
    after: str,
    change_case: Callable[[str], str],
) -> None:
    token = before + change_case(word) + after
    slow = new_reader()
    slow.cache.ascii[token] = slow._parse_any(token, slow.cache.ascii)

    parsed, expected = reader.read(token), slow.read(token)

    assert words_of(reader, parsed.word_ids) == words_of(slow, expected.word_ids)
    assert features_of(token, parsed) == features_of(token, expected)
    every = range(len(parsed.word_ids))
    assert WordPositions(token, parsed).spans(every) == WordPositions(token, expected).spans(every)


def features_of(text: str, parsed: ParsedText) -> list[float]:
    """The features of a comment that is nothing but this text."""
    return submission_features(ScoringInput(text), parsed.counts, parsed.feature_words(), "und")


def words_of(reader: Reader, word_ids: list[int]) -> list[str]:
    """The words with these ids."""
    words = reader.vocabulary.words
    return [words[word_id] for word_id in word_ids]


def test_the_artifact_says_correctly_which_words_are_ordinary(artifact: Artifact, lexicon: Lexicon) -> None:
    assert artifact.ordinary.tolist() == [is_ordinary(word, lexicon) for word in artifact.words]


@pytest.mark.parametrize(
    "tokens",
    [
        map(str, range(MAX_TOKENS + 1)),
        (f"{n:0>400}" for n in range(MAX_CHARS // 400 + 1)),
        ("q" * n + "Q" + "q" * (1100 - n) for n in range(MAX_CHARS // 1100 + 1)),
    ],
    ids=["many tokens", "many characters", "many spellings of a long word"],
)
def test_a_full_cache_is_cleared(
    new_reader: Callable[[], Reader], monkeypatch: pytest.MonkeyPatch, tokens: Iterable[str]
) -> None:
    reader = new_reader()
    monkeypatch.setattr(reader, "_parse_any", lambda raw, known: 0)  # parsing is not what fills the cache
    before = reader.cache = type(reader.cache)(reader._parse)
    reader.evict()
    assert reader.cache is before

    for token in tokens:
        before.ascii[token]
    assert not reader.vocabulary.is_full
    reader.evict()

    assert reader.cache is not before
    assert not reader.cache.ascii


def test_a_cleared_cache_keeps_the_ids_of_words(new_reader: Callable[[], Reader]) -> None:
    reader = new_reader()
    before = reader.read("flurbelish quoxinating").word_ids

    reader.clear_cache()

    assert reader.read("quoxinating flurbelish").word_ids == before[::-1]


def test_a_line_break_in_html_separates_words_and_moves_none(reader: Reader) -> None:
    text = "great post<br />check my channel<BR class=x>thanks"

    parsed = reader.read(text)

    assert parsed.word_ids == reader.read("great post\ncheck my channel\nthanks").word_ids
    places = WordPositions(text, parsed).spans(range(len(parsed.word_ids)))
    assert [text[start:end] for start, end in places] == ["great", "post", "check", "my", "channel", "thanks"]


def test_digits_alone_are_words_in_a_text_with_leet(reader: Reader) -> None:
    text = "y0u 4r3 5uch 4 57up1d 455 17 15 n07 3v3n funny"

    parsed = reader.read(text)

    assert parsed.word_ids == reader.read("you are such a stupid ass it is not even funny").word_ids
    assert WordPositions(text, parsed).spans([3, 5]) == [(13, 14), (22, 25)]


@pytest.mark.parametrize("text", ["It was 4 to 1 at 15:00, 455 people came.", "w3c says 15 of 17, see h2o"])
def test_digits_are_numbers_in_other_texts(reader: Reader, text: str) -> None:
    assert [reader.read(text).spans, reader.read("f" + text).spans] == [None, None]
