"""Campaigns: many comments with nearly the same text. One decision is about all of them that wait."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from moderation.actions import Action
from moderation.decision import DecidedBy
from moderation.dispatch import Dispatch
from moderation.errors import Invalid, NotFound
from moderation.reasons import Reason
from moderation.review import BULK_LIMIT, DecisionRequest, DecisionResult, decide_many
from moderation.store import Store

MOST_AT_ONCE = 5_000
"""How many comments one decision about a campaign reaches; whoever has more of them decides again."""

_WORD = re.compile(r"\s+|\S+")


@dataclass(frozen=True, slots=True)
class CampaignResult:
    """What became of a decision about a campaign. decided: in the order of arrival; left: how many still wait."""

    decided: tuple[DecisionResult, ...]
    left: int


class Piece(NamedTuple):
    """A word of a sample, or the space between two. varies: whether some other sample lacks it."""

    text: str
    varies: bool


def decide_campaign(
    store: Store,
    dispatch: Dispatch,
    campaign_id: str,
    action: Action,
    reason: Reason | None,
    by: DecidedBy,
    *,
    sites: Sequence[str],
    at: datetime,
    note: str = "",
) -> CampaignResult:
    """Approve or reject what waits of a campaign, at most MOST_AT_ONCE comments. One undo takes all of it back.

    sites: those this moderator may decide for. Raises Invalid, and NotFound where nothing of it waits there.
    """
    decided: list[DecisionResult] = []
    while len(decided) < MOST_AT_ONCE:
        with store.read() as uow:
            waiting = uow.campaigns.waiting(campaign_id, sites=sites, limit=BULK_LIMIT)
        requests = [DecisionRequest(id, action, revision, reason, note) for id, revision in waiting]
        results = decide_many(store, dispatch, requests, by, sites=sites, at=at) if requests else []
        wrong = next((result for result in results if isinstance(result, Invalid)), None)
        if wrong is not None:
            raise wrong
        made = [result for result in results if isinstance(result, DecisionResult)]
        decided += made
        if not made or len(waiting) < BULK_LIMIT:
            break
    if not decided:
        raise NotFound("campaign", campaign_id)
    with store.read() as uow:
        left = uow.campaigns.count_waiting(campaign_id, sites=sites)
    return CampaignResult(tuple(decided), left)


def differences(bodies: Sequence[str]) -> list[list[Piece]]:
    """Each text in pieces, those marked that some other of the texts lacks. Pure; joined again they are the text."""
    split = [_WORD.findall(body) for body in bodies]
    shared = set.intersection(*({_plain(word) for word in words} for words in split)) if split else set()
    return [list(_joined(words, shared)) for words in split]


def _plain(word: str) -> str:
    return word.casefold().strip(".,;:!?…")


def _joined(words: Sequence[str], shared: set[str]) -> Iterator[Piece]:
    """Neighbours of one kind as one piece; spaces belong to what is before them."""
    text, varies = "", False
    for word in words:
        is_other = varies if word.isspace() else _plain(word) not in shared
        if text and is_other is not varies:
            yield Piece(text, varies)
            text = ""
        text, varies = text + word, is_other
    if text:
        yield Piece(text, varies)
