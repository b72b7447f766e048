"""Fixtures of the shipped model, loaded once per test session."""

from collections.abc import Callable

import pytest

from models.artifact import SHIPPED, Artifact, load
from models.inference.reader import Reader
from models.inference.vocabulary import Vocabulary
from models.scorer import Scorer
from models.text.lexicon import Lexicon


@pytest.fixture(scope="session")
def artifact() -> Artifact:
    """The shipped artifact."""
    return load(SHIPPED)


@pytest.fixture(scope="session")
def lexicon(artifact: Artifact) -> Lexicon:
    """The lexicon of the shipped artifact."""
    return Lexicon(dict(zip(artifact.words, artifact.counts.tolist(), strict=True)))


@pytest.fixture(scope="session")
def scorer(artifact: Artifact) -> Scorer:
    """The scorer of the shipped artifact."""
    return Scorer(artifact)


@pytest.fixture(scope="session")
def new_reader(artifact: Artifact, lexicon: Lexicon) -> Callable[[], Reader]:
    """Makes readers with an empty cache and the shipped vocabulary."""
    return lambda: Reader(Vocabulary(lexicon, artifact.ordinary.tobytes()))
