"""The languages of parsed texts, from what each of their words says. A word is looked at once."""

from collections.abc import Sequence
from itertools import accumulate, chain
from typing import Final

import numpy as np

from models.features.languages import (
    DETECTION_LENGTH,
    LANGUAGES,
    Detection,
    by_sums,
    is_plain,
    known_language,
    language_sums,
    sums_of_grams,
)
from models.features.ngrams import Ints
from models.inference.parsed_text import ParsedText
from models.inference.vocabulary import Vocabulary
from models.inference.word_vectors import NewWords
from models.text.scripts import language_by_script

FIRST_WORDS: Final = 32
"""Only so many words of a text are looked at."""

BLOCK: Final = 256
"""So many words of the vocabulary are looked at together."""


class WordLanguages:
    """What words say about the language of a text, by word id. Not thread-safe."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._generation = vocabulary.generation
        self._sums = np.zeros((2 * vocabulary.size + BLOCK, len(LANGUAGES) + 1), dtype=np.int16)
        self._is_ready = np.zeros(len(self._sums), dtype=bool)

    def detect(self, body: str, text: ParsedText) -> Detection:
        """The language of one text."""
        return self.detect_many([body], [text], [text.word_ids or [self._vocabulary.id_of("")]])[0]

    def detect_many(
        self, bodies: Sequence[str], texts: Sequence[ParsedText], word_ids: Sequence[list[int]]
    ) -> list[Detection]:
        """The languages of texts, by their first FIRST_WORDS words. word_ids: of each text, at least one."""
        first = [each[:FIRST_WORDS] for each in word_ids]
        ids = np.array(list(chain.from_iterable(first)))
        self._prepare(ids)
        starts = list(accumulate(map(len, first[:-1]), initial=0))
        sums = np.add.reduceat(self._sums.take(ids, axis=0), starts, axis=0, dtype=np.int64)
        return [_detection(*each) for each in zip(bodies, texts, sums.tolist(), strict=True)]

    def update(self, new: NewWords) -> None:
        """Compute the sums of new words from their n-grams. Those that are not plain are left for later."""
        self._reserve()
        added = slice(len(self._vocabulary) - len(new.words), len(self._vocabulary))
        self._sums[added] = sums_of_grams(new.buckets, new.starts)
        self._is_ready[added] = [is_plain(word) for word in new.words]

    def _prepare(self, word_ids: Ints) -> None:
        """Compute the sums of the words that have none yet."""
        self._reserve()
        missing = word_ids[~self._is_ready.take(word_ids)]
        if len(missing):
            missing = self._with_neighbours(np.unique(missing))
            self._sums[missing] = language_sums([self._vocabulary.word_of(n) for n in missing.tolist()])
            self._is_ready[missing] = True

    def _reserve(self) -> None:
        """Make room for all words of the vocabulary, and forget those that it forgot."""
        if self._generation != self._vocabulary.generation:  # the ids of new words have been assigned again
            self._generation = self._vocabulary.generation
            self._is_ready[self._vocabulary.size :] = False
        while len(self._vocabulary) > len(self._sums):
            self._sums = np.concatenate((self._sums, np.zeros_like(self._sums)))
            self._is_ready = np.concatenate((self._is_ready, np.zeros_like(self._is_ready)))

    def _with_neighbours(self, missing: Ints) -> Ints:
        """The words, and the known ones of about the same frequency: one call for many words costs little more."""
        known = missing[missing < self._vocabulary.size]
        if not len(known):
            return missing
        blocks = np.unique(known // BLOCK)[:, None] * BLOCK + np.arange(BLOCK)
        return np.union1d(missing, blocks[blocks < self._vocabulary.size])


def _detection(body: str, text: ParsedText, sums: list[int]) -> Detection:
    script = language_by_script(body[:DETECTION_LENGTH]) if text.script else ""
    return known_language(script) if script else by_sums(sums)
