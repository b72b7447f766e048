"""Second looks: comments about which another moderator decides without seeing what the first one decided."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation import second_look
from moderation.accounts import Scope
from moderation.messages import N_
from service.dashboard.blueprint import bp
from service.dashboard.decide import asked_action, asked_reason
from service.dashboard.queue import reject_choices
from service.dashboard.session import actor, check_may_decide, readable
from service.http.language import _
from service.resources import resources

SHOWN = 25

SAID = {"answered": N_("Thank you. Both decisions are on record, and the comment is as you decided.")}


@bp.get("/second-looks")
def show_second_looks() -> str:
    """The comments that this moderator may look at, oldest question first."""
    sites, by_id, at = actor().sites(Scope.MODERATE), actor().id, resources().now()
    with resources().store.read() as uow:
        ids = uow.second_looks.open_ones(sites=sites, by_id=by_id, at=at, limit=SHOWN)
        found = {comment.id: comment for comment in uow.comments.get_many(ids)}
        count = uow.second_looks.count(sites=sites, by_id=by_id, at=at)
    return render_template(
        "dashboard/second_looks.html",
        comments=[found[id] for id in ids if id in found],
        rest=max(0, count - len(ids)),
        reasons=[(reason, words) for _key, reason, words in reject_choices()],
        said=_(SAID[said]) if (said := request.args.get("said", "")) in SAID else "",
    )


@bp.post("/comments/<comment_id>/second-look")
def answer_second_look(comment_id: str) -> ResponseReturnValue:
    """Approve or reject, as one would have without the first decision."""
    with resources().store.read() as uow:
        check_may_decide(readable(uow, comment_id).site_id)
    here, action = resources(), asked_action()
    reason = asked_reason() if action.spec.needs_reason else None
    second_look.answer(
        here.store,
        here.dispatch,
        comment_id,
        action,
        reason,
        actor().by,
        sites=actor().sites(Scope.MODERATE),
        at=here.now(),
    )
    return redirect(url_for("dashboard.show_second_looks", said="answered"), code=303)
