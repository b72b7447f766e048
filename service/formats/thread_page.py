"""A page of a thread as templates show it: approved comments only, in reply order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from moderation.closing import is_closed
from moderation.comment import PublicComment
from moderation.conversation import Place
from moderation.site import Site
from moderation.store import UnitOfWork
from service.submissions.outlines import outline_of

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """Some of a thread's comments. names: comment id to author's name, for "in reply to".

    count: how many there are in all. number: this page's, from 1. last: the last page's. is_rich: whether their site
    uses Markdown.
    """

    comments: Sequence[PublicComment] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    count: int = 0
    number: int = 1
    last: int = 1
    is_closed: bool = False
    is_rich: bool = False


def thread_page(
    uow: UnitOfWork, site: Site, key: str, *, number: int = 1, parent: str = "", at: datetime
) -> ThreadPage:
    """One page of the thread, empty when there are no comments yet. A number beyond the last means the last.

    parent: the id of a comment whose author's name is wanted too.
    """
    thread = uow.threads.find(site.id, key)
    if thread is None:
        return ThreadPage()
    places = outline_of(uow, thread).places
    last = max(1, -(-len(places) // PAGE_SIZE))
    number = min(max(number, 1), last)
    shown = places[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return page_of(
        uow,
        shown,
        places,
        parent=parent,
        number=number,
        last=last,
        is_closed=is_closed(thread, site.policy, at=at),
        is_rich=site.form.markdown,
    )


def page_of(
    uow: UnitOfWork,
    shown: Sequence[Place],
    places: Sequence[Place],
    *,
    parent: str = "",
    number: int = 1,
    last: int = 1,
    is_closed: bool = False,
    is_rich: bool = False,
) -> ThreadPage:
    """The comments at the places `shown`, of all the thread's places."""
    wanted = {place.parent for place in shown} | {parent}
    answered = [place for place in places if place.id in wanted]
    return ThreadPage(
        comments=uow.threads.public_comments(shown),
        names={each.id: each.name for each in uow.threads.public_comments(answered) if not each.is_withdrawn},
        count=sum(not place.is_withdrawn for place in places),
        number=number,
        last=last,
        is_closed=is_closed,
        is_rich=is_rich,
    )
