from collections import Counter, defaultdict

import pytest

from models.text.languages import common_word_languages
from models.training.profanity_templates import SHARES, sentences_of, swearing


def test_every_manner_is_taught_with_as_many_different_sentences_as_it_says():
    sentences = list(swearing())

    assert Counter(manner for _, manner in sentences) == sum(map(Counter, SHARES.values()), Counter())
    assert len(set(sentences)) == len(sentences)


def test_the_sentences_are_the_same_every_time():
    assert list(swearing()) == list(swearing())


def test_swear_words_and_words_for_the_reader_stand_on_both_sides():
    words = defaultdict(Counter)
    for sentence, manner in swearing():
        words[manner].update(sentence.replace(",", " ").split())

    for word in ("you", "your", "shit", "damn", "stupid", "idiot", "hell", "hate", "ass"):
        assert words["harmless"][word] and words["aimed"][word], word


@pytest.mark.parametrize("language", ["de", "fr", "tr"])
def test_the_small_words_of_a_language_stand_on_both_sides_and_hurt_nobody(language):
    words = defaultdict(Counter)
    for sentence, manner in sentences_of(f"profanity_templates_{language}.txt"):
        small = {word for word in sentence.lower().split() if language in common_word_languages(word)}
        words[manner == "harmless"].update(small)

    often = {word for word, times in words[False].items() if times > 150}

    assert often
    assert [word for word in often if 4 * words[True][word] < words[False][word]] == []
