"""Undo a decision, or all decisions of one bulk action."""

from collections.abc import Sequence

from flask import redirect, request
from flask.typing import ResponseReturnValue

from moderation import review
from moderation.accounts import Scope
from moderation.decision import Decision
from moderation.errors import AlreadyDecided, Invalid, NotFound, NothingToUndo
from service.dashboard.blueprint import bp
from service.dashboard.decide import BROKEN_FORM, place, too_many
from service.dashboard.notices import MAX_IDS
from service.dashboard.session import actor, check_may_decide
from service.resources import resources


@bp.post("/undo")
def undo() -> ResponseReturnValue:
    """Undo every decision that the form names, and list those that stay."""
    decision_ids = request.form.getlist("decision")
    if len(decision_ids) > MAX_IDS:
        raise Invalid("decision", too_many(len(decision_ids)))
    if any("\0" in decision_id for decision_id in decision_ids):  # PostgreSQL could not even look for it
        raise Invalid("decision", BROKEN_FORM)
    _check_sites(decision_ids)
    undone = {decision_id: _take_back(decision_id) for decision_id in decision_ids}
    decisions = [decision for decision in undone.values() if decision]
    kept = [decision_id for decision_id, decision in undone.items() if decision is None]
    outcome = {"done": [decision.id for decision in decisions], "kept": kept}
    return redirect(place(outcome, following=decisions[0].comment_id if decisions else ""), code=303)


def _take_back(decision_id: str) -> Decision | None:
    """The decision that takes that one back; None when that one stays."""
    here = resources()
    sites = actor().sites(Scope.MODERATE)
    try:
        return review.undo(here.store, here.dispatch, decision_id, actor().by, sites=sites, at=here.now()).decision
    except (NothingToUndo, AlreadyDecided):
        return None


def _check_sites(decision_ids: Sequence[str]) -> None:
    with resources().store.read() as uow:
        for decision_id in decision_ids:
            decision = uow.decisions.get(decision_id)
            if not actor().may(decision.site_id, Scope.READ):
                raise NotFound("decision", decision_id)
            check_may_decide(decision.site_id)
