"""What moderators decided, the latest first, each with its undo."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import render_template, request

from moderation.accounts import Scope
from moderation.activity import Batch
from moderation.comment import Comment
from moderation.errors import Invalid
from moderation.messages import N_, Message
from moderation.review import UNDO_DAYS
from service.dashboard.blueprint import bp
from service.dashboard.excerpts import excerpt
from service.dashboard.labels import reason_name
from service.dashboard.news import moment, moment_at
from service.dashboard.notices import notices_of, outcome_of
from service.dashboard.session import actor
from service.http.language import _, ngettext
from service.resources import resources

SHOWN = 50
RUNS_SHOWN = 5
QUOTE_LENGTH = 90


@dataclass(frozen=True, slots=True)
class Line:
    """A batch, ready to show. about: the one comment that it was about, None for several."""

    batch: Batch
    words: str
    quote: str
    can_undo: bool
    is_undone: bool


@bp.get("/activity")
def show_activity() -> str:
    """What the moderators of one's sites decided, the latest first."""
    sites, now = actor().sites(Scope.READ), resources().now()
    by_id, before = request.args.get("by", ""), request.args.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 17):
        raise Invalid("before", Message(N_("is not one of this list; leave it out to begin at the first page.")))
    with resources().store.read() as uow:
        people = [each for each in uow.accounts.moderators() if set(each.roles) & set(sites)]
        asked = [each.id for each in people if not by_id or each.id == by_id]
        batches = uow.activity.batches(
            asked, sites=sites, before=moment_at(int(before)) if before else None, limit=SHOWN + 1
        )
        about = {c.id: c for c in uow.comments.get_many([batch.comment_id for batch in batches[:SHOWN]])}
        runs = uow.bulk_runs.latest(actor().id, limit=RUNS_SHOWN)
        notices = notices_of(uow, actor(), outcome_of(), at=now)
    return render_template(
        "dashboard/activity.html",
        args={},
        lines=[_line(batch, about.get(batch.comment_id), at=now) for batch in batches[:SHOWN]],
        next_before=moment(batches[SHOWN - 1].at) if len(batches) > SHOWN else "",
        people={each.id: each.name for each in people},
        by_id=by_id,
        runs=runs,
        notices=notices,
    )


def _line(batch: Batch, comment: Comment | None, *, at: datetime) -> Line:
    is_mine = comment is not None and actor().may(comment.site_id, Scope.MODERATE)
    spec = batch.action.spec
    can_undo = is_mine and spec.undoable and batch.standing > 0 and at - batch.at < timedelta(days=UNDO_DAYS)
    words = ngettext("%(done)s: %(n)s comment", "%(done)s: %(n)s comments", batch.count, done=_(spec.done))
    if spec.needs_reason:
        words = _("%(batch)s (%(reason)s)", batch=words, reason=reason_name(batch.reason.value))
    quote = excerpt(comment.body[: 2 * QUOTE_LENGTH], QUOTE_LENGTH) if comment else ""
    return Line(batch, words, quote, can_undo, spec.undoable and batch.standing == 0)
