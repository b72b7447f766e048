"""The second moment: scores become decisions by each site's policy."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from moderation.actions import Action
from moderation.automation import Automation
from moderation.comment import Comment
from moderation.decision import POLICY, Decision
from moderation.decision_writer import Proposal, record_many
from moderation.ids import new_id
from moderation.mail.announce import tell_of_held
from moderation.messages import NOTHING as NO_MESSAGE
from moderation.messages import Message
from moderation.near_duplicates import NOTHING, Seen, Sketch
from moderation.policy import Policy, RuleMatch, decide
from moderation.priority import group_of, head_start
from moderation.rules import History, WordSearch, matches
from moderation.score import Score
from moderation.senders import with_senders
from moderation.store import Store, UnitOfWork
from moderation.store.decisions import ScoreStamp
from moderation.store.row_mapping import ScoreRow, score_columns
from moderation.trials import Trial, coin, decided_alone, try_on

SPAM_COPIES_WAIT = timedelta(days=30)
"""So long copies wait for moderators after they rejected such a text as spam."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A comment with its score; None where the classifier gave none, and then `problem` says why."""

    comment: Comment
    score: Score | None
    problem: Message = NO_MESSAGE


def settle(
    store: Store,
    scored: Sequence[Scored],
    sketches: Mapping[str, Sketch],
    *,
    has_mail: bool = False,
    at: datetime,
) -> int:
    """Decide about a batch in one transaction; returns how many decisions were made.

    sketches: by comment id, of their texts; remembered so that later copies are noticed. has_mail: whether moderators
    can be notified by mail of what is held.
    A comment that somebody decided about in the meantime keeps that decision and only gains its score.
    """
    if not scored:
        return 0
    # before the transaction, so that others wait for their turn no longer than they must
    score_rows = {each.comment.id: score_columns(each.comment.id, each.score, at=at) for each in scored if each.score}
    comments = [each.comment for each in scored if each.score]
    with store.read() as uow:
        policies = _policies_of(uow, comments)
    search = WordSearch.of([each for each in comments if each.site_id in policies], policies)
    return store.write(lambda uow: _settle(uow, scored, score_rows, sketches, search, has_mail=has_mail, at=at))


def judge(scored: Scored, history: History, policy: Policy) -> RuleMatch:
    """What the policy says of one text, whether it is a comment or a check. Pure."""
    return _judge(scored, _objections(scored, history, policy), policy)


def _objections(
    scored: Scored, history: History, policy: Policy, search: WordSearch | None = None
) -> list[RuleMatch]:
    """What the rules say; nothing without a score: it is held anyway, and a rule may be what failed."""
    return matches(scored.comment, history, policy, search) if scored.score else []


def _judge(scored: Scored, objections: Sequence[RuleMatch], policy: Policy) -> RuleMatch:
    match = decide(scored.score, objections, policy)
    if scored.score is None and scored.problem:
        return RuleMatch(match.action, match.reason, scored.problem)
    return match


def propose(scored: Scored, history: History, policy: Policy, *, at: datetime) -> Proposal:
    """What the policy decides about one comment. Pure."""
    return _proposal(scored.comment, judge(scored, history, policy), at=at)


def propose_with_trial(
    scored: Scored,
    history: History,
    policy: Policy,
    automation: Automation,
    search: WordSearch,
    *,
    coin: float,
    at: datetime,
) -> tuple[Proposal, Trial | None]:
    """What the policy decides about one comment, or the machine alone where it may; and its trial, if it has one.

    search: what the policy's words found in it. coin: in [0, 1), keyed and of the comment's id. Pure.
    """
    objections = _objections(scored, history, policy, search)
    match = _judge(scored, objections, policy)
    trial = None
    if match.action is Action.HOLD and not objections:
        trial = try_on(scored.comment.id, scored.score, match, policy, automation, coin=coin, at=at)
    if trial and trial.acted:
        match = decided_alone(trial, automation)
    return _proposal(scored.comment, match, at=at), trial


def _proposal(comment: Comment, match: RuleMatch, *, at: datetime) -> Proposal:
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
        status_after=match.action.spec.status_after or comment.status,
        detail=match.detail,
    )
    return Proposal(comment, decision)


def latest_seen(comments: Sequence[Comment], sketches: Mapping[str, Sketch]) -> dict[str, dict[int, Seen]]:
    """By site and passage the last of these comments with it, as those that come after them see it. Pure."""
    latest: dict[str, dict[int, Seen]] = defaultdict(dict)
    for comment in comments:
        sketch = sketches.get(comment.id, NOTHING)
        latest[comment.site_id] |= dict.fromkeys(
            sketch.passages, Seen(sketch.fingerprint, comment.near_copies, comment.campaign or comment.id)
        )
    return latest


def _settle(
    uow: UnitOfWork,
    scored: Sequence[Scored],
    score_rows: Mapping[str, ScoreRow],
    sketches: Mapping[str, Sketch],
    search: WordSearch,
    *,
    has_mail: bool,
    at: datetime,
) -> int:
    revisions = uow.comments.unscored([each.comment for each in scored])
    waiting = [each for each in scored if each.comment.id in revisions]
    histories = histories_of(uow, [each.comment for each in waiting], at=at)
    policies = _policies_of(uow, [each.comment for each in waiting])
    search = search.again([each.comment for each in waiting if each.score], policies)
    automations = uow.automations.get_many(sorted(policies))
    proposed = [
        propose_with_trial(
            each,
            histories[each.comment.id],
            policies[each.comment.site_id],
            automations[each.comment.site_id],
            search,
            coin=coin(uow.sealer, each.comment.id),
            at=at,
        )
        for each in waiting
    ]
    proposals = [proposal for proposal, _ in proposed]
    _use_watch(uow, automations, [trial for _, trial in proposed if trial])
    marks = {
        p.comment.id: _mark(each, p, histories[p.comment.id], at=at)
        for each, p in zip(waiting, proposals, strict=True)
    }
    refusals = record_many(uow, proposals, revisions, marks)
    refused = {proposal.comment.id for proposal, refusal in zip(proposals, refusals, strict=True) if refusal}
    uow.decisions.mark_scored({comment_id: marks[comment_id] for comment_id in sorted(refused)})
    uow.trials.add([trial for _, trial in proposed if trial and trial.comment_id not in refused])
    if has_mail:
        held = {p.comment.id for p in proposals if p.decision.action is Action.HOLD} - refused
        tell_of_held(uow, [_with_score(each) for each in waiting if each.comment.id in held], at=at)
    uow.comments.save_scores([score_rows[comment_id] for comment_id in revisions if comment_id in score_rows])
    uow.campaigns.begin({each.comment.campaign for each in waiting if each.comment.campaign})
    latest = latest_seen([each.comment for each in waiting], sketches)
    for site_id in sorted(latest):
        uow.sketches.keep(site_id, latest[site_id], at=at)
    return len(proposals) - len(refused)


def _policies_of(uow: UnitOfWork, comments: Sequence[Comment]) -> dict[str, Policy]:
    return {site.id: site.policy for site in uow.sites.all(sorted({each.site_id for each in comments}))}


def histories_of(uow: UnitOfWork, comments: Sequence[Comment], *, at: datetime) -> dict[str, History]:
    """What the rules look at beside each of these comments, by id."""
    found = with_senders(uow, uow.comments.histories([each.id for each in comments]), comments, at=at)
    copies = {each.id: each.campaign for each in comments if each.campaign}
    rejected = uow.campaigns.rejected_as_spam(set(copies.values()), since=at - SPAM_COPIES_WAIT)
    spam = {id: rejected[first_id] for id, first_id in copies.items() if first_id in rejected}
    return {**found, **{id: replace(found[id], spam_copies=count) for id, count in spam.items()}}


def _use_watch(uow: UnitOfWork, automations: Mapping[str, Automation], trials: Sequence[Trial]) -> None:
    """Note how many automatic decisions were due since an error; first, because all transactions lock this first."""
    due = Counter(trial.site_id for trial in trials if trial.would in trial.on)
    for site_id in sorted(due):
        if automations[site_id].watched:
            uow.automations.use_watch(site_id, due[site_id])


def _with_score(scored: Scored) -> Comment:
    if scored.score is None:
        return scored.comment
    return replace(scored.comment, spam=scored.score.spam, abuse=scored.score.abuse)


def _mark(scored: Scored, proposal: Proposal, history: History, *, at: datetime) -> ScoreStamp:
    spam, abuse = (scored.score.spam, scored.score.abuse) if scored.score else (None, None)
    held = replace(scored.comment, reason=proposal.decision.reason)
    group = group_of(held, scored.score, approved=history.approved, rejected=history.rejected)
    queue_at = held.received_at - head_start(held, scored.score, group)
    return ScoreStamp(at, spam, abuse, held.near_copies, held.campaign, queue_at)
