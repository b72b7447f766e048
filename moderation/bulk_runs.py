"""Decisions about everything that a search finds: begun by a moderator, carried out by a worker, undone as one.

A worker decides a hundred at a time and notes the time before it does. So after kill -9 it goes on where it was:
what it had decided no longer matches the search, and compare-and-set keeps a second worker from deciding it again.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from moderation.actions import Action
from moderation.audit import AuditEvent
from moderation.bulk_run import BulkRun, RunStatus
from moderation.comment import Status
from moderation.decided_by import DecidedBy
from moderation.dispatch import Dispatch
from moderation.errors import Invalid
from moderation.ids import new_id
from moderation.messages import N_, Message
from moderation.process.failpoints import reach
from moderation.queue import Order, Search
from moderation.reasons import MODERATOR_REASONS, Reason
from moderation.review import BULK_LIMIT, DecisionRequest, decide_many, undo_many
from moderation.store import Store, UnitOfWork
from moderation.store.sealing import SealBroken, Sealer

AT_ONCE = 100
_TIMES = ("since", "until")


def begin_run(
    uow: UnitOfWork,
    search: Search,
    action: Action,
    reason: Reason | None,
    by: DecidedBy,
    *,
    note: str = "",
    at: datetime,
) -> BulkRun:
    """Begin to decide about all that the search finds now. search.sites: those the moderator may decide for.

    Raises Invalid where nothing matches, without a reason for rejecting, and when all of it is decided so already.
    """
    if action.spec.needs_reason and reason not in MODERATOR_REASONS:
        raise Invalid("reason", Message(N_("choose one of the reasons for rejecting.")))
    if search.status is None or search.status is action.spec.status_after:
        raise Invalid("status", Message(N_("choose comments that are not decided so already.")))
    found = uow.queue.counts(search)[search.status.value]
    if not found.number and not found.is_more:
        raise Invalid("status", Message(N_("no comment matches these filters.")))
    asked = search_json(search, uow.sealer)
    run = BulkRun(
        new_id("run", at=at), by, search.sites, asked, action, reason, note, at, RunStatus.WAITING, found.number
    )
    return _begun(uow, run)


def begin_undo(uow: UnitOfWork, run_id: str, by: DecidedBy, *, sites: Sequence[str], at: datetime) -> BulkRun:
    """Begin to take back all that a run decided; if it still goes on, it stops. Raises NotFound."""
    run = uow.bulk_runs.get(run_id)
    if run.status is RunStatus.WAITING:
        uow.bulk_runs.end(run_id, RunStatus.CANCELLED, at=at)
    total = uow.bulk_runs.decided(run)
    undo = BulkRun(
        new_id("run", at=at),
        by,
        tuple(sites),
        {"undoes": run_id},
        Action.UNDO,
        None,
        "",
        at,
        RunStatus.WAITING,
        total,
    )
    return _begun(uow, undo)


def cancel_run(uow: UnitOfWork, run_id: str, *, by_id: str, at: datetime) -> BulkRun:
    """Stop a run; what it decided stands. Raises NotFound."""
    run = uow.bulk_runs.get(run_id)
    if run.status is RunStatus.WAITING:
        uow.bulk_runs.end(run_id, RunStatus.CANCELLED, at=at)
        for site_id in sorted(run.sites):
            uow.audit.append(site_id, [AuditEvent(at, by_id, "bulk.cancelled", run_id)])
    return uow.bulk_runs.get(run_id)


def carry_out_some(store: Store, dispatch: Dispatch, *, at: datetime) -> int:
    """Decide about the next hundred of the oldest run; returns 0 when no run is left.

    A run whose sealed filter cannot be opened any more is cancelled, so that it does not hold up the others.
    """
    with store.read() as uow:
        run = uow.bulk_runs.next_waiting()
    if run is None:
        return 0
    if run.undoes:
        _undo_some(store, dispatch, run, at=at)
        return 1
    try:
        _decide_some(store, dispatch, run, at=at)
    except SealBroken:
        store.write(lambda uow: uow.bulk_runs.end(run.id, RunStatus.CANCELLED, at=at))
    return 1


def _begun(uow: UnitOfWork, run: BulkRun) -> BulkRun:
    uow.bulk_runs.add(run)
    detail = {"action": run.action.value, "comments": run.total}
    for site_id in sorted(run.sites):
        uow.audit.append(site_id, [AuditEvent(run.at, run.by.id, "bulk.begun", run.id, detail)])
    return run


def _decide_some(store: Store, dispatch: Dispatch, run: BulkRun, *, at: datetime) -> None:
    with store.read() as uow:
        page = uow.queue.page(search_from(run.asked, store.sealer, limit=AT_ONCE, cursor=run.cursor))
    covered = [comment for comment in page.comments if comment.received_at <= run.at]
    is_last = not page.next_cursor or len(covered) < len(page.comments)
    requests = [DecisionRequest(c.id, run.action, c.revision, run.reason, run.note) for c in covered]
    if requests:
        if not store.write(lambda uow: uow.bulk_runs.note_time(run.id, at)):
            return
        reach("bulk.before_decisions")
        decide_many(store, dispatch, requests, run.by, sites=run.sites, at=at)
    reach("bulk.after_decisions")
    if is_last:
        store.write(lambda uow: uow.bulk_runs.end(run.id, RunStatus.DONE, at=at))
    else:
        store.write(lambda uow: uow.bulk_runs.move_on(run.id, page.next_cursor))


def _undo_some(store: Store, dispatch: Dispatch, run: BulkRun, *, at: datetime) -> None:
    with store.read() as uow:
        undone = uow.bulk_runs.get(run.undoes)
        place = int(run.cursor or 0)
        made = uow.bulk_runs.decisions_at(undone, undone.times[place]) if place < len(undone.times) else []
    if made and not store.write(lambda uow: uow.bulk_runs.note_time(run.id, at)):
        return
    for start in range(0, len(made), BULK_LIMIT):
        undo_many(store, dispatch, made[start : start + BULK_LIMIT], run.by, sites=run.sites, at=at)
    is_last = place + 1 >= len(undone.times)

    def note(uow: UnitOfWork) -> None:
        uow.bulk_runs.move_on(run.id, str(place + 1))
        if is_last:
            uow.bulk_runs.end(run.id, RunStatus.DONE, at=at)

    store.write(note)


def search_json(search: Search, sealer: Sealer) -> dict[str, Any]:
    """A search as JSON, in which an e-mail address is sealed."""
    found = {name: value for name, value in asdict(search).items() if value or value == 0.0} | {
        "sites": list(search.sites)
    }
    if "@" in search.author:
        found["author"] = "~" + base64.b64encode(sealer.seal(search.author.encode(), about="run")).decode()
    found |= {name: getattr(search, name).isoformat() for name in _TIMES if getattr(search, name)}
    return {name: found[name] for name in found if name not in ("limit", "cursor", "order")}


def search_from(asked: Mapping[str, Any], sealer: Sealer, *, limit: int, cursor: str) -> Search:
    """The search again, in the order of arrival, so that it ends where it began."""
    found = dict(asked) | {"sites": tuple(asked["sites"])}
    if str(found.get("author", "")).startswith("~"):
        found["author"] = sealer.open(base64.b64decode(found["author"][1:]), about="run").decode()
    found["status"] = Status(found["status"]) if found.get("status") else None
    found |= {name: datetime.fromisoformat(found[name]) for name in _TIMES if name in found}
    found["reason"] = Reason(found["reason"]) if found.get("reason") else None
    return Search(**found, order=Order.OLDEST, limit=limit, cursor=cursor)
