"""What a moderator sees of one comment, in words and marks: a comment's details in, a card out."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate

from moderation.actions import Action
from moderation.comment import Comment, Status
from moderation.decision import Decision
from moderation.edits import Piece, around_changes, difference
from moderation.lessons import probability
from moderation.links import count_links
from moderation.queue import Campaign, CommentDetail
from moderation.reasons import Reason
from moderation.reports import Report
from moderation.review import UNDO_DAYS
from moderation.score import SITE, Evidence, Score
from service.dashboard.highlight import FAINT, Stretch, stretches
from service.dashboard.labels import (
    counted,
    label_name,
    language_words,
    likelihood,
    percent,
    record_sentence,
    signal_name,
    signed,
)
from service.dashboard.legible import is_legible, to_mark
from service.dashboard.verdict import GAUGED_FROM, Verdict, verdict_of
from service.http.language import _, ngettext, text_of, translator
from service.http.urls import web_url

EXCERPT_LENGTH, EXCERPT_LINES = 2_000, 40
ADDRESS_LENGTH, TITLE_LENGTH = 120, 120
PARENT_LENGTH = 240
ROW_LENGTH = 160
MAX_CLUES = 12
UNSURE_BELOW = 0.5
NOTABLE_LABEL = 0.5
STRONG = 1.0
TAUGHT = 0.1
DIFFERS = 0.1
GROUP_FROM = 3
"""So many waiting copies are shown as one card."""

_BLANKS = re.compile(r"\n(?:[^\S\n]*\n){2,}")
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")

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


@dataclass(frozen=True, slots=True)
class Card:
    """One comment, ready to show. Every text in it is plain: the template escapes it.

    line: the beginning of its text, for a row of the list.
    standing: the decision that gave the comment its present status, if any; where it undid another one, also the
    one that stands again.
    undoable: the decision that can be undone now, if any. rest: how many characters the excerpt leaves out.
    figures: the probabilities that are too low for a gauge. site_figures: what the site's own line would say, where
    it is only noted and says something else. copies: how many near copies there are, in words.
    campaign: the campaign of which several wait, else None. waiting: how many by an author who was approved before
    wait, this one included; 0 for one alone.
    changes: what the author's last edit changed, as of the text that readers see or saw; empty without one.
    reports: the open ones, oldest first.
    """

    comment: Comment
    verdict: Verdict
    line: str
    parent: Comment | None
    parent_excerpt: str
    name: tuple[Stretch, ...]
    website: tuple[Stretch, ...]
    website_link: str
    thread_link: str
    thread_name: str
    body: tuple[Stretch, ...]
    rest: int
    gauges: tuple[Gauge, ...]
    figures: str
    site_figures: str
    copies: str
    campaign: Campaign | None
    waiting: int
    labels: tuple[str, ...]
    clues: tuple[Clue, ...]
    signals: tuple[str, ...]
    notes: tuple[str, ...]
    author_record: str
    standing: tuple[Decision, ...]
    undoable: Decision | None
    may_decide: bool
    changes: tuple[Piece, ...]
    reports: tuple[Report, ...]


def card_of(detail: CommentDetail, *, may_decide: bool, at: datetime, whole: bool = False) -> Card:
    """A comment's details as a card. whole: the whole body rather than its beginning."""
    comment, score = detail.comment, detail.comment.score
    may_decide = may_decide and comment.reason != Reason.WITHDRAWN
    evidence = _telling(score) if score else []
    body = comment.body if whole else _beginning(comment.body)
    marked = stretches(body, _clipped(to_mark(evidence, "body", comment.body), len(body)))
    return Card(
        comment=comment,
        verdict=verdict_of(detail),
        line=excerpt(comment.body[: 2 * ROW_LENGTH], ROW_LENGTH),
        parent=detail.parent,
        parent_excerpt=excerpt(detail.parent.body, PARENT_LENGTH) if detail.parent else "",
        name=tuple(stretches(comment.name, to_mark(evidence, "name", comment.name), field="name")),
        website=tuple(_marked(comment.website, evidence, None if whole else ADDRESS_LENGTH)),
        website_link=web_url(comment.website),
        thread_link=web_url(comment.thread.url),
        thread_name=excerpt(comment.thread.title or comment.thread.key, TITLE_LENGTH),
        body=tuple(marked if whole else _closed_up(marked)),
        rest=len(comment.body) - len(body),
        gauges=_gauges(score),
        figures=_figures(score),
        site_figures=_site_figures(score),
        copies=_copies(detail),
        campaign=detail.campaign if grouped_as(detail) else None,
        waiting=_waiting(detail),
        labels=_labels(score),
        clues=tuple(_clues(evidence or (score.evidence if score else ()), count_links(comment.body))),
        signals=tuple(signal_name(signal) for signal in sorted(comment.signals)),
        notes=tuple(_notes(detail)),
        author_record=record_sentence(detail.author, comment.status.value),
        standing=tuple(_standing(detail.history)),
        undoable=_undoable(detail.history, at=at) if may_decide else None,
        may_decide=may_decide,
        changes=_changes(detail, whole=whole),
        reports=detail.reports,
    )


def _changes(detail: CommentDetail, *, whole: bool) -> tuple[Piece, ...]:
    """From the text that readers see, or else the one before the last edit, to the present one."""
    if not detail.edits:
        return ()
    pieces = difference(detail.comment.public_body or detail.edits[-1].body, detail.comment.body)
    return tuple(pieces if whole else around_changes(pieces))


def excerpt(text: str, length: int) -> str:
    """The beginning of a text in one line, cut at `length` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"


def _beginning(body: str) -> str:
    """The part that a list shows, so that no card can push the others out of reach. Blank lines are not counted,
    or many of them would hide what follows."""
    lines = body[:EXCERPT_LENGTH].splitlines(keepends=True)
    written = accumulate(not line.isspace() for line in lines)
    return "".join([line for line, count in zip(lines, written, strict=True) if count <= EXCERPT_LINES])


def _closed_up(marked: Iterable[Stretch]) -> Iterator[Stretch]:
    """The same with one blank line where there are more: the places of the evidence were found before."""
    for stretch in marked:
        yield replace(stretch, text=_BLANKS.sub("\n\n", stretch.text))


def _marked(website: str, evidence: Sequence[Evidence], length: int | None) -> list[Stretch]:
    """The website with its evidence, cut at `length` characters."""
    shown = website[:length]
    marked = stretches(shown, _clipped(to_mark(evidence, "website", website), len(shown)), field="website")
    return marked if shown == website else [*marked, Stretch("…")]


def _telling(score: Score) -> list[Evidence]:
    """The evidence of those heads that are likely enough to need an explanation."""
    likely = {head for head, p in (("spam", score.spam), ("abuse", score.abuse)) if p >= EXPLAINED_FROM}
    return [each for each in score.evidence if each.head in likely]


def _clipped(evidence: Sequence[Evidence], length: int) -> list[Evidence]:
    """Evidence that begins in an excerpt ends with it at the latest."""
    return [e._replace(end=min(e.end, length)) for e in evidence if e.start < length]


def _gauges(score: Score | None) -> tuple[Gauge, ...]:
    return tuple(Gauge(likelihood(head, p), p) for head, p in _heads(score) if p >= GAUGED_FROM)


def _figures(score: Score | None) -> str:
    """Low probabilities are no news and deserve no bar: next to 300 copies a green one would mislead."""
    said = [f"{label_name(head)} {percent(p)}" for head, p in _heads(score) if p < GAUGED_FROM]
    return translator().pgettext("list separator", ", ").join(said)


def _site_figures(score: Score | None) -> str:
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


def grouped_as(detail: CommentDetail) -> str:
    """The id of the campaign for which this comment may stand in a list; "" unless several of it wait."""
    campaign = detail.campaign
    is_waiting = detail.comment.status is Status.PENDING and campaign is not None and campaign.pending >= GROUP_FROM
    return campaign.id if is_waiting and campaign else ""


def _copies(detail: CommentDetail) -> str:
    """How many near copies there are, before and after it, and what became of them."""
    campaign = detail.campaign
    if campaign is None or campaign.size < 2:
        return ""
    counts = {"approved": campaign.approved, "rejected": campaign.rejected, "pending": campaign.pending}
    said = [counted(status, count) for status, count in counts.items() if count]
    return _(
        "%(copies)s of this text: %(counts)s",
        copies=ngettext("%(n)s copy", "%(n)s copies", campaign.size),
        counts=translator().pgettext("list separator", ", ").join(said),
    )


def _waiting(detail: CommentDetail) -> int:
    author = detail.author
    is_offer = detail.comment.status is Status.PENDING and author.approved and author.pending > 1
    return author.pending if is_offer else 0


def _labels(score: Score | None) -> tuple[str, ...]:
    if score is None:
        return ()
    notable = {label: p for label, p in score.labels.items() if p >= NOTABLE_LABEL and label not in {"spam", "abuse"}}
    return tuple(
        _("%(label)s %(percent)s", label=label_name(label), percent=percent(p))
        for label, p in sorted(notable.items(), key=lambda item: -item[1])
    )


def _clues(evidence: Sequence[Evidence], links: int) -> Iterator[Clue]:
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


def _notes(detail: CommentDetail) -> Iterator[str]:
    comment = detail.comment
    if comment.score is None:
        waits = (
            comment.scored_at is None and comment.status is Status.PENDING and comment.reason in ("", Reason.EDITED)
        )
        yield (
            _("Waiting for its score.")
            if waits
            else _("Not scored: the classifier gave no probabilities for this comment.")
        )
    elif comment.score.confidence < UNSURE_BELOW:
        language = language_words(comment.score.language)
        yield _("The model has seen few texts like this one (%(language)s); read it with care.", language=language)
    if _TURNS.search(f"{comment.name} {comment.website} {comment.body}"):
        yield _("It contains invisible marks that change the direction of writing: it may not read as it looks.")
    if comment.status is Status.PENDING and comment.reason == Reason.FIRST_COMMENT and detail.author.approved:
        yield ngettext(
            "Held as a first comment; %(n)s by this author has been approved since.",
            "Held as a first comment; %(n)s by this author have been approved since.",
            detail.author.approved,
        )
    if comment.near_copies and not _copies(detail):
        yield ngettext(
            "%(n)s other recent comment has nearly the same text.",
            "%(n)s other recent comments have nearly the same text.",
            comment.near_copies,
        )


def _standing(history: Sequence[Decision]) -> Iterator[Decision]:
    """The newest decision; if that is an undo, also the newest one that was not undone."""
    yield from history[-1:]
    stand: list[Decision] = []
    for decision in history:  # only the newest that stands can be undone
        stand = stand[:-1] if decision.action is Action.UNDO else [*stand, decision]
    if history and history[-1].action is Action.UNDO:
        yield from stand[-1:]


def _undoable(history: Sequence[Decision], *, at: datetime) -> Decision | None:
    """The newest decision, unless `review.undo` would refuse it."""
    last = history[-1] if history else None
    if last is None or not last.action.spec.undoable or at - last.at > timedelta(days=UNDO_DAYS):
        return None
    return last
