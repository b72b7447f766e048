"""The order of a thread's comments, for every door that shows them: computed once for each change."""

from moderation.comment import Thread
from moderation.conversation import in_reply_order
from moderation.store import UnitOfWork
from service.caches.threads import Outline
from service.resources import resources


def outline_of(uow: UnitOfWork, thread: Thread) -> Outline:
    """Where the thread's approved comments stand."""
    return resources().outlines.get(
        thread.id,
        thread.version,
        lambda: Outline(thread.version, tuple(in_reply_order(uow.threads.outline(thread.id)))),
    )
