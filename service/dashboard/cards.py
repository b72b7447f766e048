"""What a moderator sees of one comment, in words and marks: a comment's details in, a card out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from moderation.actions import Action
from moderation.comment import Comment, Status
from moderation.decision import Decision
from moderation.edits import Piece, around_changes, difference
from moderation.links import count_links
from moderation.priority import UNSURE_BELOW
from moderation.queue import Campaign, CommentDetail
from moderation.reasons import Reason
from moderation.reports import Report
from moderation.review import UNDO_DAYS
from moderation.score import Evidence
from moderation.unicode_text import turns_direction
from service.dashboard.excerpts import beginning, clipped, closed_up, excerpt
from service.dashboard.highlight import Stretch, stretches
from service.dashboard.labels import (
    counted,
    language_words,
    record_sentence,
    signal_name,
)
from service.dashboard.legible import to_mark
from service.dashboard.score_words import (
    Clue,
    Gauge,
    clues_of,
    figures_of,
    gauges_of,
    labels_of,
    site_figures_of,
    telling,
)
from service.dashboard.verdict import Verdict, verdict_of
from service.http.language import _, ngettext, translator
from service.http.urls import web_url

ADDRESS_LENGTH, TITLE_LENGTH = 120, 120
PARENT_LENGTH = 240
ROW_LENGTH = 160
GROUP_FROM = 3
"""So many waiting copies are shown as one card."""


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
    evidence = telling(score) if score else []
    body = comment.body if whole else beginning(comment.body)
    marked = stretches(body, clipped(to_mark(evidence, "body", comment.body), len(body)))
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
        body=tuple(marked if whole else closed_up(marked)),
        rest=len(comment.body) - len(body),
        gauges=gauges_of(score),
        figures=figures_of(score),
        site_figures=site_figures_of(score),
        copies=_copies(detail),
        campaign=detail.campaign if grouped_as(comment, detail.campaign) else None,
        waiting=_waiting(detail),
        labels=labels_of(score),
        clues=tuple(clues_of(evidence or (score.evidence if score else ()), count_links(comment.body))),
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


def _marked(website: str, evidence: Sequence[Evidence], length: int | None) -> list[Stretch]:
    """The website with its evidence, cut at `length` characters."""
    shown = website[:length]
    marked = stretches(shown, clipped(to_mark(evidence, "website", website), len(shown)), field="website")
    return marked if shown == website else [*marked, Stretch("…")]


def grouped_as(comment: Comment, campaign: Campaign | None) -> str:
    """The id of the campaign for which this comment may stand in a list; "" unless several of it wait."""
    is_waiting = comment.status is Status.PENDING and campaign is not None and campaign.pending >= GROUP_FROM
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
    if turns_direction(f"{comment.name} {comment.website} {comment.body}"):
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
