"""Counts what people decided about what the machine would have done, and pauses it where too little is decided."""

import logging
from functools import partial

from moderation import automation_admin
from moderation.automation import SECOND_LOOK_WAIT
from moderation.process import failpoints
from moderation.store import UnitOfWork
from worker.context import Context

AT_ONCE = 250
"""How many decisions a transaction counts: some ten milliseconds."""

log = logging.getLogger("rejoinder.automation")


def count_verdicts(context: Context) -> int:
    """Count some decisions of one site; returns 0 when there are no more."""
    at = context.now()
    with context.store.read() as uow:
        site_id = uow.trials.any_uncounted(asked_before=at - SECOND_LOOK_WAIT)
    if not site_id:
        return 0

    has_mail = context.settings.smtp is not None

    def count(uow: UnitOfWork) -> tuple[int, bool]:
        was_paused = uow.automations.lock(site_id).paused
        counted = automation_admin.count_verdicts(uow, site_id, limit=AT_ONCE, has_mail=has_mail, at=at)
        failpoints.reach("automation.before_commit")
        return counted, was_paused is None and uow.automations.get(site_id).paused is not None

    counted, is_paused = context.store.write(count)
    failpoints.reach("automation.after_commit")
    if is_paused:
        _tell(context, site_id)
    return counted


def check_answers(context: Context) -> int:
    """Pause automation where too many spot checks stay undecided; all sites at once, as few have any."""
    at, has_mail = context.now(), context.settings.smtp is not None
    with context.store.read() as uow:
        sites = [site.id for site in uow.sites.all()]
    for site_id in sites:
        pause = partial(automation_admin.pause_where_unanswered, site_id=site_id, has_mail=has_mail, at=at)
        if context.store.write(pause):
            _tell(context, site_id)
    return 0


def _tell(context: Context, site_id: str) -> None:
    log.warning("automation paused site=%s", site_id)
    context.doorbell.ring("delivery")
