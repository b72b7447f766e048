"""Reported comments: what readers say is wrong with them, the weightiest first."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation import report_review
from moderation.accounts import Scope
from moderation.errors import Invalid
from moderation.store import UnitOfWork
from service.dashboard.blueprint import bp
from service.dashboard.cards import Card, card_of
from service.dashboard.decide import BROKEN_FORM
from service.dashboard.notices import notices_of, outcome_of
from service.dashboard.queue import reject_choices
from service.dashboard.session import actor, check_may_decide, readable
from service.resources import resources

SHOWN = 25
MAX_ID = 64


@dataclass(frozen=True, slots=True)
class ReportedCard:
    """A reported comment, ready to show. last_id: its newest report, as the moderator reads it."""

    card: Card
    last_id: str


@bp.get("/reports")
def show_reports() -> str:
    """The comments with open reports."""
    sites, now = actor().sites(Scope.READ), resources().now()
    with resources().store.read() as uow:
        cards = _cards(uow, sites)
        count = uow.reports.count_reported(sites=sites)
        notices = notices_of(uow, actor(), outcome_of(), at=now)
    dismissed = request.args.get("dismissed", "")
    return render_template(
        "dashboard/reports.html",
        reported=cards,
        count=count,
        notices=notices,
        dismissed=int(dismissed) if dismissed.isascii() and dismissed.isdigit() and len(dismissed) < 5 else 0,
        reject_reasons=reject_choices(),
    )


@bp.post("/comments/<comment_id>/reports/dismiss")
def dismiss_reports(comment_id: str) -> ResponseReturnValue:
    """Say that nothing is wrong with a reported comment."""
    with resources().store.read() as uow:
        check_may_decide(readable(uow, comment_id).site_id)
    last_id = request.form.get("last", "") or request.args.get("last", "")
    if not last_id or "\0" in last_id or len(last_id) > MAX_ID:
        raise Invalid("last", BROKEN_FORM)
    here, sites = resources(), actor().sites(Scope.MODERATE)
    count = report_review.dismiss(here.store, comment_id, actor().by, last_id=last_id, sites=sites, at=here.now())
    return redirect(url_for("dashboard.show_reports", dismissed=count), code=303)


def _cards(uow: UnitOfWork, sites: tuple[str, ...]) -> list[ReportedCard]:
    found = uow.reports.gathered(sites=sites, limit=SHOWN)
    comments = {each.id: each for each in uow.comments.get_many([f.comment_id for f in found], with_scores=True)}
    listed = [each for each in found if each.comment_id in comments]
    details = uow.queue.details([comments[each.comment_id] for each in listed])
    now = resources().now()
    return [
        ReportedCard(
            card_of(detail, may_decide=actor().may(detail.comment.site_id, Scope.MODERATE), at=now, whole=True),
            each.last_id,
        )
        for each, detail in zip(listed, details, strict=True)
    ]
