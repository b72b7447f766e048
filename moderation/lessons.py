"""Lessons: what a decision teaches the site's own model, and how much it counts. Pure.

A lesson is a decision that a person made and that still stands, a correction of a check, or a decision that was
imported with its comment. What a policy decided by itself teaches nothing, or the machine would learn from itself.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import exp, log, sqrt
from typing import Any, NamedTuple

from moderation.actions import Action
from moderation.comment import Status
from moderation.decision import POLICY, Decision
from moderation.reasons import Reason
from moderation.score import LogOdds, ScoringInput

MOST_LESSONS = 20_000
"""A site learns from its newest lessons, so many at most."""

FEWEST_LESSONS = 20
"""Before so many lessons the site has no line of its own."""

FEWEST_NEW = 5
"""A site replays after so many new lessons, or 2 in 100 of all where that is more."""

MODES = OFF, SHADOW, ON = ("off", "shadow", "on")
"""Whether a site learns. SHADOW: its own line is noted and shown; the shipped one decides. ON: its own decides."""

SHIPPED_PIN = "shipped"
"""What a site is pinned to that went back to the shipped model; else it is the id of one of its models."""

_ABUSE = frozenset({Reason.ABUSE, Reason.TOXIC, Reason.INSULT, Reason.THREAT, Reason.OBSCENE, Reason.IDENTITY_ATTACK})


class Verdict(NamedTuple):
    """What a decision says of a text: whether it is spam, whether it is abuse; None where it says nothing."""

    spam: bool | None
    abuse: bool | None


SAYS_NOTHING = Verdict(None, None)
_CORRECTIONS = {
    "spam": Verdict(True, None),
    "ham": Verdict(False, None),
    "abusive": Verdict(None, True),
    "fine": Verdict(False, False),
}


def verdict_of(status: Status, reason: Reason) -> Verdict:
    """What a comment's status and reason say. Off topic, illegal and the like say nothing of spam and abuse."""
    if status is Status.APPROVED:
        return Verdict(False, False)
    if status is Status.REJECTED and reason is Reason.SPAM:
        return Verdict(True, None)
    if status is Status.REJECTED and reason in _ABUSE:
        return Verdict(None, True)
    return SAYS_NOTHING


def verdict_of_correction(correction: str) -> Verdict:
    """What the correction of a check says (`moderation.checks.Correction`)."""
    return _CORRECTIONS.get(correction, SAYS_NOTHING)


@dataclass(frozen=True, slots=True)
class NewLesson:
    """A lesson as it is noted. id: of the decision, or of the comment or check that was decided elsewhere.

    comment_id: of the comment or check. by_id: who decided, "" for an import.
    """

    id: str
    site_id: str
    comment_id: str
    by_id: str
    at: datetime
    verdict: Verdict


def lessons_of(decisions: Iterable[Decision]) -> list[NewLesson]:
    """The lessons of decisions. One that says nothing of spam or abuse is noted: it replaces an earlier one."""
    return [
        NewLesson(
            each.id, each.site_id, each.comment_id, each.by.id, each.at, verdict_of(each.status_after, each.reason)
        )
        for each in decisions
        if each.by.id != POLICY.id and each.action in (Action.APPROVE, Action.REJECT)
    ]


class Author(NamedTuple):
    """Who wrote a text, as keyed hashes from 1 to 2**63 - 1. network, domain: 0 where they are not known."""

    email: int
    network: int = 0
    domain: int = 0


NOBODY = Author(0)
"""An author of whom nothing is known, because the comment went meanwhile."""


@dataclass(frozen=True, slots=True)
class UnreadLesson:
    """A lesson whose text the classifier has not read yet. copy_key: equal for near copies, a keyed hash."""

    id: str
    reading: ScoringInput
    author: Author
    copy_key: int


@dataclass(frozen=True, slots=True)
class ReadLesson:
    """What the classifier read of a lesson's text, as bytes of `models.learning.observation.Observation`."""

    id: str
    author: Author
    copy_key: int
    model: str
    spam: float
    abuse: float
    words: bytes
    signs: bytes


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson with all that it teaches. at: of the decision. spam, abuse: the shipped model's log-odds."""

    id: str
    comment_id: str
    by_id: str
    at: datetime
    verdict: Verdict
    author: Author
    copy_key: int
    spam: float
    abuse: float
    words: bytes
    signs: bytes

    @property
    def is_unwanted(self) -> bool:
        """Whether the text was rejected."""
        return bool(self.verdict.spam or self.verdict.abuse)


FEWEST_REJECTED = 20
"""What another system approved teaches a head only where so many texts were rejected for its reason.

An import often lacks what was rejected, and a site that saw only approvals would take nothing for spam any more.
"""


FEWEST_BEHIND_A_PROXY = 10
"""A network from which more than half of a site's lessons come, by so many authors, is taken for a proxy."""


def teaching(lessons: Sequence[Lesson]) -> list[Lesson]:
    """What teaches of these lessons, in their order: of each comment the last lesson, of near copies the first."""
    last = {lesson.comment_id: lesson.id for lesson in lessons}
    rejected = Verdict(*(sum([bool(lesson.verdict[n]) for lesson in lessons]) >= FEWEST_REJECTED for n in (0, 1)))
    met: set[tuple[int, Verdict]] = set()
    taught = []
    for lesson in lessons:
        verdict = lesson.verdict if lesson.by_id else _imported(lesson.verdict, rejected)
        kind = (lesson.copy_key, verdict)
        if last[lesson.comment_id] == lesson.id and verdict != SAYS_NOTHING and kind not in met:
            met.add(kind)
            taught.append(lesson if verdict == lesson.verdict else replace(lesson, verdict=verdict))
    return taught


def without_proxies(lessons: Sequence[Lesson]) -> list[Lesson]:
    """The lessons, without a network that most of them have though many authors wrote them.

    That is the address of a proxy, not of a person: it identifies nobody, and no word would ever have two teachers.
    """
    authors: dict[int, set[int]] = defaultdict(set)
    counts = Counter(lesson.author.network for lesson in lessons)
    for lesson in lessons:
        authors[lesson.author.network].add(lesson.author.email)
    shared = {
        network
        for network, count in counts.items()
        if 2 * count > len(lessons) and len(authors[network]) >= FEWEST_BEHIND_A_PROXY
    }
    return [
        replace(lesson, author=lesson.author._replace(network=0)) if lesson.author.network in shared else lesson
        for lesson in lessons
    ]


def _imported(verdict: Verdict, rejected: Verdict) -> Verdict:
    """rejected: for each head, whether there are enough rejections to learn from approvals."""
    spam, abuse = (said if said or enough else None for said, enough in zip(verdict, rejected, strict=True))
    return Verdict(spam, abuse)


class Doubts:
    """Notices a moderator whose decisions surprise the site's model far more than those of all others do.

    A moderator weighs nothing while doubted: the mean surprise of the last 1,000 decisions is four standard errors
    above the others', from 20 decisions on. Surprise is the log-loss minus its expectation.
    """

    WINDOW, EACH, LEAST, ERRORS = 1_000, 20, 20, 4.0

    def __init__(self) -> None:
        self._seen: deque[tuple[str, float]] = deque(maxlen=self.WINDOW)
        self._count = 0
        self.doubted: frozenset[str] = frozenset()

    def weight(self, by_id: str) -> float:
        """How much this moderator's decisions count now: 0 or 1."""
        return 0.0 if by_id in self.doubted else 1.0

    def note(self, by_id: str, log_odds: float, *, unwanted: bool) -> None:
        """One decision. log_odds: of its being unwanted, before it was learned."""
        self._seen.append((by_id, surprise(log_odds, unwanted=unwanted)))
        self._count += 1
        if self._count % self.EACH == 0:
            self.doubted = frozenset(filter(self._is_surprising, {who for who, _ in self._seen if who}))

    def _is_surprising(self, by_id: str) -> bool:
        mine: list[float] = []
        others: list[float] = []
        for who, value in self._seen:
            (mine if who == by_id else others).append(value)
        if min(len(mine), len(others)) < self.LEAST:
            return False
        (mean, variance), (usual, spread) = _moments(mine), _moments(others)
        error = sqrt(variance / len(mine) + spread / len(others) + 1e-4)
        return (mean - usual) / error > self.ERRORS


def surprise(log_odds: float, *, unwanted: bool) -> float:
    """How surprising a decision is, in nats, from -3 to 3: its log-loss minus the one to be expected."""
    chance = min(1 - 1e-4, max(1e-4, probability(log_odds)))
    usual = -chance * log(chance) - (1 - chance) * log(1 - chance)
    return max(-3.0, min(3.0, log_loss(log_odds, unwanted=unwanted) - usual))


def log_loss(log_odds: float, *, unwanted: bool) -> float:
    """The log-loss of one decision, in nats."""
    z = -log_odds if unwanted else log_odds
    return max(0.0, z) + log(1.0 + exp(-abs(z)))


def probability(log_odds: float) -> float:
    """The probability of log-odds; never 0 or 1."""
    return 1.0 / (1.0 + exp(-max(-35.0, min(35.0, log_odds))))


def _moments(values: Sequence[float]) -> tuple[float, float]:
    mean = sum(values) / len(values)
    return mean, sum([(value - mean) ** 2 for value in values]) / len(values)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay of a site's lessons gave.

    weights: the bytes of a `models.learning.site_model.SiteModel`. champion: SHIPPED or SITE, the line that the
    decisions prove to be the better one. passed: whether it may serve; checks: what was checked, with figures.
    summary: what the page *Learning* shows, JSON values. foreseen: by comment, what the site's line said of its text
    before it was learned.
    """

    weights: bytes
    champion: str
    passed: bool
    checks: dict[str, float]
    summary: dict[str, Any]
    foreseen: dict[str, LogOdds]
