"""Replays a site's lessons from the first to the last: the weights are a function of the lessons and nothing else."""

from collections.abc import Callable, Collection, Mapping, Sequence
from math import sqrt
from typing import Any, Final, NamedTuple

import numpy as np

from models.learning.gaussian import Gaussian, step_at
from models.learning.head_learner import OFFSET_VARIANCE, SCALE_VARIANCE, Author, HeadLearner
from models.learning.observation import Inputs, Observation
from models.learning.reputation import Reputations, Senders, sender_keys
from models.learning.site_model import BadSiteModel, HeadModel, SiteModel
from moderation.lessons import FEWEST_LESSONS, Doubts, Lesson, Replayed, log_loss, teaching, without_proxies
from moderation.proof import Contest
from moderation.score import LogOdds

HEADS: Final = ("spam", "abuse")
NEWEST: Final = 5
"""The newest fifth of the lessons judges the weights, each lesson before it is learned."""

MORE_LOSS: Final = 0.01
"""By so much the log-loss may be above that of the shipped score with the site's usual shares."""

MOST_MOVED: Final = 1.0
"""By so much log-odds the words of no sample may move from one replay to the next."""

STRONGEST: Final = 15
EXAMPLES: Final = 5
STEPS: Final = 10
"""The course of the errors is shown in so many steps."""

LESSONS_A_STEP: Final = 250
"""After so many lessons `on_step` is called."""


class SiteLearner:
    """Both heads of one site."""

    def __init__(self, forgotten: Mapping[str, Collection[int]]) -> None:
        self.heads = {head: HeadLearner(forgotten.get(head, ())) for head in HEADS}
        self.senders = {head: Reputations() for head in HEADS}

    def meet(self, lesson: Lesson) -> "Met":
        """What is known before a lesson of its text and of its sender."""
        seen = Observation.from_bytes(lesson.spam, lesson.abuse, lesson.words, lesson.signs)
        keys, at = sender_keys(lesson.author), lesson.at.timestamp()
        return Met(lesson, seen, seen.inputs(), keys, [self.senders[head].standings(keys, at) for head in HEADS])

    def log_odds(self, met: "Met") -> "TwoLogOdds":
        """What the site says of it now."""
        shipped = (met.seen.spam, met.seen.abuse)
        spam, abuse = (
            self.heads[head].log_odds(odds, met.inputs, standings)
            for head, odds, standings in zip(HEADS, shipped, met.standings, strict=True)
        )
        return TwoLogOdds(spam, abuse)

    def learn(self, met: "Met", *, weight: float = 1.0) -> None:
        """Take in the lesson."""
        author, at = Author(*met.lesson.author), met.lesson.at.timestamp()
        shipped = (met.seen.spam, met.seen.abuse)
        for head, odds, standings, said in zip(HEADS, shipped, met.standings, met.lesson.verdict, strict=True):
            if said is not None:
                self.heads[head].learn(odds, met.inputs, author, standings, unwanted=said, weight=weight)
                self.senders[head].note(met.keys, at, unwanted=said, weight=weight)

    def model(self) -> SiteModel:
        """What is served."""
        senders = Senders.of(*(self.senders[head].all_standings() for head in HEADS))
        return SiteModel(self.heads["spam"].model(), self.heads["abuse"].model(), senders)


class Met(NamedTuple):
    """A lesson before it is learned. keys, standings: of its sender, the latter for each of HEADS."""

    lesson: Lesson
    seen: Observation
    inputs: Inputs
    keys: list[int]
    standings: list[list[float]]


class TwoLogOdds(NamedTuple):
    """The log-odds of both heads."""

    spam: float
    abuse: float

    @property
    def unwanted(self) -> float:
        """The log-odds that a text is spam or abuse, as if the two were independent."""
        neither = -float(np.logaddexp(0.0, self.spam) + np.logaddexp(0.0, self.abuse))  # its logarithm
        return float(np.log(-np.expm1(neither)) - neither) if neither < 0 else -700.0


def replay(
    lessons: Sequence[Lesson],
    *,
    forgotten: Mapping[str, Collection[int]],
    former: bytes = b"",
    samples: Sequence[Observation] = (),
    on_step: Callable[[], None] = lambda: None,
) -> Replayed:
    """Learn the lessons in their order, and check the result.

    former: the weights that serve now, b"" for none. samples: texts whose words may not move much from them.
    on_step: called between lessons, because 20,000 of them take seconds.
    """
    taught = without_proxies(teaching(lessons))
    learner, doubts, judged, contest = SiteLearner(forgotten), Doubts(), _Judged(len(taught)), Contest()
    foreseen: dict[str, LogOdds] = {}
    for number, lesson in enumerate(taught):
        met = learner.meet(lesson)
        site = learner.log_odds(met)
        foreseen[lesson.comment_id] = LogOdds(site.spam, site.abuse)
        losses = judged.note(lesson, TwoLogOdds(met.seen.spam, met.seen.abuse), site)
        doubts.note(lesson.by_id, site.unwanted, unwanted=lesson.is_unwanted)
        weight = doubts.weight(lesson.by_id)
        if number >= FEWEST_LESSONS and weight:
            contest = contest.add(shipped=losses.shipped, site=losses.site)
        learner.learn(met, weight=weight)
        if number % LESSONS_A_STEP == 0:
            on_step()
    model = learner.model()
    checks = judged.checks() | {"moved": _moved(model, former, samples)}
    return Replayed(
        weights=model.to_bytes(),
        champion=contest.champion,
        passed=checks["more_loss"] - 2 * checks["error"] <= MORE_LOSS and checks["moved"] <= MOST_MOVED,
        checks=checks,
        summary={
            "taught": len(taught),
            "course": judged.course,
            "doubted": sorted(doubts.doubted),
            "heads": {head: _summary(getattr(model, head), n, taught) for n, head in enumerate(HEADS)},
        },
        foreseen=foreseen,
    )


def held_out(lessons: Sequence[Lesson], *, forgotten: Mapping[str, Collection[int]]) -> dict[str, float]:
    """Learn all but the newest fifth, and judge that one: the log-loss and the errors of both lines."""
    taught = without_proxies(teaching(lessons))
    cut = len(taught) - len(taught) // NEWEST
    learner, doubts, judged = SiteLearner(forgotten), Doubts(), _Judged(len(taught) - cut)
    for number, lesson in enumerate(taught):
        met = learner.meet(lesson)
        site = learner.log_odds(met)
        if number < cut:
            doubts.note(lesson.by_id, site.unwanted, unwanted=lesson.is_unwanted)
            learner.learn(met, weight=doubts.weight(lesson.by_id))
        else:
            judged.note(lesson, TwoLogOdds(met.seen.spam, met.seen.abuse), site)
    return {"learned": cut, "judged": len(taught) - cut} | judged.totals()


class Losses(NamedTuple):
    """The log-loss of each line about one decision, in nats."""

    shipped: float
    site: float


class _Judged:
    """How well both lines foresaw the decisions, each before it was learned.

    course: the lessons in STEPS parts, oldest first, each with the number of lessons, and how often each line would
    have called an approved text unwanted or a rejected one wanted.
    """

    def __init__(self, lessons: int) -> None:
        self._step = max(1, -(-lessons // STEPS))
        self._newest_from = lessons - lessons // NEWEST
        self._curves = {head: Gaussian([1.0, 0.0], [SCALE_VARIANCE, OFFSET_VARIANCE]) for head in HEADS}
        self._more: list[float] = []
        self._losses: list[Losses] = []
        self.course: list[dict[str, int]] = []

    def note(self, lesson: Lesson, shipped: TwoLogOdds, site: TwoLogOdds) -> "Losses":
        """One lesson, with what each line says of its text; returns what each lost."""
        for head, said, plain, own in zip(HEADS, lesson.verdict, shipped, site, strict=True):
            if said is not None:
                inputs = np.array([plain, 1.0])
                usual = float(self._curves[head].mean @ inputs)
                self._curves[head].learn(inputs, step_at(usual, unwanted=said, weight=1.0))
                if len(self._losses) >= self._newest_from:
                    self._more.append(log_loss(own, unwanted=said) - log_loss(usual, unwanted=said))
        unwanted = lesson.is_unwanted
        if len(self._losses) % self._step == 0:
            self.course.append({"lessons": 0, "shipped": 0, "site": 0})
        part = self.course[-1]
        part["lessons"] += 1
        part["shipped"] += (shipped.unwanted > 0) is not unwanted
        part["site"] += (site.unwanted > 0) is not unwanted
        both = Losses(log_loss(shipped.unwanted, unwanted=unwanted), log_loss(site.unwanted, unwanted=unwanted))
        self._losses.append(both)
        return both

    def checks(self) -> dict[str, float]:
        """Of the newest fifth: the log-loss of the site's line, and how much more that is than the loss of the
        shipped score with the site's usual shares; each with its standard error."""
        count = max(1, len(self._more))
        mean = sum(self._more) / count
        newest = [losses.site for losses in self._losses[self._newest_from :]]
        usual = sum(newest) / max(1, len(newest))
        return {
            "loss": usual,
            "loss_error": sqrt(sum([(each - usual) ** 2 for each in newest])) / max(1, len(newest)),
            "more_loss": mean,
            "error": sqrt(sum([(each - mean) ** 2 for each in self._more])) / count,
        }

    def totals(self) -> dict[str, float]:
        """The mean log-loss and the errors of each line."""
        count = max(1, len(self._losses))
        return {
            "shipped_loss": sum([shipped for shipped, _ in self._losses]) / count,
            "site_loss": sum([site for _, site in self._losses]) / count,
            "shipped_errors": sum([part["shipped"] for part in self.course]),
            "site_errors": sum([part["site"] for part in self.course]),
        }


def _moved(model: SiteModel, former: bytes, samples: Sequence[Observation]) -> float:
    """By how much what was learned about a sample's words and signs differs from the former weights at most."""
    if not former:
        return 0.0
    try:
        before = SiteModel.from_bytes(former)
    except BadSiteModel:  # of another version: it does not serve either
        return 0.0
    return max(
        (
            abs(now.learned(seen) - then.learned(seen))
            for seen in samples
            for now, then in zip(model.heads, before.heads, strict=True)
        ),
        default=0.0,
    )


def _summary(head: HeadModel, number: int, taught: Sequence[Lesson]) -> dict[str, Any]:
    """What a head learned: its curve, and its strongest words with the lessons that had them."""
    order = np.argsort(-np.abs(head.weights), kind="stable")[:STRONGEST]
    strongest = head.words[order]
    lessons = [lesson for lesson in taught if lesson.verdict[number] is not None]
    words = [np.frombuffer(lesson.words, "<u4") for lesson in lessons]
    owners = np.arange(len(words)).repeat([len(each) for each in words])
    every = np.concatenate(words) if words else np.zeros(0, np.uint32)
    found = []
    for bucket, weight in zip(strongest.tolist(), head.weights[order].astype(np.float64).tolist(), strict=True):
        of_word = [lessons[n] for n in dict.fromkeys(owners[every == bucket].tolist())]
        unwanted = sum([bool(lesson.verdict[number]) for lesson in of_word])
        agreeing = [lesson.comment_id for lesson in of_word if bool(lesson.verdict[number]) is (weight > 0)]
        found.append(
            {
                "bucket": bucket,
                "weight": weight * head.trust,
                "rejected": unwanted,
                "approved": len(of_word) - unwanted,
                "comments": agreeing[: -EXAMPLES - 1 : -1],
            }
        )
    return {
        "scale": head.scale,
        "offset": head.offset,
        "trust": head.trust,
        "words": len(head.words),
        "lessons": len(lessons),
        "strongest": found,
    }
