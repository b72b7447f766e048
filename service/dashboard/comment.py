"""One comment with everything known about it: the whole text, the evidence, every decision."""

from dataclasses import replace

from flask import render_template, request

from moderation.accounts import Scope
from moderation.claims import colleagues
from service.dashboard.blueprint import bp
from service.dashboard.cards import card_of
from service.dashboard.filters import kept_args, search_of
from service.dashboard.notices import notices_of, outcome_of
from service.dashboard.queue import reject_choices
from service.dashboard.session import actor, readable
from service.dashboard.together import words_about
from service.resources import resources


@bp.get("/comments/<comment_id>")
def show_comment(comment_id: str) -> str:
    """The page of one comment."""
    return comment_page(comment_id)


@bp.get("/comments/<comment_id>/evidence")
def show_evidence(comment_id: str) -> str:
    """What influenced the score of a comment: a piece of a page, for the script."""
    with resources().store.read() as uow:
        comment = readable(uow, comment_id)
        detail = uow.queue.detail(comment.id)
    card = card_of(detail, may_decide=False, at=resources().now(), whole=True)
    return render_template("dashboard/_evidence.html", card=card)


def comment_page(comment_id: str, *, address: str = "") -> str:
    """The page of one comment. address: the author's e-mail address, only right after the moderator asked for it."""
    now = resources().now()
    with resources().store.read() as uow:
        comment = readable(uow, comment_id)
        detail = uow.queue.detail(comment_id)
        notices = notices_of(uow, actor(), outcome_of(), at=now)
        claim, people = uow.claims.of_comment(comment_id), colleagues(uow, comment.site_id)
        appeals, about = uow.appeals.about(comment_id), words_about(uow, [comment_id], {}, {})
        search = search_of(kept_args(request.args), actor().sites(Scope.READ), resources().store.sealer)
        previous, following = uow.queue.beside(replace(search, cursor=""), comment)
    may_decide = actor().may(comment.site_id, Scope.MODERATE)
    return render_template(
        "dashboard/comment.html",
        args={**kept_args(request.args), "on": "comment"},
        back=kept_args(request.args),
        card=card_of(detail, may_decide=may_decide, at=now, whole=True),
        history=detail.history,
        edits=detail.edits,
        appeals=appeals,
        record=detail.author,
        claim=claim,
        about=about,
        colleagues=people,
        notices=notices,
        previous=previous,
        following=following,
        address=address,
        may_erase=actor().may(comment.site_id, Scope.ADMIN),
        reject_reasons=reject_choices(),
    )
