"""A comment in one line: what became of it and why, and a few chips with what stands out. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from moderation.comment import Status
from moderation.decision import Decision
from moderation.queue import CommentDetail
from moderation.reasons import Reason, reason_named
from moderation.score import Score
from moderation.traps import telling
from service.dashboard.labels import decision_sentence, percent
from service.http.language import _, ngettext

GAUGED_FROM = 0.35
"""A probability under this is no news."""

HIGH_FROM = 0.65
COPIES_FROM = 3


@dataclass(frozen=True, slots=True)
class Chip:
    """A few words. kind: "risk", "copies", "plain" or "good", for its colour."""

    words: str
    kind: str = "plain"


@dataclass(frozen=True, slots=True)
class Verdict:
    """words: "Held · First comment". risk: "none", "some", "high" or "unknown". chips: the most telling first."""

    words: str
    risk: str
    chips: tuple[Chip, ...]


def verdict_of(detail: CommentDetail) -> Verdict:
    """What a moderator should know before reading."""
    return Verdict(_words(detail), _risk(detail), tuple(_chips(detail)))


def _words(detail: CommentDetail) -> str:
    comment = detail.comment
    last: Decision | None = detail.history[-1] if detail.history else None
    if comment.status is not Status.PENDING or (last and last.undoes):
        return decision_sentence(last) if last else ""
    if not comment.reason:
        return _("Waits for its score") if comment.scored_at is None else _("Held")
    return _("Held · %(reason)s", reason=_(reason_named(comment.reason).spec.name))


def _risk(detail: CommentDetail) -> str:
    score = detail.comment.score
    worst = max(score.spam, score.abuse) if score else 0.0
    if worst >= HIGH_FROM or _copies(detail) >= COPIES_FROM:
        return "high"
    if worst >= GAUGED_FROM or telling(detail.comment.signals):
        return "some"
    return "none" if score else "unknown"


def _chips(detail: CommentDetail) -> Iterator[Chip]:
    comment = detail.comment
    if (copies := _copies(detail)) > 1:
        yield Chip(ngettext("%(n)s copy", "%(n)s copies", copies), "copies")
    if detail.reports:
        yield Chip(ngettext("%(n)s report", "%(n)s reports", len(detail.reports)), "risk")
    yield from _likely(comment.score)
    if comment.score is None and comment.scored_at is not None:
        yield Chip(_("Not scored"))
    if comment.status is Status.PENDING and detail.author.approved:
        yield Chip(ngettext("%(n)s approved before", "%(n)s approved before", detail.author.approved), "good")
    if detail.author.rejected > (comment.status is Status.REJECTED):
        count = detail.author.rejected - (comment.status is Status.REJECTED)
        yield Chip(ngettext("%(n)s rejected before", "%(n)s rejected before", count), "risk")
    if comment.reason and reason_named(comment.reason) not in _SAID_ELSEWHERE:
        yield Chip(_(reason_named(comment.reason).spec.name))


_SAID_ELSEWHERE = frozenset((Reason.SPAM, Reason.ABUSE, Reason.UNSURE, Reason.CLEAN, Reason.NOT_SCORED))
"""The reasons that another chip shows already, or that say nothing."""


def _likely(score: Score | None) -> Iterator[Chip]:
    if score is None:
        return
    found = [(p, text) for p, text in ((score.spam, _SPAM), (score.abuse, _ABUSE)) if p >= GAUGED_FROM]
    for probability, head in sorted(found, key=lambda each: -each[0]):
        text = _("Spam %(percent)s", percent=percent(probability))
        if head == _ABUSE:
            text = _("Abuse %(percent)s", percent=percent(probability))
        yield Chip(text, "risk")


_SPAM, _ABUSE = "spam", "abuse"


def _copies(detail: CommentDetail) -> int:
    return detail.campaign.size if detail.campaign else 0
