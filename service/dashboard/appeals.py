"""Appeals: what authors object to, the oldest first, and a decision about each."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation import appeal_review
from moderation.accounts import Scope
from moderation.appeal_review import AppealDecision
from moderation.appeals import DECIDABLE, MAX_TEXT, Appeal, Outcome
from moderation.decision import Decision
from moderation.errors import Invalid, NotFound
from moderation.messages import N_, Message
from moderation.store import UnitOfWork
from service.dashboard.blueprint import bp
from service.dashboard.cards import Card, card_of
from service.dashboard.decide import asked_revision, asked_text
from service.dashboard.session import actor, check_may_decide
from service.resources import resources

SHOWN = 25


@dataclass(frozen=True, slots=True)
class AppealCard:
    """An open appeal, ready to show. about: the decision that the author objects to.

    may_decide: whether this moderator may; is_own: whether they may not only because the decision is their own.
    """

    appeal: Appeal
    card: Card
    about: Decision
    may_decide: bool
    is_own: bool


@bp.get("/appeals")
def show_appeals() -> str:
    """The open appeals, the oldest first."""
    sites = actor().sites(Scope.READ)
    with resources().store.read() as uow:
        cards = [card for appeal in uow.appeals.waiting(sites=sites, limit=SHOWN) if (card := _card(uow, appeal))]
        count = uow.appeals.count_waiting(sites=sites)
    return render_template(
        "dashboard/appeals.html", appeals=cards, count=count, most=MAX_TEXT, said=request.args.get("decided", "")
    )


@bp.post("/appeals/<appeal_id>/decision")
def decide_appeal(appeal_id: str) -> ResponseReturnValue:
    """Grant an appeal or refuse it."""
    with resources().store.read() as uow:
        appeal = uow.appeals.get(appeal_id) if "\0" not in appeal_id else None
    if appeal is None or not actor().may(appeal.site_id, Scope.READ):
        raise NotFound("appeal", appeal_id)
    check_may_decide(appeal.site_id)
    outcome, here = _asked_outcome(), resources()
    asked = AppealDecision(appeal_id, outcome, asked_revision(), asked_text("answer"))
    appeal_review.decide_appeal(
        here.store, here.dispatch, asked, actor().by, sites=actor().sites(Scope.MODERATE), at=here.now()
    )
    return redirect(url_for("dashboard.show_appeals", decided=outcome.value), code=303)


def _card(uow: UnitOfWork, appeal: Appeal) -> AppealCard | None:
    """The appeal with its comment, as nobody can decide about it by the usual buttons; None for one just erased."""
    found = uow.comments.get_many([appeal.comment_id], with_scores=True)
    if not found:
        return None
    [detail] = uow.queue.details(found)
    about = uow.decisions.get(appeal.decision_id)
    is_moderator = actor().may(appeal.site_id, Scope.MODERATE)
    is_other = appeal_review.may_decide(uow, appeal, about, actor().id)
    card = card_of(detail, may_decide=False, at=resources().now(), whole=True)
    return AppealCard(appeal, card, about, is_moderator and is_other, is_moderator and not is_other)


def _asked_outcome() -> Outcome:
    said = request.form.get("outcome", "")
    if said not in DECIDABLE:
        raise Invalid("outcome", Message(N_("choose one of the two buttons.")))
    return Outcome(said)
