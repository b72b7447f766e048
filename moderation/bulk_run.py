"""One decision about everything that a search finds: what was asked for, and how far it got."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from moderation.actions import Action
from moderation.decided_by import DecidedBy
from moderation.reasons import Reason


class RunStatus(StrEnum):
    """Where a run is. CANCELLED: somebody stopped it; what it had decided stands."""

    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class BulkRun:
    """A decision about a list. It covers what had come by `at`, on these sites.

    asked: the search as `search_json` has it; of an undo, the id of the run that it takes back under "undoes".
    times: when it decided, in order: all decisions of this moderator at these times are the run's.
    total: how many comments the search had found. cursor: where to go on.
    """

    id: str
    by: DecidedBy
    sites: tuple[str, ...]
    asked: Mapping[str, Any]
    action: Action
    reason: Reason | None
    note: str
    at: datetime
    status: RunStatus
    total: int
    times: tuple[datetime, ...] = ()
    cursor: str = ""
    ended_at: datetime | None = None

    @property
    def undoes(self) -> str:
        """The id of the run that it takes back, "" for a decision."""
        return str(self.asked.get("undoes", ""))
