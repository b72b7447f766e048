"""Training reads texts and features exactly as serving does."""

from collections.abc import Callable
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.features.submission import submission_features
from models.inference.reader import Reader
from models.inference.word_languages import WordLanguages
from models.text.lexicon import Lexicon
from models.training.golden_sample import SAMPLE
from models.training.vectorizer import encode, feature_matrix, pair_matrix, text_matrix
from moderation.score import ScoringInput

TEXTS = ["I am, so to say, (very) impressed!!", "i d i o t s are here", "flurbelish youarealltotalidiots", *SAMPLE]


def test_training_and_serving_read_the_same_words(lexicon: Lexicon, new_reader: Callable[[], Reader]) -> None:
    reader = new_reader()
    served = [reader.read(text).word_ids for text in TEXTS]

    encoded = encode(TEXTS, lexicon)

    assert encoded.words == reader.vocabulary.words
    assert encoded.word_ids.tolist() == [word_id for text in served for word_id in text]
    assert encoded.lengths.tolist() == [len(text) for text in served]


@settings(deadline=None, max_examples=50)
@given(text=st.text(max_size=100), name=st.text(max_size=20))
def test_training_and_serving_compute_the_same_features(
    lexicon: Lexicon, new_reader: Callable[[], Reader], text: str, name: str
) -> None:
    submission = ScoringInput(text, name=name, website="https://a.example", thread_title="Cheap loans")
    reader = new_reader()
    parsed = reader.read(text)

    [features] = feature_matrix([submission], lexicon).tolist()

    language = WordLanguages(reader.vocabulary).detect(text, parsed).language
    assert features == submission_features(submission, parsed.counts, parsed.feature_words(), language)


def test_each_distinct_word_and_pair_of_a_text_counts_once() -> None:
    encoded = encode(["so so so bad", "", "bad"], Lexicon({"so": 60, "bad": 60}))

    words, pairs = text_matrix(encoded), pair_matrix(encoded)

    half = pytest.approx(sqrt(1 / 2))
    assert words.toarray().tolist() == [[half, half], [0, 0], [0, 1]]
    assert [pairs[n].data.tolist() for n in range(3)] == [[half, half], [], []]
