"""Invents one comment of the demo. Pure: the same number gives the same comment."""

import random
from dataclasses import dataclass
from enum import StrEnum

from moderation.comment import Status
from moderation.demo.phrases import ABUSE, DOUBTFUL, OFFERS, SPAM, VOICES
from moderation.reasons import Reason


class Kind(StrEnum):
    """What somebody wrote. KNOWN: by an author who was approved before. COPY: of one offer."""

    KNOWN = "known"
    FIRST = "first"
    DOUBTFUL = "doubtful"
    SPAM = "spam"
    ABUSE = "abuse"
    COPY = "copy"


DECIDED = ((Kind.KNOWN, 70), (Kind.FIRST, 8), (Kind.DOUBTFUL, 5), (Kind.SPAM, 14), (Kind.ABUSE, 3))
WAITING = (
    (Kind.KNOWN, 34),
    (Kind.FIRST, 14),
    (Kind.DOUBTFUL, 14),
    (Kind.SPAM, 14),
    (Kind.ABUSE, 4),
    (Kind.COPY, 20),
)
"""Of each hundred comments, how many are of each kind."""

_REASONS = {
    Kind.KNOWN: Reason.UNSURE,
    Kind.FIRST: Reason.FIRST_COMMENT,
    Kind.DOUBTFUL: Reason.UNSURE,
    Kind.SPAM: Reason.SPAM,
    Kind.ABUSE: Reason.ABUSE,
    Kind.COPY: Reason.DUPLICATE,
}


@dataclass(frozen=True, slots=True)
class Invented:
    """One comment without its page and time. offer: which campaign it belongs to, -1 for none.

    address: the author's, at a domain that exists nowhere. reason: why it was held or rejected.
    """

    kind: Kind
    name: str
    address: str
    website: str
    body: str
    language: str
    network: str
    spam: float
    abuse: float
    status: Status
    reason: Reason
    offer: int = -1


def invent(number: int, *, is_waiting: bool, authors: int) -> Invented:
    """The comment of this number. authors: how many people are known."""
    chance = random.Random(number)
    kinds, weights = zip(*(WAITING if is_waiting else DECIDED), strict=True)
    kind: Kind = chance.choices(kinds, weights)[0]
    voice = VOICES[min(chance.randrange(2 * len(VOICES)), chance.randrange(len(VOICES)))]
    author = chance.randrange(authors) if kind is Kind.KNOWN else authors + number
    name = voice.names[author % len(voice.names)]
    shop = f"https://shop{number % 500}.example/offer{chance.randrange(90)}"
    offer = chance.randrange(len(OFFERS)) if kind is Kind.COPY else -1
    texts = {
        Kind.SPAM: SPAM,
        Kind.ABUSE: ABUSE,
        Kind.DOUBTFUL: DOUBTFUL,
        Kind.COPY: OFFERS[offer : offer + 1],
    }.get(kind)
    body = (
        chance.choice(texts).format(shop=shop, name=name)
        if texts
        else " ".join(chance.choice(part) for part in (voice.beginnings, voice.middles, voice.ends))
    )
    spam, abuse = _scores(kind, chance)
    return Invented(
        kind=kind,
        name=name,
        address=f"reader{author}@{'reader' if kind is Kind.KNOWN else 'post'}{author % 40}.example",
        website=shop if kind is Kind.SPAM and chance.random() < 0.3 else "",
        body=body,
        language="en" if texts else voice.language,
        network=f"198.51.{chance.randrange(256)}.0/24",
        spam=spam,
        abuse=abuse,
        status=_status(kind, chance, is_waiting=is_waiting),
        reason=_REASONS[kind],
        offer=offer,
    )


def _scores(kind: Kind, chance: random.Random) -> tuple[float, float]:
    low, high = chance.uniform(0.005, 0.06), chance.uniform(0.91, 0.985)
    match kind:
        case Kind.SPAM:
            return high, low
        case Kind.ABUSE:
            return low, high
        case Kind.DOUBTFUL:
            return chance.uniform(0.2, 0.8), chance.uniform(0.05, 0.6)
        case Kind.COPY:
            return chance.uniform(0.05, 0.2), low
    return low, chance.uniform(0.005, 0.06)


def _status(kind: Kind, chance: random.Random, *, is_waiting: bool) -> Status:
    if is_waiting:
        return Status.PENDING
    if kind in (Kind.SPAM, Kind.ABUSE):
        return Status.REJECTED
    return Status.REJECTED if kind is Kind.DOUBTFUL and chance.random() < 0.5 else Status.APPROVED
