"""What sites let the machine do, and what is proven of it: settings, counts and alarms."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, case, delete, select, update

from moderation.actions import Action
from moderation.automation import ACTIONS, Automation, Mode, Pause
from moderation.proof import Alarm, Ladder
from moderation.store.database.any_of import any_of
from moderation.store.database.bulk_sql import insert_many
from moderation.store.tables import automations, proofs, site_learning


class AutomationRepository:
    """The automation of one transaction's sites. A site that never changed anything has no row."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, site_id: str) -> Automation:
        """That of one site, which must exist."""
        return self.get_many([site_id])[site_id]

    def get_many(self, site_ids: Sequence[str]) -> dict[str, Automation]:
        """That of each of these sites, by id."""
        return self._read(site_ids, self._connection.execute(_BY_SITE, {"ids": site_ids}).all())

    def paused(self, site_ids: Sequence[str]) -> list[str]:
        """Those of these sites on which something other than an owner paused it, until an owner chooses a mode."""
        return list(self._connection.scalars(_PAUSED, {"ids": list(site_ids)}))

    def lock(self, site_id: str) -> Automation:
        """That of one site; nobody else may change it until this transaction ends."""
        first = Automation(site_id)
        insert_many(self._connection, automations, [_columns(first)], keep=["site_id"])
        rows = self._connection.execute(_BY_SITE.with_for_update(of=automations), {"ids": [site_id]}).all()
        return self._read([site_id], rows)[site_id]

    def save(self, automation: Automation) -> None:
        """Store all of it; the caller has locked it."""
        insert_many(self._connection, automations, [_columns(automation)], replace=["site_id"])
        self._connection.execute(delete(proofs).where(proofs.c.site_id == automation.site_id))
        insert_many(
            self._connection,
            proofs,
            [
                {
                    "site_id": automation.site_id,
                    "line": line,
                    "action": action.value,
                    "seen": list(ladder.seen),
                    "wrong": list(ladder.wrong),
                }
                for (line, action), ladder in sorted(automation.ladders.items())
            ],
        )

    def use_watch(self, site_id: str, count: int) -> None:
        """So many automatic decisions were due since an error raised the share of checks."""
        left = case((automations.c.watched > count, automations.c.watched - count), else_=0)
        self._connection.execute(
            update(automations)
            .where(automations.c.site_id == site_id, automations.c.watched > 0)
            .values(watched=left)
        )

    def _read(self, site_ids: Sequence[str], rows: Sequence[Row[Any]]) -> dict[str, Automation]:
        ladders: dict[str, dict[tuple[str, Action], Ladder]] = {site_id: {} for site_id in site_ids}
        for row in rows:
            if row.proven is not None:
                ladders[row.site_id][row.proof_line, Action(row.proven)] = Ladder(tuple(row.seen), tuple(row.wrong))
        found = {site_id: Automation(site_id) for site_id in site_ids}
        return found | {row.site_id: _automation_from(row, ladders[row.site_id]) for row in rows}


def _automation_from(row: Row[Any], ladders: dict[tuple[str, Action], Ladder]) -> Automation:
    return Automation(
        site_id=row.site_id,
        mode=Mode(row.mode),
        one_in={Action.APPROVE: row.approve_one_in, Action.REJECT: row.reject_one_in},
        line=row.line,
        watched=row.watched,
        paused=Pause(row.paused) if row.paused else None,
        paused_at=row.paused_at,
        ladders=ladders,
        alarms={action: Alarm(tuple(row.alarms[action.value])) for action in ACTIONS if action.value in row.alarms},
        lessons=row.lessons or 0,
        model=row.model,
    )


def _columns(automation: Automation) -> dict[str, Any]:
    return {
        "site_id": automation.site_id,
        "mode": automation.mode.value,
        "line": automation.line,
        "approve_one_in": automation.one_in[Action.APPROVE],
        "reject_one_in": automation.one_in[Action.REJECT],
        "watched": automation.watched,
        "paused": automation.paused.value if automation.paused else "",
        "paused_at": automation.paused_at,
        "alarms": {action.value: list(alarm.sums) for action, alarm in automation.alarms.items()},
        "model": automation.model,
    }


_BY_SITE = (  # a row for each proof, or one without any
    select(automations, site_learning.c.lessons)
    .add_columns(proofs.c.line.label("proof_line"), proofs.c.action.label("proven"), proofs.c.seen, proofs.c.wrong)
    .select_from(
        automations.outerjoin(site_learning, site_learning.c.site_id == automations.c.site_id).outerjoin(
            proofs, proofs.c.site_id == automations.c.site_id
        )
    )
    .where(any_of(automations.c.site_id, "ids"))
)
_PAUSED = (
    select(automations.c.site_id)
    .where(any_of(automations.c.site_id, "ids"), automations.c.paused.not_in(["", Pause.OWNER.value]))
    .order_by(automations.c.site_id)
)
