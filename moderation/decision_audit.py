"""Compares the decisions that pages show with the entries that the audit trail has about them.

The trail holds each decision's comment, action, reason, revision, status, moderator and time. It holds no note and no
name, so a change of those is not found.
"""

from collections.abc import Iterator

from moderation.audit import ChainCheck, Entry
from moderation.store import UnitOfWork

NAMED = 100
"""How many differences are reported of each site."""


class DecisionAudit:
    """Follows the chain of one site, then compares.

    differing: ids of decisions that are not as the trail says, or are missing. unaudited: how many decisions the
    table has that are not in the trail.
    """

    def __init__(self, uow: UnitOfWork, site_id: str) -> None:
        self._uow = uow
        self.site_id = site_id
        self._removed_at = 0
        self.differing: list[str] = []
        self.unaudited = 0

    def follow(self, entries: Iterator[Entry]) -> Iterator[Entry]:
        """Pass the entries through, and remember where the site was removed: with it went its decisions."""
        for entry in entries:
            yield entry  # first: whoever checks the chain stops at an entry that is not whole
            if entry.fact.action == "site.removed":
                self._removed_at = entry.number

    def compare(self, chain: ChainCheck) -> None:
        """Compare the decisions with those of the chain's entries that are whole."""
        trail, between = self._uow.audit, (self._removed_at, chain.entries)
        self.differing = trail.differing_decisions(self.site_id, between, limit=NAMED)
        if not chain.broken_at:
            audited = trail.count_decisions(self.site_id, between)
            self.unaudited = max(0, self._uow.decisions.count_of(self.site_id) - audited)

    def lines(self) -> list[str]:
        """What was found, for people; empty when the table is as the trail says."""
        name = f"{self.site_id}: "
        lines = [
            f"{name}CHANGED: decision {id} is missing, or not as the audit trail has it." for id in self.differing
        ]
        if self.unaudited:
            lines.append(f"{name}ADDED: {self.unaudited} decisions are not in the audit trail.")
        return lines
