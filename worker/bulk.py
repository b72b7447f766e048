"""Carries out decisions about whole lists, a hundred comments at a time."""

from moderation.bulk_runs import carry_out_some
from worker.context import Context


def carry_out(context: Context) -> int:
    """Go on with the oldest run; returns 0 when there is none."""
    return carry_out_some(context.store, context.doorbell, at=context.now())
