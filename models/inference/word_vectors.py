"""The vector of each word: stored for known words, summed from character n-grams for new ones."""

from typing import NamedTuple

import numpy as np

from models.artifact import Artifact
from models.features.ngrams import Floats, Hashes, Ints, grams_by_word, word_hash
from models.inference.vocabulary import Vocabulary


class NewWords(NamedTuple):
    """Words with the latest ids. buckets, starts: of their n-grams, see `models.features.ngrams.grams_by_word`."""

    words: list[str]
    buckets: Ints
    starts: Ints


class WordVectors:
    """Vectors and hashes by word id. Not thread-safe."""

    def __init__(self, artifact: Artifact, vocabulary: Vocabulary) -> None:
        self._grams = artifact.gram_weights
        self._vocabulary = vocabulary
        self._vectors = artifact.word_weights.astype(np.float32)
        self._hashes = artifact.hashes.astype(np.uint64)

    def update(self) -> NewWords | None:
        """Compute the vectors of all words that were added to the vocabulary since the last call; returns those."""
        words = self._vocabulary.take_pending()
        if not words:
            return None
        end = len(self._vocabulary)
        while end > len(self._vectors):
            self._vectors = np.concatenate((self._vectors, np.zeros_like(self._vectors)))
            self._hashes = np.concatenate((self._hashes, np.zeros_like(self._hashes)))
        new = NewWords(words, *grams_by_word(words))
        grams = self._grams.take(new.buckets, axis=0).astype(np.float32)
        added = slice(end - len(words), end)
        np.add.reduceat(grams, new.starts, axis=0, out=self._vectors[added])
        self._hashes[added] = [word_hash(word) for word in words]
        return new

    def take(self, word_ids: Ints) -> tuple[Floats, Hashes]:
        """The vectors of words, shape (n_words, n_labels), and their hashes, shape (n_words,)."""
        return self._vectors.take(word_ids, axis=0), self._hashes.take(word_ids)
