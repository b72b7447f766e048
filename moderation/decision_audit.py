"""Compares the decisions that pages show with the entries that the audit trail has about them.

The trail holds each decision's comment, action, reason, revision, status, moderator and time. It holds no note and no
name, so a change of those is not found.
"""

from collections.abc import Iterator
from typing import Any

from moderation.audit import Entry
from moderation.store import UnitOfWork
from moderation.store.database.utc_timestamp import micros_of

COMPARED_AT_ONCE = 1_000

NAMED = 100
"""How many differences are reported of each site."""


class DecisionAudit:
    """Follows the chain of one site. differing: ids of decisions that are not as the trail says, or are missing.

    unaudited: how many decisions the table has that are not in the trail.
    """

    def __init__(self, uow: UnitOfWork, site_id: str) -> None:
        self._uow = uow
        self.site_id = site_id
        self._waiting: dict[str, Entry] = {}
        self._audited = 0
        self.differing: list[str] = []
        self.unaudited = 0

    def follow(self, entries: Iterator[Entry]) -> Iterator[Entry]:
        """Pass the entries through, and compare the decisions among them."""
        for entry in entries:
            yield entry  # first: whoever checks the chain stops at an entry that is not whole
            if entry.fact.action == "site.removed":  # with its decisions
                self._waiting, self._audited, self.differing = {}, 0, []
            elif entry.fact.action.startswith("decision."):
                self._waiting[str(entry.fact.detail.get("decision"))] = entry
            if len(self._waiting) >= COMPARED_AT_ONCE:
                self._compare()
        self._compare()
        self.unaudited = max(0, self._uow.decisions.count_of(self.site_id) - self._audited)

    def lines(self) -> list[str]:
        """What was found, for people; empty when the table is as the trail says."""
        name = f"{self.site_id}: "
        lines = [
            f"{name}CHANGED: decision {id} is missing, or not as the audit trail has it." for id in self.differing
        ]
        if self.unaudited:
            lines.append(f"{name}ADDED: {self.unaudited} decisions are not in the audit trail.")
        return lines

    def _compare(self) -> None:
        stored = self._uow.decisions.audited_columns(list(self._waiting))
        differing = [id for id, entry in self._waiting.items() if stored.get(id) != _columns_of(entry)]
        self.differing += differing[: NAMED - len(self.differing)]
        self._audited += len(stored)
        self._waiting = {}


def _columns_of(entry: Entry) -> tuple[Any, ...]:
    """What `audited_columns` gives for the decision of this entry."""
    fact, detail = entry.fact, entry.fact.detail
    action = fact.action.removeprefix("decision.")
    named = (detail.get("reason"), detail.get("revision"), detail.get("status"), detail.get("undoes"))
    return (micros_of(fact.at), fact.by_id, action, fact.subject, *named)
