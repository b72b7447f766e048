"""How a decision is written, whoever made it: by compare-and-set, with its audit entries and its events."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from moderation.audit import of_decision
from moderation.comment import Comment, Status
from moderation.decision import Action, Decision
from moderation.errors import AlreadyDecided
from moderation.store import Rows
from moderation.webhooks import decision_event


@dataclass(frozen=True, slots=True)
class Proposal:
    """A decision about a comment as it was read; it holds only if nobody changed the comment since."""

    comment: Comment
    decision: Decision


def record(rows: Rows, proposal: Proposal) -> Comment:
    """Write one decision and return the comment as it is now. Raises AlreadyDecided for whoever lost the race."""
    for refused in record_many(rows, [proposal]):
        raise refused
    return rows.comments.get(proposal.comment.id)


def record_many(rows: Rows, proposals: Sequence[Proposal]) -> list[AlreadyDecided]:
    """Write those decisions whose comment is still as it was read; return an error for each of the others.

    One transaction: the comments, the decisions, the audit trail, the threads' versions and the deliveries.
    """
    current = {c.id: c for c in rows.comments.get_many([p.comment.id for p in proposals], for_update=True)}
    fresh = [p for p in proposals if _is_fresh(p, current)]
    rows.decisions.add([p.decision for p in fresh])
    _append_audit(rows, fresh)
    rows.threads.touch(p.comment.thread.id for p in fresh if _changes_what_is_public(p.decision))
    rows.deliveries.announce([decision_event(p.comment, p.decision) for p in fresh if _is_news(p.decision)])
    return [_refusal(rows, p, current.get(p.comment.id)) for p in proposals if not _is_fresh(p, current)]


def _is_fresh(proposal: Proposal, current: dict[str, Comment]) -> bool:
    found = current.get(proposal.comment.id)
    return found is not None and found.revision == proposal.comment.revision


def _changes_what_is_public(decision: Decision) -> bool:
    return (decision.status_before is Status.APPROVED) is not (decision.status_after is Status.APPROVED)


def _is_news(decision: Decision) -> bool:
    return decision.action is not Action.HOLD


def _append_audit(rows: Rows, proposals: Sequence[Proposal]) -> None:
    by_site = defaultdict(list)
    for proposal in proposals:
        by_site[proposal.decision.site_id].append(of_decision(proposal.decision))
    for site_id in sorted(by_site):  # always in one order, so that two transactions cannot wait for each other
        rows.audit.append(site_id, by_site[site_id])


def _refusal(rows: Rows, proposal: Proposal, found: Comment | None) -> AlreadyDecided:
    last = rows.decisions.last(proposal.comment.id)
    return AlreadyDecided(
        proposal.comment.id,
        revision=found.revision if found else 0,
        status=found.status.value if found else "erased",
        action=last.action.value if last else "",
        by=last.by.name if last else "",
        at=last.at if last else None,
    )
