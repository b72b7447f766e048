"""What owners change of a site's learning: whether it learns, which model serves, and which words it forgets.

Each of these functions writes its own entry in the audit trail.
"""

from dataclasses import replace
from datetime import datetime

from moderation.audit import AuditEvent
from moderation.errors import Invalid, NotFound
from moderation.learning import HEADS
from moderation.lessons import MODES, SHIPPED_PIN
from moderation.messages import N_, Message
from moderation.site import Site
from moderation.store import UnitOfWork


def set_mode(uow: UnitOfWork, site_id: str, mode: str, *, by_id: str, at: datetime) -> Site:
    """Let the site's own line decide, only be noted, or not learn at all. Raises NotFound, Invalid."""
    if mode not in MODES:
        raise Invalid("learning", Message(N_("must be one of: %(choices)s."), {"choices": list(MODES)}))
    site = replace(uow.sites.get(site_id), learning=mode)
    uow.sites.change(site)
    uow.audit.append(site_id, [AuditEvent(at, by_id, "learning.mode", site_id, {"mode": mode})])
    return site


def pin(uow: UnitOfWork, site_id: str, model_id: str, *, by_id: str, at: datetime) -> None:
    """Go back to an earlier model of the site, or to the shipped model (SHIPPED_PIN), until it is released.

    Raises NotFound.
    """
    site = uow.sites.get(site_id)
    if model_id != SHIPPED_PIN and all(each.id != model_id for each in uow.site_models.all(site.id)):
        raise NotFound("model", model_id)
    uow.audit.append(site_id, [AuditEvent(at, by_id, "learning.pinned", site_id, {"model": model_id})])
    uow.learning_progress.change(site_id, pinned=model_id)


def release(uow: UnitOfWork, site_id: str, *, by_id: str, at: datetime) -> None:
    """Let the newest model serve again. Raises NotFound."""
    site = uow.sites.get(site_id)
    uow.audit.append(site.id, [AuditEvent(at, by_id, "learning.released", site.id)])
    uow.learning_progress.change(site.id, pinned="")


def forget_word(
    uow: UnitOfWork, site_id: str, head: str, bucket: int, word: str, *, by_id: str, at: datetime
) -> None:
    """Never learn a word again, from the next replay on. bucket: where it is learned. Raises NotFound, Invalid."""
    site = uow.sites.get(site_id)
    if head not in HEADS:
        raise Invalid("head", Message(N_("must be one of: %(choices)s."), {"choices": list(HEADS)}))
    detail = {"head": head, "bucket": bucket}  # the trail holds no words
    uow.audit.append(site.id, [AuditEvent(at, by_id, "learning.forgot", site.id, detail)])
    uow.learning_progress.ask_for_replay(site.id)
    forgotten = uow.learning_progress.progress(site.id).forgotten
    of_head = {**forgotten.get(head, {}), str(bucket): word}
    uow.learning_progress.change(site.id, forgotten={**forgotten, head: of_head})


def relearn_word(uow: UnitOfWork, site_id: str, head: str, bucket: int, *, by_id: str, at: datetime) -> None:
    """Let a forgotten word be learned again. Raises NotFound."""
    site = uow.sites.get(site_id)
    detail = {"head": head, "bucket": bucket}
    uow.audit.append(site.id, [AuditEvent(at, by_id, "learning.relearned", site.id, detail)])
    uow.learning_progress.ask_for_replay(site.id)
    forgotten = uow.learning_progress.progress(site.id).forgotten
    of_head = {each: word for each, word in forgotten.get(head, {}).items() if each != str(bucket)}
    uow.learning_progress.change(site.id, forgotten={**forgotten, head: of_head})
