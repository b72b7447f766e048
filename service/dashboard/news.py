"""What came since a list was shown: asked for every few seconds, and answered with 304 while nothing did.

Polling rather than a stream: a stream would hold a thread of the web process for each open page, and there are few.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from moderation.accounts import Scope
from moderation.errors import Invalid
from moderation.messages import N_, Message
from moderation.queue import Order
from service.dashboard.blueprint import bp
from service.dashboard.filters import link_args, search_of
from service.dashboard.session import actor
from service.http.language import ngettext
from service.resources import resources

MOST = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@bp.get("/news")
def show_news() -> ResponseReturnValue:
    """How many comments of this list came after `since` (microseconds since 1970), counted up to 100."""
    search = search_of(link_args(request.args), actor().sites(Scope.READ), resources().store.sealer)
    newest = replace(search, order=Order.NEWEST, limit=MOST, cursor="")
    since = _since()
    with resources().store.read() as uow:
        found = [comment for comment in uow.queue.page(newest).comments if comment.received_at > since]
    count = len(found)
    number = f"{count}+" if count == MOST else str(count)
    response: Response = jsonify(
        count=count, text=ngettext("%(number)s new: show", "%(number)s new: show", count, number=number)
    )
    response.set_etag(f"{count}-{found[0].id}" if found else "0")
    return response.make_conditional(request)


def moment(at: datetime) -> int:
    """A time as `since` has it."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def moment_at(microseconds: int) -> datetime:
    """The time that `moment` gives as this number."""
    return _EPOCH + timedelta(microseconds=microseconds)


def _since() -> datetime:
    said = request.args.get("since", "")
    if not (said.isascii() and said.isdigit() and len(said) < 17):
        raise Invalid("since", Message(N_("this link is broken; load the page again.")))
    return _EPOCH + timedelta(microseconds=int(said))
