"""Approve and reject one comment or all selected ones, then return to where the moderator was."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from moderation import review
from moderation.accounts import Scope
from moderation.actions import MODERATOR_ACTIONS, Action
from moderation.comment import Comment, Status
from moderation.decision import Decision
from moderation.errors import AlreadyDecided, Invalid, ModerationError, NotFound
from moderation.messages import N_, Message
from moderation.reasons import MODERATOR_REASONS, Reason
from moderation.review import BULK_LIMIT, DecisionRequest, DecisionResult
from moderation.store import UnitOfWork
from service.dashboard.blueprint import bp
from service.dashboard.filters import kept_args, search_of
from service.dashboard.in_place import in_place
from service.dashboard.notices import MAX_IDS, Outcome
from service.dashboard.session import actor, check_may_decide, readable, wants_json
from service.resources import resources

_ID = re.compile(r"cmt_[0-9a-f]{1,64}")
_REVISION = re.compile(r"[0-9]{1,10}")  # Python reads no number of thousands of digits

BROKEN_FORM = Message(N_("this form is broken; load the page again."))


@bp.post("/comments/<comment_id>/decisions")
def decide(comment_id: str) -> ResponseReturnValue:
    """Approve or reject one comment as it was when the page was made."""
    with resources().store.read() as uow:
        comment = readable(uow, comment_id)
        check_may_decide(comment.site_id)
        following = "" if wants_json() else _following(uow, comment)
    return back_to_place(_carry_out([_request(comment_id, _said("revision"))]), following=following)


@bp.post("/comments/<comment_id>/author/approve")
def approve_author(comment_id: str) -> ResponseReturnValue:
    """Approve all that waits by the author of a comment, on its site."""
    with resources().store.read() as uow:
        site_id = readable(uow, comment_id).site_id
        check_may_decide(site_id)
        waiting = uow.authors.waiting([comment_id], limit=BULK_LIMIT - 1)
        own = uow.comments.get(comment_id)
    if own.status is Status.PENDING:
        waiting = [(own.id, own.revision), *waiting]
    return back_to_place(_carry_out([DecisionRequest(id, Action.APPROVE, revision) for id, revision in waiting]))


@bp.post("/decisions")
def decide_picked() -> ResponseReturnValue:
    """Approve or reject every comment that was picked, each on its own. show: those of a run that were left out."""
    picked = [pick.partition(":") for pick in request.form.getlist("pick")]
    if not picked:
        raise Invalid("pick", Message(N_("no comment was selected; go back and select at least one.")))
    if len(picked) > MAX_IDS:
        raise Invalid("pick", too_many(len(picked)))
    if any("\0" in comment_id for comment_id, _, _ in picked):  # PostgreSQL could not even look for it
        raise Invalid("pick", BROKEN_FORM)
    _check_sites([comment_id for comment_id, _, _ in picked])
    left = [id for id, _, _ in (each.partition(":") for each in request.form.getlist("show")) if _ID.fullmatch(id)]
    results = _carry_out([_request(comment_id, revision) for comment_id, _, revision in picked])
    return back_to_place(results, show=left[:MAX_IDS])


def _following(uow: UnitOfWork, comment: Comment) -> str:
    """The comment after this one in the list that the form is on."""
    search = search_of(kept_args(request.args), actor().sites(Scope.READ), resources().store.sealer)
    _before, following = uow.queue.beside(replace(search, cursor=""), comment)
    return following


def back_to_place(
    results: Sequence[DecisionResult | ModerationError],
    *,
    made: Sequence[Decision] = (),
    following: str = "",
    show: Sequence[str] = (),
) -> ResponseReturnValue:
    """Back to the list or the comment, with the result of each; the next comment in view.

    made: decisions besides. show: ids of comments that come back into the list.
    """
    made = [*made, *(result.decision for result in results if isinstance(result, DecisionResult))]
    changed = [_id_of(result) for result in results if isinstance(result, AlreadyDecided | NotFound)]
    outcome = Outcome.of(made, changed=changed)
    if wants_json():
        return {**in_place(outcome, [*changed, *show]), "done": [decision.comment_id for decision in made]}
    return redirect(place(outcome, following=following), code=303)


def too_many(count: int) -> Message:
    """The problem of a form that names more than MAX_IDS comments or decisions."""
    return Message(
        N_("%(count)s are too many at once; select at most %(limit)s."), {"count": count, "limit": MAX_IDS}
    )


def _id_of(refusal: AlreadyDecided | NotFound) -> str:
    return refusal.comment_id if isinstance(refusal, AlreadyDecided) else refusal.id


def place(outcome: Outcome, *, following: str = "") -> str:
    """Where the moderator was: the page's own filters, which travelled in the form's address.

    From the page of one comment on to that of the next, and after an undo or a refusal back to the same.
    following: the comment to go to.
    """
    there: dict[str, Any] = {**kept_args(request.args), **outcome.in_url()}
    comment_id = request.view_args.get("comment_id", "") if request.view_args else ""
    comment_id = comment_id or request.form.get("comment", "")
    if request.args.get("on") == "comment" and _ID.fullmatch(comment_id):
        is_decided = bool(outcome.done) and "decision" not in request.form
        goes_to = following if is_decided and _ID.fullmatch(following) else comment_id
        return url_for("dashboard.show_comment", comment_id=goes_to, **there)
    if request.args.get("on") == "activity":
        return url_for("dashboard.show_activity", **outcome.in_url())
    anchor = following if _ID.fullmatch(following) else None
    return url_for("dashboard.show_queue", **there, _anchor=anchor)


def _carry_out(requests: Sequence[DecisionRequest]) -> list[DecisionResult | ModerationError]:
    """The result of each request. A wrong form is a page of its own, so the first Invalid is raised."""
    here = resources()
    sites = actor().sites(Scope.MODERATE)
    results = review.decide_many(here.store, here.dispatch, requests, actor().by, sites=sites, at=here.now())
    for result in results:
        if isinstance(result, Invalid):
            raise result
    return results


def _check_sites(comment_ids: Sequence[str]) -> None:
    with resources().store.read() as uow:
        for comment in uow.comments.get_many(comment_ids):
            if actor().may(comment.site_id, Scope.READ):
                check_may_decide(comment.site_id)


def _said(field: str) -> str:
    """A field of the form, or of its address: the buttons of all cards share one form."""
    return request.form.get(field) or request.args.get(field, "")


def _request(comment_id: str, revision: str) -> DecisionRequest:
    action = asked_action()
    reason = asked_reason() if action.spec.needs_reason else None
    return DecisionRequest(comment_id, action, _checked_revision(revision), reason, note=asked_note())


def asked_revision() -> int:
    """The revision of the comment as the moderator read it. Raises Invalid."""
    return _checked_revision(_said("revision"))


def _checked_revision(said: str) -> int:
    if not _REVISION.fullmatch(said):
        raise Invalid("revision", BROKEN_FORM)
    return int(said)


def asked_note() -> str:
    """The note for other moderators. Raises Invalid."""
    return asked_text("note")


def asked_text(field: str) -> str:
    """What was typed into a field, with the line ends of a text. Raises Invalid."""
    text = request.form.get(field, "").replace("\r\n", "\n").strip()
    if "\0" in text:
        raise Invalid(field, Message(N_("contains a character that is not text; write it again.")))
    return text


def asked_action() -> Action:
    """What the form asks for. Raises Invalid."""
    said = request.form.get("action", "")
    if said not in MODERATOR_ACTIONS:
        raise Invalid("action", Message(N_("choose approve or reject.")))
    return Action(said)


def asked_reason() -> Reason:
    """The reason for rejecting. Raises Invalid."""
    said = request.form.get("reason") or request.args.get("why", "")  # there `reason` is a filter
    if said not in MODERATOR_REASONS:
        raise Invalid("reason", Message(N_("choose one of the reasons for rejecting.")))
    return Reason(said)
