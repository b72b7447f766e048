"""Writes decisions of policies and moderators: by compare-and-set, with their audit entries and events."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from moderation import reports
from moderation.appeals import Appeal, Outcome, outcome_by
from moderation.audit import AuditEvent, of_decision
from moderation.comment import Comment, Status
from moderation.decision import AUTHOR, POLICY, Decision
from moderation.errors import AlreadyDecided
from moderation.lessons import lessons_of
from moderation.store import UnitOfWork
from moderation.store.decisions import ScoreStamp
from moderation.webhooks.events import appeal_decided_event, decision_event


@dataclass(frozen=True, slots=True)
class Proposal:
    """A decision about a comment as it was read; it is written only if the comment has not changed since."""

    comment: Comment
    decision: Decision


def read_for_decision(uow: UnitOfWork, comment_ids: Sequence[str]) -> dict[str, Comment]:
    """The comments that exist, by id, locked against other writers until this transaction ends."""
    return {comment.id: comment for comment in uow.comments.get_many(comment_ids, for_update=True)}


def record_many(
    uow: UnitOfWork,
    proposals: Sequence[Proposal],
    revisions: Mapping[str, int],
    marks: Mapping[str, ScoreStamp] | None = None,
) -> list[AlreadyDecided | None]:
    """Write the decisions whose comments have not changed since; for each proposal None, or why it was refused.

    revisions: by comment id, as they were read for update in this transaction. marks: by comment id, what else
    becomes of each comment, written together with its decision. Of two decisions about one comment the first is
    written. One transaction: the comments, the decisions, the trials of automation, the audit trail, the lessons, the
    threads' versions and the deliveries.
    """
    fresh = _fresh(proposals, revisions)
    uow.decisions.add([p.decision for p in fresh], marks or {})
    _note_verdicts(uow, [p.decision for p in fresh])
    _append_audit(uow, fresh)
    _settle_appeals(uow, fresh)
    _note_lessons(uow, [p.decision for p in fresh])
    _end_reports(uow, fresh)
    public = [p for p in fresh if _changes_what_is_public(p)]
    if public:
        uow.threads.touch({p.comment.thread.id for p in public}, at=max(p.decision.at for p in public))
    uow.deliveries.announce([decision_event(p.comment, p.decision) for p in fresh if _is_news(p.decision)])
    written = {p.decision.id for p in fresh}
    return [None if p.decision.id in written else _refusal(uow, p) for p in proposals]


def announce_appeals(
    uow: UnitOfWork, comments: Mapping[str, Comment], decided: Sequence[Appeal], status: Status = Status.REJECTED
) -> None:
    """Note in the audit trail, and announce, that these appeals have their outcome. comments: by id, as they were.

    status: of the comments now.
    """
    for appeal in decided:
        assert appeal.by and appeal.decided_at
        detail = {"appeal": appeal.id, "decision": appeal.decision_id}
        event = AuditEvent(
            appeal.decided_at, appeal.by.id, f"appeal.{appeal.outcome.value}", appeal.comment_id, detail
        )
        uow.audit.append(appeal.site_id, [event])
    uow.deliveries.announce([appeal_decided_event(comments[each.comment_id], each, status) for each in decided])


def _settle_appeals(uow: UnitOfWork, proposals: Sequence[Proposal]) -> None:
    """What is published after all, or withdrawn, leaves nothing to decide about its appeal."""
    alike = defaultdict(list)
    for proposal in proposals:
        decision = proposal.decision
        alike[outcome_by(decision), decision.by, decision.at, decision.status_after].append(proposal.comment)
    for (outcome, by, at, status), about in alike.items():
        if outcome is not Outcome.OPEN:
            decided = uow.appeals.decide([comment.id for comment in about], outcome, by, at=at)
            announce_appeals(uow, {comment.id: comment for comment in about}, decided, status)


def _end_reports(uow: UnitOfWork, proposals: Sequence[Proposal]) -> None:
    """A moderator's decision tells whether the readers were right who reported the comment."""
    ended = defaultdict(list)
    for decision in (proposal.decision for proposal in proposals):
        ended[reports.outcome_by(decision)].append(decision)
    for outcome, decisions in ended.items():
        if outcome is not reports.Outcome.OPEN:
            uow.reports.end([each.comment_id for each in decisions], outcome, at=decisions[0].at)


def _fresh(proposals: Sequence[Proposal], revisions: Mapping[str, int]) -> list[Proposal]:
    first: dict[str, Proposal] = {}
    for proposal in proposals:
        if revisions.get(proposal.comment.id) == proposal.comment.revision:
            first.setdefault(proposal.comment.id, proposal)
    return list(first.values())


def _note_verdicts(uow: UnitOfWork, made: Sequence[Decision]) -> None:
    """What moderators decide says whether the machine would have been wrong, and answers second looks.

    An author who edits or withdraws a comment says nothing of that; the comment is on trial no longer.
    """
    by_people = [decision for decision in made if decision.by.id != POLICY.id]
    uow.trials.forget([each.comment_id for each in by_people if each.by.id == AUTHOR.id])
    uow.trials.record_verdicts([each for each in by_people if each.by.id != AUTHOR.id])
    for by_id, at in sorted({(decision.by.id, decision.at) for decision in by_people}):
        uow.second_looks.answer([each.comment_id for each in by_people if each.by.id == by_id], by_id, at=at)


def _changes_what_is_public(proposal: Proposal) -> bool:
    """A comment with another public text is public while it waits."""
    decision = proposal.decision
    if proposal.comment.public_body is not None:
        return True
    return (decision.status_before is Status.APPROVED) is not (decision.status_after is Status.APPROVED)


def _is_news(decision: Decision) -> bool:
    return bool(decision.action.spec.event)


def _append_audit(uow: UnitOfWork, proposals: Sequence[Proposal]) -> None:
    by_site = defaultdict(list)
    for proposal in proposals:
        by_site[proposal.decision.site_id].append(of_decision(proposal.decision))
    for site_id in sorted(by_site):  # always in one order, so that two transactions cannot wait for each other
        uow.audit.append(site_id, by_site[site_id])


def _note_lessons(uow: UnitOfWork, made: Sequence[Decision]) -> None:
    """After the audit trail, which admits one transaction of a site at a time."""
    uow.lessons.note(lessons_of(made))
    uow.lessons.withdraw([each.undoes for each in made if each.undoes])


def _refusal(uow: UnitOfWork, proposal: Proposal) -> AlreadyDecided:
    last = uow.decisions.last(proposal.comment.id)
    return AlreadyDecided(
        proposal.comment.id,
        revision=last.revision if last else 0,
        status=last.status_after.value if last else Status.PENDING.value,
        action=last.action.value if last else "",
        by=last.by.name if last else "",
        at=last.at if last else None,
    )
