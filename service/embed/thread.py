"""A page of a thread as the plain form shows it: approved comments only, in reply order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from moderation.comment import PublicComment
from moderation.conversation import in_reply_order
from moderation.store import UnitOfWork

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """Some of a thread's comments. names: comment id to author's name, for "in reply to".

    count: how many there are in all. number: this page's, from 1. last: the last page's.
    """

    comments: Sequence[PublicComment] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    count: int = 0
    number: int = 1
    last: int = 1
    is_closed: bool = False


def thread_page(uow: UnitOfWork, site_id: str, key: str, *, number: int = 1) -> ThreadPage:
    """One page of the thread, empty when there are no comments yet. A number beyond the last means the last."""
    thread = uow.threads.find(site_id, key)
    if thread is None:
        return ThreadPage()
    comments = in_reply_order(uow.threads.approved(thread.id))
    last = max(1, -(-len(comments) // PAGE_SIZE))
    number = min(max(number, 1), last)
    return ThreadPage(
        comments=comments[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
        names={comment.id: comment.name for comment in comments},
        count=len(comments),
        number=number,
        last=last,
        is_closed=thread.closed_at is not None,
    )
