"""What every job needs, made once before RQ forks: settings, store, doorbell, classifier, clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from models.scorer import Scorer
from moderation.dispatch import Doorbell
from moderation.settings import Settings
from moderation.store import Store
from moderation.store.sealing import Sealer
from worker.stopping import StopFlag


@dataclass(frozen=True, slots=True)
class Context:
    """One worker process. now: its only clock. scorer: None in a process that never scores."""

    settings: Settings
    store: Store
    doorbell: Doorbell
    now: Callable[[], datetime]
    scorer: Scorer | None = None
    stop: StopFlag = field(default_factory=StopFlag)


def make_context(settings: Settings, *, with_scorer: bool = False) -> Context:
    """Open everything. Raises what `Scorer.load` raises when the artifact cannot be trusted."""
    return Context(
        settings=settings,
        store=Store(settings.database_url, Sealer(settings.secret)),
        doorbell=Doorbell(settings.redis_url),
        now=lambda: datetime.now(UTC),
        scorer=Scorer.load(settings.model_path) if with_scorer else None,
    )
