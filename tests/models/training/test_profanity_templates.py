from collections import Counter, defaultdict

import pytest

from models.training.common_words import common_word_languages
from models.training.profanity_templates import SHARES, book_sentences, profanity_sentences

pytestmark = pytest.mark.slow  # seconds of processor time


def test_each_book_has_the_stated_number_of_distinct_sentences():
    sentences = list(profanity_sentences())

    assert Counter(manner for _, manner, _ in sentences) == sum(map(Counter, SHARES.values()), Counter())
    assert len(set(sentences)) == len(sentences)


def test_the_sentences_are_deterministic():
    book = "profanity_templates_fr.txt"

    assert list(book_sentences(book)) == list(book_sentences(book))


def test_swear_words_and_second_person_words_occur_in_harmless_and_abusive_sentences():
    words = defaultdict(Counter)
    for sentence, manner, _ in profanity_sentences():
        words[manner].update(sentence.replace(",", " ").split())

    for word in ("you", "your", "shit", "damn", "stupid", "idiot", "hell", "hate", "ass"):
        assert words["harmless"][word] and words["aimed"][word], word


@pytest.mark.parametrize("language", ["de", "fr", "tr"])
def test_the_common_words_of_a_language_occur_in_harmless_and_abusive_sentences(language):
    words = defaultdict(Counter)
    for sentence, manner in book_sentences(f"profanity_templates_{language}.txt"):
        small = {word for word in sentence.lower().split() if language in common_word_languages(word)}
        words[manner == "harmless"].update(small)

    often = {word for word, times in words[False].items() if times > 150}

    assert often
    assert [word for word in often if 4 * words[True][word] < words[False][word]] == []
