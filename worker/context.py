"""What every job needs, opened once before RQ forks: settings, store, doorbell, classifier, clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moderation.config.settings import Settings
from moderation.dispatch import Doorbell
from moderation.store import Store
from moderation.store.sealing import Sealer
from worker.stop_flag import StopFlag

if TYPE_CHECKING:
    from models.scorer import Scorer


@dataclass(frozen=True, slots=True)
class Context:
    """What one worker process works with. now: its only clock. scorer: None in a process that never scores.

    places: by the name of a periodic job, where its next batch begins.
    """

    settings: Settings
    store: Store
    doorbell: Doorbell
    now: Callable[[], datetime]
    scorer: "Scorer | None" = None
    stop: StopFlag = field(default_factory=StopFlag)
    places: dict[str, Any] = field(default_factory=dict)


def make_context(settings: Settings, *, with_scorer: bool = False) -> Context:
    """Open everything. Raises BadSetting, also when the model cannot be used."""
    return Context(
        settings=settings,
        store=Store(settings.database_url, Sealer(settings.secret)),
        doorbell=Doorbell(settings.redis_url),
        now=lambda: datetime.now(UTC),
        scorer=load_scorer(settings) if with_scorer else None,
    )


def load_scorer(settings: Settings) -> "Scorer":
    """The classifier. Imported late: numpy would be a third of the memory of a process that never scores."""
    from models.scorer import Scorer

    scorer = Scorer.from_setting(settings.model_path, with_encoder=settings.uses_encoder)
    scorer.load_encoder()
    return scorer
