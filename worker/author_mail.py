"""Makes mails to authors: what was published long enough ago, see `moderation/mail/tell_readers.py`."""

from collections.abc import Callable
from functools import partial

from moderation.mail.tell_readers import (
    answer_data_requests,
    ask_to_confirm,
    forget_unconfirmed,
    tell_published,
    tell_replies,
)
from moderation.process import failpoints
from moderation.store import UnitOfWork
from worker.context import Context


def tell_authors(context: Context) -> int:
    """Put the mails that are due into the outbox; returns 0, since that is all there is to do for now."""
    if context.settings.smtp is None:
        return 0
    at = context.now()
    for work in (answer_data_requests, ask_to_confirm, tell_published, forget_unconfirmed):
        _repeat(context, partial(work, at=at))
    with context.store.read() as uow:
        sites = uow.readers.sites_with_replies()
    for site_id in sites:
        _repeat(context, partial(tell_replies, site_id=site_id, at=at))
    failpoints.reach("author_mail.after_commit")
    context.doorbell.ring("delivery")
    return 0


def _repeat(context: Context, work: Callable[[UnitOfWork], int]) -> None:
    """Do this, each time in a transaction of its own, until there is nothing left to do."""
    while context.store.write(work):
        failpoints.reach("author_mail.after_commit")
