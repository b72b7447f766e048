"""The language of a parsed text is the same whatever was read before it."""

from collections.abc import Callable

import pytest

from models.evaluation.languages import MIN_LETTERS, language_cases
from models.inference import word_languages
from models.inference.reader import Reader
from models.inference.vocabulary import Vocabulary
from models.inference.word_languages import WordLanguages
from models.text.lexicon import Lexicon

CASES = [case for case in language_cases() if sum(map(str.isalpha, case[1])) >= MIN_LETTERS]


def detect(reader: Reader, languages: WordLanguages, text: str) -> str:
    """The language of a text."""
    return languages.detect(text, reader.read(text)).language


def test_the_words_of_a_text_tell_its_language(new_reader: Callable[[], Reader]) -> None:
    reader = new_reader()
    languages = WordLanguages(reader.vocabulary)

    wrong = [text for language, text in CASES if detect(reader, languages, text) != language]

    assert len(wrong) <= len(CASES) // 50


def test_a_batch_gives_the_same_languages_as_one_by_one(new_reader: Callable[[], Reader]) -> None:
    reader, other = new_reader(), new_reader()
    bodies = [text for _, text in CASES]
    texts = [reader.read(body) for body in bodies]

    together = WordLanguages(reader.vocabulary).detect_many(bodies, texts, [text.word_ids for text in texts])

    languages = WordLanguages(other.vocabulary)
    assert together == [languages.detect(body, other.read(body)) for body in bodies]


def test_a_new_word_is_looked_at_again_after_its_id_was_reassigned() -> None:
    reader = Reader(Vocabulary(Lexicon({})))
    languages = WordLanguages(reader.vocabulary)
    assert detect(reader, languages, "Das Rezept hat uns allen gut geschmeckt") == "de"

    reader.vocabulary.clear()
    reader.clear_cache()

    assert detect(reader, languages, "The recipe was liked by all of us") == "en"


def test_more_words_than_were_reserved_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_languages, "BLOCK", 2)
    reader = Reader(Vocabulary(Lexicon({})))
    languages = WordLanguages(reader.vocabulary)

    assert detect(reader, languages, "Das Rezept hat uns allen gut geschmeckt") == "de"


def test_only_the_first_words_count(new_reader: Callable[[], Reader]) -> None:
    reader = new_reader()
    german, english = "Das Rezept hat uns allen gut geschmeckt. ", "The recipe was liked by all of us. "

    assert detect(reader, WordLanguages(reader.vocabulary), german * 5 + english * 50) == "de"
