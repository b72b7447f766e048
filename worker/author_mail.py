"""Makes mails to authors: what was published long enough ago, see `moderation/mail/tell_readers.py`."""

from functools import partial

from moderation.mail.tell_readers import (
    answer_data_requests,
    ask_to_confirm,
    forget_unconfirmed,
    tell_published,
    tell_replies,
)
from worker.context import Context


def tell_authors(context: Context) -> int:
    """Put the mails that are due into the outbox; returns 0, since that is all there is to do for now."""
    if context.settings.smtp is None:
        return 0
    at, write = context.now(), context.store.write
    for work in (answer_data_requests, ask_to_confirm, tell_published, forget_unconfirmed):
        while write(partial(work, at=at)):
            pass
    with context.store.read() as uow:
        sites = uow.readers.sites_with_replies()
    for site_id in sites:
        while write(partial(tell_replies, site_id=site_id, at=at)):
            pass
    context.doorbell.ring("delivery")
    return 0
