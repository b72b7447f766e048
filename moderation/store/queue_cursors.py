"""Where a page of the queue ended: its order, the place of its last comment in it, and that comment's id."""

import base64
import json
import re
from datetime import datetime
from typing import Any

from moderation.errors import Invalid
from moderation.messages import N_, Message
from moderation.queue import Order, Search
from moderation.store.database.utc_timestamp import micros_of, moment_of

_ID = re.compile(r"[a-z]+_[0-9a-f]+")
_BEFORE_ALL = "cmt_0"
"""As early as an id can be."""


def cursor_of(place: Any, comment_id: str, order: Order) -> str:
    """The cursor behind a comment. place: a time, or a score."""
    return _encoded(order.value, micros_of(place) if isinstance(place, datetime) else place, comment_id)


def past_copies(cursor: str) -> str:
    """The cursor behind all that has the same place in the order of priority, as the copies of a campaign have."""
    order, place, _id = json.loads(base64.urlsafe_b64decode(cursor))
    return _encoded(order, place + 1, _BEFORE_ALL)  # or all of them would be read to find the next


def read_cursor(search: Search) -> tuple[Any, str]:
    """The place and the id at which the page before ended. Raises Invalid."""
    try:
        order, place, comment_id = json.loads(base64.urlsafe_b64decode(search.cursor))
        if order != search.order.value or not _ID.fullmatch(comment_id):
            raise ValueError(order)
        is_time = search.order not in (Order.SPAM, Order.ABUSE)
        return (moment_of(place) if is_time else float(place)), comment_id
    except (ValueError, TypeError, OverflowError, RecursionError) as problem:
        raise Invalid(
            "cursor", Message(N_("is not one of this list; leave it out to begin at the first page."))
        ) from problem


def _encoded(order: str, place: Any, comment_id: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([order, place, comment_id]).encode()).decode()
