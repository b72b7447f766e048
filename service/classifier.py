"""The classifier of a web process, loaded when its first check arrives: a process without checks has none."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from moderation.errors import BadSetting, CannotScore
from moderation.lessons import Author
from moderation.near_duplicates import Sketch
from moderation.score import Score, ScoringInput
from moderation.store import UnitOfWork

if TYPE_CHECKING:
    from models.learning.serving import ServedModel, ServedModels
    from models.scorer import Scorer

T = TypeVar("T")

RETRY_S = 30

log = logging.getLogger("rejoinder.service")


class WebClassifier:
    """Loads the model once, for all threads; its arrays are memory maps, which all processes share.

    A model that cannot be loaded is tried again after RETRY_S seconds, and by no request before. ticks: a monotonic
    clock, in seconds.
    """

    def __init__(
        self, model_path: Path | None, *, uses_encoder: bool, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._model_path = model_path
        self._uses_encoder = uses_encoder
        self._ticks = ticks
        self._turn = threading.Lock()
        self._scorer: Scorer | None = None
        self._served: ServedModels | None = None
        self._failed_until = 0.0

    @property
    def is_loaded(self) -> bool:
        """Whether a check has come yet."""
        return self._scorer is not None

    def sketch_many(self, bodies: Sequence[str]) -> list[Sketch]:
        """The sketches of texts, by which near copies are found. Raises CannotScore."""
        self._loaded()
        from models.near_duplicates import sketch_many

        return _guarded(lambda: sketch_many(bodies))

    def site_models(self, uow: UnitOfWork, site_ids: Sequence[str]) -> "Sequence[ServedModel | None]":
        """For each of these sites its own model; None where it has none. Raises CannotScore."""
        scorer = self._loaded()
        from models.learning.serving import ServedModels

        self._served = self._served or ServedModels()
        return self._served.of_sites(uow.site_models, site_ids, model=scorer.version)

    def score_many(
        self,
        comments: Sequence[ScoringInput],
        *,
        with_evidence: bool = True,
        site_models: "Sequence[ServedModel | None]" = (),
        authors: Sequence[Author] = (),
    ) -> list[Score]:
        """The probabilities of texts, with what moved them. Raises CannotScore."""
        scorer = self._loaded()
        return _guarded(
            lambda: scorer.score_many(comments, with_evidence=with_evidence, site_models=site_models, authors=authors)
        )

    @staticmethod
    def languages() -> frozenset[str]:
        """The languages in which the model was trained for abuse, as ISO 639-1 codes."""
        from models.features.languages import LANGUAGE_CONFIDENCE

        return frozenset(LANGUAGE_CONFIDENCE)

    def _loaded(self) -> "Scorer":
        scorer = self._scorer
        if scorer is None:
            with self._turn:
                scorer = self._scorer = self._scorer or self._load()
        return scorer

    def _load(self) -> "Scorer":
        """Imported late: numpy would be a third of the memory of a process that never scores."""
        if self._ticks() < self._failed_until:
            raise CannotScore(retry_after_s=RETRY_S)
        try:
            from models.scorer import Scorer

            return Scorer.from_setting(self._model_path, with_encoder=self._uses_encoder)
        except (BadSetting, ImportError, OSError, MemoryError) as problem:
            self._failed_until = self._ticks() + RETRY_S
            log.error("model not loaded problem=%s", problem)
            raise CannotScore(retry_after_s=RETRY_S) from problem


def _guarded(work: Callable[[], T]) -> T:
    """The result of scoring. Any text may make it fail; then there is no answer rather than a made-up one."""
    try:
        return work()
    except Exception as problem:
        log.error("scoring failed problem=%s", type(problem).__name__)
        raise CannotScore(retry_after_s=RETRY_S) from problem
