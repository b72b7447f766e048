"""Destroys once a day what sites keep no longer; `moderation/erasing/destroy.py` does it, some rows at a time."""

import logging
from collections import Counter

from moderation.erasing.destroy import BEGINNING, destroy_next
from worker.context import Context

log = logging.getLogger("rejoinder.retention")


def destroy_some(context: Context) -> int:
    """Look at the next rows; returns 0 after the last, and logs how much the run destroyed."""
    place, counts = context.places.pop("retention", (BEGINNING, Counter()))
    some, following = destroy_next(context.store, place, at=context.now())
    counts.update(some)
    if following is not None:
        context.places["retention"] = (following, counts)
        return 1
    for (site_id, what), count in sorted(counts.items()):
        log.info("destroyed site=%s what=%s count=%d", site_id, what, count)
    return 0
