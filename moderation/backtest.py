"""A draft policy, tried on the comments that are stored: what it would decide, and what people decided.

Scores are taken as they are stored; nothing is scored again and nothing is changed. An error is counted only where a
person decided, because nobody said whether the policy was right where it decided alone.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from moderation.actions import Action
from moderation.comment import Status
from moderation.estimate import Estimate, estimate
from moderation.past_comment import PastComment
from moderation.policy import Policy, RuleMatch, decide
from moderation.rules import matches

if TYPE_CHECKING:
    from moderation.store import Store

DEFAULT_COMMENTS, MAX_COMMENTS = 1_000, 20_000
LISTED = 50
"""How many comments each list of a report has at most; its figures count all."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One comment about which the draft decides otherwise than the policy of its time, or than people did."""

    past: PastComment
    match: RuleMatch


@dataclass(frozen=True, slots=True)
class Move:
    """How often the policy of the time decided one thing, None for nothing, and the draft another or the same."""

    before: Action | None
    after: Action
    count: int


@dataclass(frozen=True, slots=True)
class Acted:
    """What a policy does by itself with one action, approving or rejecting.

    before, after: of how many comments the stored decisions and the draft say so. wrong: of those that the draft
    decides so and people decided too, how many people decided otherwise.
    """

    before: int
    after: int
    wrong: Estimate


@dataclass(frozen=True, slots=True)
class Report:
    """How a draft policy would have decided.

    tried: how many comments; unscored: how many others have no score and were left out. since: when the oldest came.
    moves: the most frequent first.
    lost: of the comments that people approved, how many the draft rejects. let_through: of those that people
    rejected, how many it approves. The lists have the newest comments of each kind, at most LISTED: lost ones, those
    let through, and others about which the draft decides otherwise than the policy of their time.
    """

    tried: int
    unscored: int
    since: datetime | None
    moves: tuple[Move, ...]
    approve: Acted
    reject: Acted
    lost: Estimate
    let_through: Estimate
    lost_comments: tuple[Difference, ...] = ()
    let_through_comments: tuple[Difference, ...] = ()
    other_changes: tuple[Difference, ...] = ()

    @property
    def changed(self) -> int:
        """About how many comments the draft decides otherwise than the policy of their time."""
        return sum(move.count for move in self.moves if move.before not in (None, move.after))


def run(store: "Store", site_id: str, draft: Policy, *, limit: int = DEFAULT_COMMENTS) -> Report:
    """Try a draft on the newest `limit` scored comments of a site. Raises NotFound.

    Reads some hundred comments at a time, each in a transaction of its own, so that writers wait for nothing.
    """
    with store.read() as uow:
        uow.sites.get(site_id)
        ids, unscored = uow.past_comments.newest(site_id, limit=min(limit, MAX_COMMENTS))
    return compare(_read(store, ids), draft, unscored=unscored)


def compare(past: Iterable[PastComment], draft: Policy, *, unscored: int = 0) -> Report:
    """Try a draft on these comments, newest first. Pure, and reads them once."""
    found = _Tally()
    for each in past:
        found.add(each, decide(each.score, matches(each.comment, each.history, draft), draft))
    return found.report(unscored)


def _read(store: "Store", ids: list[str]) -> Iterable[PastComment]:
    for start in range(0, len(ids), 500):
        with store.read() as uow:
            page = uow.past_comments.read(ids[start : start + 500])
        yield from page


_VERDICTS = {Action.APPROVE: Status.APPROVED, Action.REJECT: Status.REJECTED}


@dataclass(slots=True)
class _Tally:
    since: datetime | None = None
    moves: Counter[tuple[Action | None, Action]] = field(default_factory=Counter)
    verdicts: Counter[tuple[Status, Action]] = field(default_factory=Counter)
    lost: list[Difference] = field(default_factory=list)
    let_through: list[Difference] = field(default_factory=list)
    others: list[Difference] = field(default_factory=list)

    def add(self, past: PastComment, match: RuleMatch) -> None:
        self.since = past.comment.received_at
        self.moves[past.before, match.action] += 1
        if past.verdict is not None:
            self.verdicts[past.verdict, match.action] += 1
        listed = self._list_for(past, match)
        if listed is not None and len(listed) < LISTED:
            listed.append(Difference(past, match))

    def _list_for(self, past: PastComment, match: RuleMatch) -> list[Difference] | None:
        if past.verdict is Status.APPROVED and match.action is Action.REJECT:
            return self.lost
        if past.verdict is Status.REJECTED and match.action is Action.APPROVE:
            return self.let_through
        return self.others if past.before not in (None, match.action) else None

    def report(self, unscored: int) -> Report:
        return Report(
            tried=self.moves.total(),
            unscored=unscored,
            since=self.since,
            moves=tuple(Move(*move, count) for move, count in self.moves.most_common()),
            approve=self._acted(Action.APPROVE),
            reject=self._acted(Action.REJECT),
            lost=self._share_of(Status.APPROVED, Action.REJECT),
            let_through=self._share_of(Status.REJECTED, Action.APPROVE),
            lost_comments=tuple(self.lost),
            let_through_comments=tuple(self.let_through),
            other_changes=tuple(self.others),
        )

    def _acted(self, action: Action) -> Acted:
        before = sum(count for (was, _), count in self.moves.items() if was is action)
        after = sum(count for (_, then), count in self.moves.items() if then is action)
        judged = {verdict: self.verdicts[verdict, action] for verdict in _VERDICTS.values()}
        wrong = sum(count for verdict, count in judged.items() if verdict is not _VERDICTS[action])
        return Acted(before, after, estimate(wrong, sum(judged.values())))

    def _share_of(self, verdict: Status, action: Action) -> Estimate:
        of = sum(count for (each, _), count in self.verdicts.items() if each is verdict)
        return estimate(self.verdicts[verdict, action], of)
