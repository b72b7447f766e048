"""Which part of a thread a request asks for: its page, from a cursor on, and the cursor of the next one."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from moderation.closing import is_closed
from moderation.comment import Thread
from moderation.conversation import Order, Place, reordered
from moderation.errors import Invalid
from moderation.messages import N_, Message
from moderation.site import Site
from moderation.store import UnitOfWork
from moderation.thread_key import normal_key
from service.caches.threads import Outline
from service.http.request_parsing import load_query
from service.schemas.threads import THREAD_QUERY
from service.submissions.outlines import outline_of

_NOBODY_WROTE = Outline(version=0)
_IS_CURSOR = re.compile(r"(\d{1,9})\.(cmt_[0-9a-f]{1,60})").fullmatch


@dataclass(frozen=True, slots=True)
class ThreadSlice:
    """Some places of a thread. thread: has no id before the page's first comment.

    ordered: all places in the order asked for. start: the index of the first in it. is_closed: by hand or by its age,
    which raises no version.
    """

    thread: Thread
    outline: Outline
    start: int
    limit: int
    order: Order = Order.OLDEST
    ordered: Sequence[Place] = ()
    is_closed: bool = False

    @property
    def places(self) -> Sequence[Place]:
        """Those of this page."""
        return self.ordered[self.start : self.start + self.limit]

    @property
    def page(self) -> int:
        """The number of this page, from 1."""
        return self.start // self.limit + 1

    @property
    def pages(self) -> int:
        """How many pages of this size the thread has, at least 1."""
        return max(1, -(-len(self.ordered) // self.limit))

    @property
    def next_cursor(self) -> str | None:
        """The cursor of the next page, None on the last. Only the oldest-first order has cursors."""
        if self.order is not Order.OLDEST or self.start + self.limit >= len(self.ordered):
            return None
        last = self.places[-1]
        return base64.urlsafe_b64encode(f"{last.depth}.{last.id}".encode()).decode()

    @property
    def tag(self) -> str:
        """What changes with these comments, for an ETag."""
        if not self.thread.id:
            return "none"
        closed = ".closed" if self.is_closed else ""
        return f"{self.thread.id}.{self.thread.version}.{self.start}.{self.limit}.{self.order}{closed}"

    @property
    def kept_as(self) -> tuple[object, ...] | None:
        """The name of what is made of it in the cache; None before the first comment."""
        return (self.thread.id, self.start, self.limit, self.order, self.is_closed) if self.thread.id else None


def asked_slice(uow: UnitOfWork, site: Site, key: str, *, at: datetime) -> ThreadSlice:
    """The part of a thread that the query asks for. Raises Invalid, ValidationError."""
    asked = load_query(THREAD_QUERY)
    last_id, depth = _read_cursor(asked["cursor"])
    key = normal_key(key)
    thread = uow.threads.find(site.id, key)
    if thread is None:
        return ThreadSlice(Thread("", site.id, key), _NOBODY_WROTE, 0, asked["limit"])
    outline, order, limit = outline_of(uow, thread), Order(asked["order"]), asked["limit"]
    ordered = reordered(outline.places, order)
    if last_id:
        start = outline.place_after(uow.threads.path_to(last_id, depth=depth))
    else:
        start = _page_start(ordered, limit, page=asked["page"], around=asked["around"])
    closed = is_closed(thread, site.policy, at=at)
    return ThreadSlice(thread, outline, start, limit, order, ordered, closed)


def _page_start(ordered: Sequence[Place], limit: int, *, page: int, around: str) -> int:
    """Where the page with this comment begins; without it, where this page does, or the last if it is beyond that."""
    sought = next((index for index, place in enumerate(ordered) if place.id == around), None)
    if sought is not None:
        return sought - sought % limit
    last = max(0, len(ordered) - 1) // limit
    return min(page - 1, last) * limit


def _read_cursor(cursor: str) -> tuple[str, int]:
    """The last comment of the page before, and how deep it stood. It may have gone or moved since."""
    if not cursor:
        return "", 0
    try:
        found = _IS_CURSOR(base64.urlsafe_b64decode(cursor.encode()).decode())
    except ValueError:
        found = None
    if not found:
        raise Invalid("cursor", Message(N_("this is not a valid cursor; leave it out to begin at the first page.")))
    return found[2], int(found[1])
