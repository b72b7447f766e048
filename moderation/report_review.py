"""Takes readers' reports in, holds a comment that many report, and lets moderators dismiss reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from moderation.actions import Action
from moderation.audit import AuditEvent
from moderation.comment import Comment, Status
from moderation.decision import POLICY, DecidedBy, Decision
from moderation.decision_writer import Proposal, read_for_decision, record_many
from moderation.dispatch import Dispatch
from moderation.errors import Invalid, NotFound
from moderation.ids import new_id
from moderation.mail.announce import tell_of_held
from moderation.messages import N_, Message
from moderation.reasons import REPORT_REASONS, Reason
from moderation.reports import Outcome, Report, is_public, must_be_held, weight_of
from moderation.store import Store, UnitOfWork
from moderation.webhooks.events import reported_event


@dataclass(frozen=True, slots=True)
class NewReport:
    """What a reader sends. network: from `privacy.network_of`; it is kept only as a keyed digest."""

    site_id: str
    comment_id: str
    network: str
    reason: Reason
    text: str = ""


def report(store: Store, dispatch: Dispatch, new: NewReport, *, has_mail: bool = False, at: datetime) -> None:
    """Report a published comment. A network counts once for each comment, however often it reports it.

    has_mail: whether moderators can be notified by mail when it is held. Raises Invalid, and NotFound also for a
    comment that is not public.
    """
    if new.reason not in REPORT_REASONS:
        raise Invalid("reason", Message(N_("must be one of: %(choices)s."), {"choices": list(REPORT_REASONS)}))
    network_key = store.sealer.find_key("report", new.site_id, new.network)
    if store.write(lambda uow: _report(uow, new, network_key, has_mail=has_mail, at=at)):
        dispatch.ring("delivery")


def dismiss(store: Store, comment_id: str, by: DecidedBy, *, last_id: str, sites: Sequence[str], at: datetime) -> int:
    """Say that nothing is wrong with a comment; returns how many reports that ended.

    last_id: the newest report that the moderator read; later ones stay open. Raises NotFound.
    """
    return store.write(lambda uow: _dismiss(uow, comment_id, by, last_id, sites, at=at))


def _report(uow: UnitOfWork, new: NewReport, network_key: bytes, *, has_mail: bool, at: datetime) -> bool:
    comment = read_for_decision(uow, [new.comment_id]).get(new.comment_id)
    if comment is None or comment.site_id != new.site_id or not is_public(comment):
        raise NotFound("comment", new.comment_id)
    known = uow.reports.by_network(comment.id, network_key)
    if known is not None and (comment.edited_at is None or known.at >= comment.edited_at):
        return False
    weight = weight_of(*uow.reports.past_of(comment.site_id, network_key))
    made = Report(new_id("rpt", at=at), comment.site_id, comment.id, new.reason, new.text, weight, at)
    uow.reports.add(made, network_key=network_key)
    is_held = _hold(uow, comment, has_mail=has_mail, at=at)
    uow.deliveries.announce([reported_event(comment, made, Status.PENDING if is_held else comment.status)])
    return True


def _hold(uow: UnitOfWork, comment: Comment, *, has_mail: bool, at: datetime) -> bool:
    """Take the comment off its page if its reports are enough for the site's policy."""
    found = uow.reports.about([comment.id]).get(comment.id, ())
    if not must_be_held(comment, [each.weight for each in found], uow.sites.get(comment.site_id).policy):
        return False
    decision = Decision(
        id=new_id("dec", at=at),
        comment_id=comment.id,
        site_id=comment.site_id,
        action=Action.HOLD,
        reason=Reason.REPORTED,
        by=POLICY,
        at=at,
        revision=comment.revision + 1,
        status_before=comment.status,
        status_after=Status.PENDING,
        detail=Message("rule.reports", {"n": len(found)}),
    )
    record_many(uow, [Proposal(comment, decision)], {comment.id: comment.revision})
    if has_mail:
        tell_of_held(uow, [comment], at=at)
    return True


def _dismiss(
    uow: UnitOfWork, comment_id: str, by: DecidedBy, last_id: str, sites: Sequence[str], *, at: datetime
) -> int:
    comment = read_for_decision(uow, [comment_id]).get(comment_id)
    if comment is None or comment.site_id not in sites:
        raise NotFound("comment", comment_id)
    count = uow.reports.end([comment.id], Outcome.DISMISSED, at=at, last_id=last_id)
    if count:
        event = AuditEvent(at, by.id, "reports.dismissed", comment.id, {"reports": count})
        uow.audit.append(comment.site_id, [event])
    return count
