"""The second moment: scores become decisions by each site's policy."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from moderation.comment import Comment
from moderation.decision import POLICY, STATUS_AFTER, Decision
from moderation.ids import new_id
from moderation.policy import Match, Policy, decide
from moderation.record import Proposal, read_for_decision, record_many
from moderation.rules import History, matches
from moderation.score import Score
from moderation.store import Rows, Store
from moderation.store.sketches import ENOUGH_COPIES


@dataclass(frozen=True, slots=True)
class Scored:
    """A comment with what the classifier said; no score when there was none, and then `problem` says why."""

    comment: Comment
    score: Score | None
    problem: str = ""


def settle(store: Store, scored: Sequence[Scored], bands_of: Mapping[str, Sequence[int]], *, at: datetime) -> int:
    """Decide about a batch in one transaction; returns how many decisions were made.

    bands_of: comment id to the sketch of its text, remembered so that later copies are noticed.
    A comment that somebody decided about in the meantime keeps that decision and only gains its score.
    """
    if not scored:
        return 0
    return store.write(lambda rows: _settle(rows, scored, bands_of, at=at))


def propose(scored: Scored, history: History, policy: Policy, *, at: datetime) -> Proposal:
    """What the policy decides about one comment. Pure."""
    comment = scored.comment
    match = decide(scored.score, matches(comment, history, policy), policy)
    if scored.score is None and scored.problem:
        match = Match(match.action, match.reason, scored.problem)
    decision = Decision(
        id=new_id("dec", at=at),
        comment_id=comment.id,
        site_id=comment.site_id,
        action=match.action,
        reason=match.reason,
        by=POLICY,
        at=at,
        revision=comment.revision + 1,
        status_before=comment.status,
        status_after=STATUS_AFTER[match.action],
        detail=match.detail,
    )
    return Proposal(comment, decision)


def _settle(rows: Rows, scored: Sequence[Scored], bands_of: Mapping[str, Sequence[int]], *, at: datetime) -> int:
    now = read_for_decision(rows, [each.comment.id for each in scored])
    waiting = [each for each in scored if _is_unscored(now.get(each.comment.id))]
    histories = rows.comments.histories([each.comment.id for each in waiting])
    policies = {site.id: site.policy for site in rows.sites.all(sorted({s.comment.site_id for s in waiting}))}
    proposals = [propose(each, histories[each.comment.id], policies[each.comment.site_id], at=at) for each in waiting]
    refusals = record_many(rows, proposals, now)
    _keep_scores(rows, waiting, at=at)
    _keep_sketches(rows, waiting, bands_of, at=at)
    return refusals.count(None)


def _is_unscored(comment: Comment | None) -> bool:
    """Not so for what was erased, or what another worker settled after our lease had run out."""
    return comment is not None and comment.scored_at is None


def _keep_scores(rows: Rows, settled: Sequence[Scored], *, at: datetime) -> None:
    rows.comments.save_scores([(each.comment, each.score) for each in settled if each.score], at=at)
    rows.decisions.mark_scored(
        [
            (
                each.comment.id,
                each.score.spam if each.score else None,
                each.score.abuse if each.score else None,
                each.comment.near_copies,
            )
            for each in settled
        ],
        at=at,
    )


def _keep_sketches(
    rows: Rows, settled: Sequence[Scored], bands_of: Mapping[str, Sequence[int]], *, at: datetime
) -> None:
    by_site: dict[str, dict[str, Sequence[int]]] = defaultdict(dict)
    for comment in (each.comment for each in settled):
        if comment.near_copies < ENOUGH_COPIES and comment.id in bands_of:
            by_site[comment.site_id][comment.id] = bands_of[comment.id]
    for site_id in sorted(by_site):
        rows.sketches.add(site_id, by_site[site_id], at=at)
