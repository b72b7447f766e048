"""Undo a decision, all decisions of one bulk action, or the moderator's last one; as often as there is another."""

from collections.abc import Sequence

from flask import redirect, request
from flask.typing import ResponseReturnValue

from moderation import review
from moderation.accounts import Scope
from moderation.decision import Decision
from moderation.errors import Invalid, NotFound
from moderation.review import BULK_LIMIT, DecisionResult
from service.dashboard.blueprint import bp
from service.dashboard.decide import BROKEN_FORM, place, too_many
from service.dashboard.in_place import in_place
from service.dashboard.notices import MAX_IDS, Outcome
from service.dashboard.session import actor, check_may_decide, wants_json
from service.resources import resources

SHOWN = 50
"""How many comments that came back are shown at once."""


@bp.post("/undo")
def undo() -> ResponseReturnValue:
    """Undo every decision that the form names, and list those that stay.

    It names them one by one (`decision`), all that were made together with one (`batch`), or the last (`last`).
    """
    decision_ids = _asked()
    _check_sites(decision_ids[:MAX_IDS])
    undone = _take_back(decision_ids)
    kept = [decision_id for decision_id, decision in undone.items() if decision is None]
    outcome = Outcome.of([decision for decision in undone.values() if decision], kept=kept, nothing=not undone)
    comment_ids = [decision.comment_id for decision in undone.values() if decision]
    if wants_json():
        return in_place(outcome, comment_ids[:SHOWN])
    return redirect(place(outcome, following=comment_ids[0] if comment_ids else ""), code=303)


def _asked() -> list[str]:
    named = request.form.getlist("decision")
    if len(named) > MAX_IDS:
        raise Invalid("decision", too_many(len(named)))
    batch = request.form.get("batch", "")
    if any("\0" in decision_id for decision_id in (*named, batch)):  # PostgreSQL could not even look for it
        raise Invalid("decision", BROKEN_FORM)
    with resources().store.read() as uow:
        if batch:
            first: Decision | None = uow.decisions.get(batch)
        else:
            first = uow.decisions.last_standing(actor().id) if "last" in request.form else None
        return named + [decision.id for decision in uow.decisions.made_together(first)] if first else named


def _take_back(decision_ids: Sequence[str]) -> dict[str, Decision | None]:
    """By decision, the one that takes it back; None where it stays. All bear one time, so that they are one batch."""
    here, sites, at = resources(), actor().sites(Scope.MODERATE), resources().now()
    undone: dict[str, Decision | None] = {}
    for start in range(0, len(decision_ids), BULK_LIMIT):
        some = decision_ids[start : start + BULK_LIMIT]
        results = review.undo_many(here.store, here.dispatch, some, actor().by, sites=sites, at=at)
        for decision_id, result in zip(some, results, strict=True):
            undone[decision_id] = result.decision if isinstance(result, DecisionResult) else None
    return undone


def _check_sites(decision_ids: Sequence[str]) -> None:
    with resources().store.read() as uow:
        for decision_id in decision_ids:
            decision = uow.decisions.get(decision_id)
            if not actor().may(decision.site_id, Scope.READ):
                raise NotFound("decision", decision_id)
            check_may_decide(decision.site_id)
