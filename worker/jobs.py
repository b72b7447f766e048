"""Everything a worker can be asked to do: one short function each, without arguments."""

from worker import deliver
from worker.context import Context
from worker.draining import drain

_prepared: list[Context] = []


def prepare(context: Context) -> None:
    """Set what the jobs of this process work with. Called once, before the first job and so before any fork."""
    _prepared[:] = [context]
    if context.scorer is not None:
        import worker.scoring  # noqa: F401 - so that no child has to; the other processes need no numpy


def drain_scoring() -> int:
    """Score every comment that waits; returns how many were decided."""
    from worker import scoring

    [context] = _prepared
    return drain(context, "scoring", lambda: scoring.score_waiting(context))


def drain_deliveries() -> int:
    """Send every webhook that is due; returns how many were tried."""
    [context] = _prepared
    return drain(context, "delivery", lambda: deliver.send_due(context))
