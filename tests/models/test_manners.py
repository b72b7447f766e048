from collections import Counter

from models.manners import SHARES, swearing


def test_every_manner_is_taught_with_as_many_different_sentences_as_it_says():
    sentences = list(swearing())

    assert Counter(manner for _, manner in sentences) == SHARES
    assert len(set(sentences)) == len(sentences)


def test_the_sentences_are_the_same_every_time():
    assert list(swearing()) == list(swearing())


def test_swear_words_and_words_for_the_reader_stand_on_both_sides():
    words = {manner: Counter() for manner in SHARES}
    for sentence, manner in swearing():
        words[manner].update(sentence.replace(",", " ").split())

    for word in ("you", "your", "shit", "damn", "stupid", "idiot", "hell", "hate", "ass"):
        assert words["harmless"][word] and words["aimed"][word], word
