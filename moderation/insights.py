"""What an owner sees of a site's moderation in figures. Each is bounded, so that a large site costs no more.

Days and the scores come from the index of the queue. What needs the comments themselves comes from a sample of the
newest ones, and says so.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median_high

from moderation.decided_by import POLICY
from moderation.links import domain_of, links_in
from moderation.listed_words import words_of

DAYS = 30
PER_DAY = 5_000
"""Up to how many comments of a day and a status are counted."""

SCORED = 1_000
"""How many of the newest comments of each status show how scores are distributed."""

SAMPLE = 300
"""Of how many of the newest comments pages, domains and words are listed, and of how many decided ones times."""

BINS = 20
LISTED = 10
MIN_LETTERS = 4
FEWEST = 3
"""How many rejected comments a listed word has at least."""

AGES = (timedelta(hours=1), timedelta(days=1), timedelta(days=7), timedelta(days=30))
"""The bounds between the groups of ages of what waits."""


@dataclass(frozen=True, slots=True)
class Day:
    """What became of the comments that were received on a day, in UTC. Each is at most PER_DAY."""

    begins: datetime
    approved: int
    pending: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A comment of the sample. settled: who approved or rejected it, and its status then; the first one first."""

    received_at: datetime
    decided_at: datetime
    settled: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Speed:
    """What the newest decided comments tell. by_policy: how many the policy decided finally.

    overturned: how many of the policy's approvals and rejections people turned around, and of how many.
    policy, people: the median time to the decision of either; None without any.
    """

    of: int
    by_policy: int
    overturned: int
    of_policy: int
    policy: timedelta | None
    people: timedelta | None


@dataclass(frozen=True, slots=True)
class Text:
    """A comment of the sample. page: how its page is called."""

    page: str
    body: str
    is_rejected: bool


@dataclass(frozen=True, slots=True)
class Topics:
    """What the newest comments are about, each with the number of comments; of words: of rejected ones.

    of: how many comments were read.
    """

    of: int
    pages: Sequence[tuple[str, int]] = ()
    domains: Sequence[tuple[str, int]] = ()
    words: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """What a moderator decided in the last DAYS days."""

    moderator_id: str
    name: str
    approved: int = 0
    rejected: int = 0
    undone: int = 0


@dataclass(frozen=True, slots=True)
class Insights:
    """All of it. ages: how many wait, by the groups that AGES makes. spam, abuse: numbers in BINS equal bins."""

    days: Sequence[Day]
    ages: Sequence[int]
    oldest: datetime | None
    spam: Sequence[int]
    abuse: Sequence[int]
    speed: Speed
    topics: Topics
    work: Sequence[Work] = field(default_factory=tuple)


def days_until(at: datetime) -> list[datetime]:
    """The beginnings of the last DAYS days and the end of the last one, in UTC; DAYS + 1 moments."""
    today = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return [today + timedelta(days=n) for n in range(1 - DAYS, 2)]


def histogram(scores: Sequence[float]) -> list[int]:
    """How many of these probabilities are in each of BINS equal bins."""
    found = Counter(min(int(score * BINS), BINS - 1) for score in scores)
    return [found[bin] for bin in range(BINS)]


def speed_of(decided: Sequence[Decided]) -> Speed:
    """What these comments tell about who decides and how fast."""
    of_policy = overturned = by_policy = 0
    times: dict[bool, list[timedelta]] = {True: [], False: []}
    for each in decided:
        if not each.settled:
            continue
        (first_by, first_status), (last_by, last_status) = each.settled[0], each.settled[-1]
        is_policy = last_by == POLICY.id
        by_policy += is_policy
        times[is_policy].append(each.decided_at - each.received_at)
        if first_by == POLICY.id:
            of_policy += 1
            overturned += last_status != first_status
    return Speed(len(decided), by_policy, overturned, of_policy, _median(times[True]), _median(times[False]))


def topics_of(texts: Sequence[Text]) -> Topics:
    """The commonest pages and domains, and the words that rejected comments use more than others."""
    pages, domains = Counter[str](), Counter[str]()
    words: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for text in texts:
        pages[text.page] += 1
        domains.update({domain_of(link) for link in links_in(text.body)} - {""})
        words[text.is_rejected].update({w for w in words_of(text.body).split() if len(w) >= MIN_LETTERS})
    sizes = {which: sum(text.is_rejected is which for text in texts) for which in words}

    def lift(word: str) -> float:
        """How much more often rejected comments have the word, with half a comment for what was never seen."""
        shares = {which: (words[which][word] + 0.5) / (sizes[which] + 1) for which in words}
        return shares[True] / shares[False]

    typical = [word for word, count in words[True].items() if count >= FEWEST and lift(word) > 1]
    listed = sorted(typical, key=lambda word: (-lift(word), word))[:LISTED]
    return Topics(
        len(texts),
        tuple(pages.most_common(LISTED)),
        tuple(domains.most_common(LISTED)),
        tuple((word, words[True][word]) for word in listed),
    )


def _median(times: Sequence[timedelta]) -> timedelta | None:
    return median_high(times) if times else None
