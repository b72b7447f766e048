"""Answers for the script, which decides without loading a page: what was done, what to show of it, how many are left.

The same views answer a form with a page and the script with JSON. What it shows is rendered here, by the templates of
the pages, so that there is one look and one place where text is escaped.
"""

from collections.abc import Sequence
from typing import Any

from flask import render_template, request

from moderation.accounts import Scope
from moderation.comment import Comment
from moderation.store import UnitOfWork
from service.dashboard.cards import card_of
from service.dashboard.filters import kept_args, search_of
from service.dashboard.labels import tab_count
from service.dashboard.notices import Outcome, notices_of
from service.dashboard.session import actor
from service.resources import resources


def in_place(outcome: Outcome, show: Sequence[str] = ()) -> dict[str, Any]:
    """What the script needs. show: ids of comments whose cards are to appear, as they are now.

    notices, cards: HTML; undo: whether there is something that one more undo takes back;
    counts: for the tabs, by status.
    """
    args, now = kept_args(request.args), resources().now()
    search = search_of(args, actor().sites(Scope.READ), resources().store.sealer)
    with resources().store.read() as uow:
        counts = uow.queue.counts(search)
        return {
            "notices": render_template(
                "dashboard/_notices.html", notices=notices_of(uow, actor(), outcome, at=now), args=args
            ),
            "cards": [
                {"id": comment.id, "status": comment.status, "html": _card(uow, comment, args)}
                for comment in uow.comments.get_many(show, with_scores=True)
                if actor().may(comment.site_id, Scope.READ)
            ],
            "counts": {status: tab_count(count) for status, count in counts.items()},
        }


def _card(uow: UnitOfWork, comment: Comment, args: dict[str, str]) -> str:
    [detail] = uow.queue.details([comment])
    may_decide = actor().may(comment.site_id, Scope.MODERATE)
    card = card_of(detail, may_decide=may_decide, at=resources().now())
    return render_template("dashboard/_card.html", card=card, args=args, back=args, picks=True)
