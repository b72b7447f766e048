"""What is said on top of a page after an action: what was done, what was not, and how to take it back.

A page after an action is asked for by ids (`?done=dec_…&changed=cmt_…`), so it may be loaded again at no harm, and
what it says is read from the store: a made-up link cannot make it say anything untrue.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from moderation.accounts import Actor, Scope
from moderation.decision import Action, Decision, Reason
from moderation.errors import NotFound
from moderation.store import UnitOfWork
from service.dashboard.cards import excerpt
from service.dashboard.labels import REASON_NAMES, ago, counted

MAX_IDS = 100
QUOTE_LENGTH, NAME_LENGTH = 60, 30

OUTCOMES = ("done", "changed", "kept")
"""The query string's words: decisions made, comments that somebody else had changed, decisions that stay."""


@dataclass(frozen=True, slots=True)
class Notice:
    """kind: "done" or "refused". undoes: ids of the decisions that its Undo button takes back.

    about: the id of the comment that one may want to look at, else "".
    """

    kind: str
    text: str
    undoes: tuple[str, ...] = ()
    about: str = ""


def notices_of(uow: UnitOfWork, actor: Actor, outcome: dict[str, list[str]], *, at: datetime) -> list[Notice]:
    """The notices for what the query string names. What this actor may not read is passed over."""
    done = [d for id in outcome.get("done", [])[:MAX_IDS] if (d := _decision(uow, actor, id))]
    changed = [n for id in outcome.get("changed", [])[:MAX_IDS] if (n := _changed(uow, actor, id, at=at))]
    kept = [_kept(uow, d, at=at) for id in outcome.get("kept", [])[:MAX_IDS] if (d := _decision(uow, actor, id))]
    return [*_grouped(uow, actor, done), *changed, *kept]


def _grouped(uow: UnitOfWork, actor: Actor, done: Sequence[Decision]) -> list[Notice]:
    """One notice for each kind of decision, however many there were."""
    groups: dict[tuple[Action, Reason], list[Decision]] = {}
    for decision in done:
        groups.setdefault((decision.action, decision.reason), []).append(decision)
    return [_done(uow, actor, alike) for alike in groups.values()]


def _done(uow: UnitOfWork, actor: Actor, alike: Sequence[Decision]) -> Notice:
    first = alike[0]
    what = _quoted(uow, first.comment_id) if len(alike) == 1 else counted(len(alike), "comment")
    by = "" if first.by.id == actor.id else f"{first.by.name}: "
    can_undo = first.action in {Action.APPROVE, Action.REJECT} and actor.may(first.site_id, Scope.MODERATE)
    return Notice("done", by + _deed(first, what, len(alike)), tuple(d.id for d in alike) if can_undo else ())


def _deed(decision: Decision, what: str, count: int) -> str:
    if decision.action is Action.APPROVE:
        return f"Approved {what}."
    if decision.action is Action.REJECT:
        return f"Rejected {what} ({REASON_NAMES[decision.reason].lower()})."
    return f"Taken back: {what} {'is' if count == 1 else 'are'} {decision.status_after} again."


def _changed(uow: UnitOfWork, actor: Actor, comment_id: str, *, at: datetime) -> Notice | None:
    try:
        comment = uow.comments.get(comment_id)
    except NotFound:
        return Notice("refused", "Nothing was decided: that comment is no longer here.")
    if not actor.may(comment.site_id, Scope.READ):
        return None
    last = uow.decisions.last(comment_id)
    since = f" by {last.by.name}, {ago(last.at, at)}" if last else ""
    now = f"it is {comment.status} now ({_last_act(last)}{since})" if last else f"it is {comment.status} now"
    told = f"Your decision was not made: {_quoted(uow, comment_id)} changed before; {now}."
    return Notice("refused", told, about=comment_id)


def _last_act(last: Decision) -> str:
    acts = {Action.APPROVE: "approved", Action.REJECT: "rejected", Action.HOLD: "held", Action.UNDO: "taken back"}
    return acts[last.action]


def _kept(uow: UnitOfWork, decision: Decision, *, at: datetime) -> Notice:
    what = _quoted(uow, decision.comment_id)
    made = f"{decision.action} by {decision.by.name}, {ago(decision.at, at)}"
    told = f"Not taken back: {what}. This decision ({made}) is not its newest one any more, or too old; decide anew."
    return Notice("refused", told, about=decision.comment_id)


def _decision(uow: UnitOfWork, actor: Actor, decision_id: str) -> Decision | None:
    try:
        decision = uow.decisions.get(decision_id)
    except NotFound:
        return None
    return decision if actor.may(decision.site_id, Scope.READ) else None


def _quoted(uow: UnitOfWork, comment_id: str) -> str:
    try:
        comment = uow.comments.get(comment_id)
    except NotFound:
        return "a comment that was erased"
    return f"“{excerpt(comment.body, QUOTE_LENGTH)}” by {excerpt(comment.name, NAME_LENGTH)}"
