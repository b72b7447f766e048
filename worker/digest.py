"""Makes digests: one mail for a moderator about what came to a site since the last one."""

import logging
from functools import partial

from moderation.mail.announce import tell_digest
from moderation.process import failpoints
from worker.context import Context

log = logging.getLogger("rejoinder.mail")


def make_digests(context: Context) -> int:
    """Put every digest that is due into the outbox; returns 0, since that is all there is to do for now."""
    if context.settings.smtp is None:
        return 0
    at = context.now()
    with context.store.read() as uow:
        due = uow.mailboxes.due_digests(at=at)
    made = 0
    for digest in due:
        made += context.store.write(partial(tell_digest, digest=digest, at=at))
        failpoints.reach("digest.after_commit")
    if made:
        log.info("digests made count=%d", made)
        context.doorbell.ring("delivery")
    return 0
