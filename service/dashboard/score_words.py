"""What a card says of a score: probabilities, labels, and the evidence that a reader can make something of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from moderation.lessons import probability
from moderation.score import SITE, Evidence, Score
from service.dashboard.excerpts import excerpt
from service.dashboard.highlight import FAINT
from service.dashboard.labels import label_name, likelihood, percent, signed
from service.dashboard.legible import is_legible
from service.dashboard.verdict import GAUGED_FROM
from service.http.language import _, text_of, translator

MAX_CLUES = 12
NOTABLE_LABEL = 0.5
STRONG = 1.0
TAUGHT = 0.1
DIFFERS = 0.1
EXPLAINED_FROM = 0.2
"""Evidence for a head that is less likely than this would only distract: it is not marked."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """One probability: in words, and as a number in [0, 1] for a meter."""

    words: str
    value: float


@dataclass(frozen=True, slots=True)
class Clue:
    """One piece of evidence for people. where: the field, "" for the comment as a whole; is_positive: for `head`, or
    against it; is_strong: whether it alone makes a difference. learned: what of it the site's decisions taught, in
    words; "" for nothing worth saying."""

    text: str
    where: str
    head: str
    is_positive: bool
    is_strong: bool
    learned: str = ""


def telling(score: Score) -> list[Evidence]:
    """The evidence of those heads that are likely enough to need an explanation."""
    likely = {head for head, p in (("spam", score.spam), ("abuse", score.abuse)) if p >= EXPLAINED_FROM}
    return [each for each in score.evidence if each.head in likely]


def gauges_of(score: Score | None) -> tuple[Gauge, ...]:
    """The probabilities that are high enough for a meter."""
    return tuple(Gauge(likelihood(head, p), p) for head, p in _heads(score) if p >= GAUGED_FROM)


def figures_of(score: Score | None) -> str:
    """The others in one line: low probabilities deserve no bar, and next to 300 copies a green one would mislead."""
    said = [f"{label_name(head)} {percent(p)}" for head, p in _heads(score) if p < GAUGED_FROM]
    return translator().pgettext("list separator", ", ").join(said)


def site_figures_of(score: Score | None) -> str:
    """What the site's own line would say, where it is only noted and says something else."""
    lines = score.lines if score else None
    if score is None or lines is None or lines.site is None or lines.in_force == SITE:
        return ""
    site = [(head, probability(log_odds)) for head, log_odds in zip(("spam", "abuse"), lines.site, strict=True)]
    if all(abs(p - shown) < DIFFERS for (_head, p), (_same, shown) in zip(site, _heads(score), strict=True)):
        return ""
    said = [f"{label_name(head)} {percent(p)}" for head, p in site]
    figures = translator().pgettext("list separator", ", ").join(said)
    return _("With what was learned on this site it would be: %(figures)s", figures=figures)


def _heads(score: Score | None) -> list[tuple[str, float]]:
    return [] if score is None else [("spam", score.spam), ("abuse", score.abuse)]


def labels_of(score: Score | None) -> tuple[str, ...]:
    """The labels that are likely, with their probabilities, the likeliest first."""
    if score is None:
        return ()
    notable = {label: p for label, p in score.labels.items() if p >= NOTABLE_LABEL and label not in {"spam", "abuse"}}
    return tuple(
        _("%(label)s %(percent)s", label=label_name(label), percent=percent(p))
        for label, p in sorted(notable.items(), key=lambda item: -item[1])
    )


def clues_of(evidence: Sequence[Evidence], links: int) -> Iterator[Clue]:
    """Words first, the strongest before the others; then what has no place in the text.

    links: how many the rules count; the model counts others, and the two would contradict each other.
    """
    strong = (e for e in evidence if abs(e.weight) >= FAINT and is_legible(e))
    strongest = sorted(strong, key=lambda e: (e.start == e.end, -abs(e.weight)))
    for each in strongest[:MAX_CLUES]:
        where = "" if each.field == "submission" else each.field
        each = each._replace(params={"n": links}) if each.code == "evidence.links" and links else each
        text = text_of(each.message) if each.code else each.text
        is_strong = abs(each.weight) >= STRONG
        yield Clue(excerpt(text, 60), where, each.head, each.weight > 0, is_strong, _learned(each))


def _learned(part: Evidence) -> str:
    if abs(part.learned) < TAUGHT:
        return ""
    return _(
        "%(weight)s, of which %(learned)s learned here", weight=signed(part.weight), learned=signed(part.learned)
    )
