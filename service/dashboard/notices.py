"""The notices on top of a page after an action: what was done, what was not, and how to undo it.

The page's address names them by ids (`?done=dec_…&changed=cmt_…`), so it may be loaded again, and what they say is
read from the store: a made-up link cannot make it say anything untrue.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import request

from moderation.accounts import Actor, Scope
from moderation.decision import Action, Decision, Reason
from moderation.errors import NotFound
from moderation.messages import N_
from moderation.store import UnitOfWork
from service.dashboard.excerpts import excerpt
from service.dashboard.labels import ago, by_name, decision_sentence, effect_of, status_name
from service.http.language import _, ngettext

MAX_IDS = 100
QUOTE_LENGTH, NAME_LENGTH = 60, 30

OUTCOMES = ("done", "batch", "changed", "kept", "rule", "nothing")
"""The query string's words: decisions made, one of those that were made together, comments that somebody else had
changed, decisions that stay, rules about senders, and that there was nothing to undo."""

_IDS = ("done", "batch", "changed", "kept", "rule")

MOST_KEPT = 5
"""How many decisions that stay are listed one by one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a form. done, batch, kept: ids of decisions; changed: of comments; rule: of rules."""

    done: tuple[str, ...] = ()
    batch: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    nothing: bool = False
    rule: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        decisions: Sequence[Decision],
        *,
        changed: Sequence[str] = (),
        kept: Sequence[str] = (),
        nothing: bool = False,
    ) -> "Outcome":
        """Of decisions that were made at once; of many, the first one stands for all."""
        ids = tuple(decision.id for decision in decisions)
        is_one = len(ids) < 2 or len({(d.action, d.reason) for d in decisions}) > 1
        done, batch = (ids, ()) if is_one else ((), ids[:1])
        return cls(done, batch, tuple(changed[:MAX_IDS]), tuple(kept[:MOST_KEPT]), nothing)

    def in_url(self) -> dict[str, Any]:
        """What a page's address says of it."""
        said: dict[str, Any] = {word: list(getattr(self, word)) for word in _IDS}
        return said | ({"nothing": ["1"]} if self.nothing else {})


def outcome_of() -> Outcome:
    """What the address of this page says."""
    said = {word: tuple(request.args.getlist(word)[:MAX_IDS]) for word in _IDS}
    return Outcome(**said, nothing="nothing" in request.args)


@dataclass(frozen=True, slots=True)
class Notice:
    """kind: "done" or "refused". undoes: ids of the decisions that its Undo button undoes.

    batch: a decision that stands for all that were made with it, `count` in number.
    about: the id of the comment that one may want to look at, else "".
    others: of how many comments by the author of `author_of` it offers to approve them.
    rule: the id of a rule that its Undo button ends.
    """

    kind: str
    text: str
    undoes: tuple[str, ...] = ()
    batch: str = ""
    count: int = 1
    about: str = ""
    author_of: str = ""
    others: int = 0
    rule: str = ""


def notices_of(uow: UnitOfWork, actor: Actor, outcome: Outcome, *, at: datetime) -> list[Notice]:
    """The notices for an outcome. What this actor may not read is passed over."""
    done = [d for id in outcome.done if (d := _decision(uow, actor, id))]
    batches = [d for id in outcome.batch[:MOST_KEPT] if (d := _decision(uow, actor, id))]
    changed = [n for id in outcome.changed if (n := _changed(uow, actor, id, at=at))]
    kept = [_kept(uow, d, at=at) for id in outcome.kept if (d := _decision(uow, actor, id))]
    nothing = [Notice("refused", _("None of your decisions of the last 30 days is left to undo."))]
    together = [_batch(uow, actor, decision) for decision in batches]
    rules = [n for id in outcome.rule[:MOST_KEPT] if (n := _rule(uow, actor, id, at=at))]
    return [*_grouped(uow, actor, done), *together, *changed, *kept, *rules, *(nothing if outcome.nothing else ())]


def _rule(uow: UnitOfWork, actor: Actor, rule_id: str, *, at: datetime) -> Notice | None:
    """What a rule about a sender does from now on, or that it has ended."""
    try:
        rule = uow.sender_rules.get(rule_id)
    except NotFound:
        return None
    if not actor.may(rule.site_id, Scope.READ):
        return None
    effect = effect_of(rule)
    if not rule.is_active(at):
        return Notice("done", _("Ended: %(effect)s.", effect=effect))
    can_end = actor.may(rule.site_id, Scope.MODERATE)
    return Notice("done", _("From now on: %(effect)s.", effect=effect), rule=rule.id if can_end else "")


def _batch(uow: UnitOfWork, actor: Actor, decision: Decision) -> Notice:
    """One notice for all decisions that were made together with this one."""
    together = uow.decisions.made_together(decision) or [decision]
    alike = [each for each in together if actor.may(each.site_id, Scope.READ)]
    return replace(_done(uow, actor, alike), undoes=(), batch=decision.id if decision.action.spec.undoable else "")


def _grouped(uow: UnitOfWork, actor: Actor, done: Sequence[Decision]) -> list[Notice]:
    """One notice for each kind of decision, however many there were."""
    groups: dict[tuple[Action, Reason], list[Decision]] = {}
    for decision in done:
        groups.setdefault((decision.action, decision.reason), []).append(decision)
    return [_done(uow, actor, alike) for alike in groups.values()]


def _done(uow: UnitOfWork, actor: Actor, alike: Sequence[Decision]) -> Notice:
    first = alike[0]
    notice = _words_of(uow, first, len(alike))
    if first.by.id != actor.id:
        notice = _("%(by)s: %(notice)s", by=by_name(first.by), notice=notice)
    can_undo = first.action.spec.undoable and actor.may(first.site_id, Scope.MODERATE)
    others = _others_by_the_author(uow, first) if can_undo and len(alike) == 1 else 0
    return Notice(
        "done",
        notice,
        tuple(d.id for d in alike) if can_undo else (),
        count=len(alike),
        author_of=first.comment_id if others else "",
        others=others,
    )


def _others_by_the_author(uow: UnitOfWork, decision: Decision) -> int:
    """How many more comments wait by an author of whom one was just approved."""
    if decision.action is not Action.APPROVE:
        return 0
    return len(uow.authors.waiting([decision.comment_id], limit=MAX_IDS))


def _words_of(uow: UnitOfWork, decision: Decision, count: int) -> str:
    spec = decision.action.spec
    params = {"status": status_name(decision.status_after), "reason": _(decision.reason.spec.name)}
    if count > 1 and spec.notice_many:
        return ngettext(*spec.notice_many, count, **params)
    return _(spec.notice, comment=_quoted(uow, decision.comment_id), **params)


def _changed(uow: UnitOfWork, actor: Actor, comment_id: str, *, at: datetime) -> Notice | None:
    try:
        comment = uow.comments.get(comment_id)
    except NotFound:
        return Notice("refused", _("Nothing was decided: that comment no longer exists."))
    if not actor.may(comment.site_id, Scope.READ):
        return None
    last = uow.decisions.last(comment_id)
    about = {"comment": _quoted(uow, comment_id), "status": status_name(comment.status)}
    if last:
        text = N_("Your decision was not saved: %(comment)s is already %(status)s (%(decision)s, %(ago)s).")
        notice = _(text, decision=decision_sentence(last), ago=ago(last.at, at), **about)
    else:
        notice = _("Your decision was not saved: %(comment)s has changed; it is now %(status)s.", **about)
    return Notice("refused", notice, about=comment_id)


def _kept(uow: UnitOfWork, decision: Decision, *, at: datetime) -> Notice:
    text = N_(
        "Not undone: %(comment)s. The decision (%(decision)s, %(ago)s) is too old or no longer the newest one; "
        "decide again."
    )
    made = {"decision": decision_sentence(decision), "ago": ago(decision.at, at)}
    return Notice("refused", _(text, comment=_quoted(uow, decision.comment_id), **made), about=decision.comment_id)


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
        return _("an erased comment")
    return _(
        "“%(text)s” by %(name)s", text=excerpt(comment.body, QUOTE_LENGTH), name=excerpt(comment.name, NAME_LENGTH)
    )
