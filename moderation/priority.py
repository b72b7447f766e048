"""Which of the comments that wait comes first: groups that one decision settles, then what needs a person most. Pure.

Each comment gets a head start when it is scored, and the queue is in the order of arrival less that head start. So a
place never changes and an index has it, and every comment ages alike: none waits for one that came more than four
days later. Only a copy goes where the first of its campaign is, however old that is.
"""

from datetime import timedelta
from enum import StrEnum

from moderation.comment import Comment
from moderation.ids import made_at
from moderation.reasons import Reason
from moderation.score import Score
from moderation.traps import telling

LIKELY = 0.9
"""From here on spam or abuse is likely enough to be decided with others like it."""

UNLIKELY = 0.1
UNSURE_BELOW = 0.5
"""Of the confidence: below it the model has read few texts like this one."""

LONGEST = 600
"""Up to so many characters a text is read together with others; a longer one is read alone."""

MUCH_READ = 50
"""A page whose published comments changed so often has as much reach as any."""

_UNOBJECTED = frozenset((Reason.UNSURE, Reason.CLEAN))


class Group(StrEnum):
    """What is decided together. COPIES: of one campaign. FINE: likely clean, by authors who are known."""

    COPIES = "copies"
    FINE = "fine"
    SPAM = "spam"
    ABUSE = "abuse"


HEAD_STARTS = {
    Group.COPIES: timedelta(days=4),
    Group.FINE: timedelta(days=3),
    Group.SPAM: timedelta(days=2),
    Group.ABUSE: timedelta(days=2),
}
LONGEST_ALONE = timedelta(days=1)
"""The head start of a comment that nobody can guess, on a page with many readers."""


def group_of(comment: Comment, score: Score | None, *, approved: int, rejected: int) -> Group | None:
    """What it is decided with; None for what a person should read alone.

    comment: with the reason for which it is held. approved, rejected: how many comments of its author stand so,
    itself not counted.
    """
    if comment.campaign:
        return Group.COPIES
    if score is None or score.confidence < UNSURE_BELOW or len(comment.body) > LONGEST:
        return None
    if not approved and score.spam >= LIKELY:
        return Group.SPAM
    if not approved and score.abuse >= LIKELY:
        return Group.ABUSE
    is_clean = max(score.spam, score.abuse) <= UNLIKELY and comment.reason in _UNOBJECTED
    return Group.FINE if is_clean and approved and not rejected and not telling(comment.signals) else None


def head_start(comment: Comment, score: Score | None, group: Group | None) -> timedelta:
    """By how much it comes before others of its time, from 0 to 4 days.

    A later copy comes with the first of its campaign, so that all of it is in one place.
    """
    if group is Group.COPIES:
        return HEAD_STARTS[group] + (comment.received_at - made_at(comment.campaign))
    return HEAD_STARTS[group] if group else LONGEST_ALONE * uncertainty(score) * reach(comment)


def uncertainty(score: Score | None) -> float:
    """In [0, 1]: 1 for a score in the middle or none at all, 0 for one that is sure of everything."""
    return 1.0 if score is None else max(4 * p * (1 - p) for p in (score.spam, score.abuse))


def reach(comment: Comment) -> float:
    """How many people may read it, in [0.5, 1]: by how often the published comments of its page have changed."""
    return 0.5 + 0.5 * min(1.0, comment.thread.version / MUCH_READ)
