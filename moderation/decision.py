"""Actions, reasons and decisions: what the policy and the moderators have in common."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from moderation.comment import Status


class Action(StrEnum):
    """What a decision does. Only a policy holds; only a moderator undoes."""

    APPROVE = "approve"
    HOLD = "hold"
    REJECT = "reject"
    UNDO = "undo"


STATUS_AFTER = {
    Action.APPROVE: Status.APPROVED,
    Action.HOLD: Status.PENDING,
    Action.REJECT: Status.REJECTED,
}


class Reason(StrEnum):
    """Why. Each has a sentence that the author may be shown, in `PUBLIC_REASONS`."""

    CLEAN = "clean"
    UNSURE = "unsure"
    SPAM = "spam"
    ABUSE = "abuse"
    INSULT = "insult"
    THREAT = "threat"
    OBSCENE = "obscene"
    IDENTITY_ATTACK = "identity_attack"
    LINKS = "links"
    WORDS = "words"
    FIRST_COMMENT = "first_comment"
    CLOSED_THREAD = "closed_thread"
    FORM_TRAP = "form_trap"
    DUPLICATE = "duplicate"
    LANGUAGE = "language"
    NOT_SCORED = "not_scored"
    OFF_TOPIC = "off_topic"
    PERSONAL_DATA = "personal_data"
    ILLEGAL = "illegal"
    OTHER = "other"
    UNDONE = "undone"


PUBLIC_REASONS = {
    Reason.CLEAN: "The comment follows the rules of this site.",
    Reason.UNSURE: "A moderator reads every comment here before it appears.",
    Reason.SPAM: "The comment looks like advertising.",
    Reason.ABUSE: "The comment looks abusive.",
    Reason.INSULT: "The comment looks like an insult.",
    Reason.THREAT: "The comment looks like a threat.",
    Reason.OBSCENE: "The comment uses obscene language.",
    Reason.IDENTITY_ATTACK: "The comment looks like an attack on who somebody is.",
    Reason.LINKS: "The comment has many links.",
    Reason.WORDS: "The comment uses words that this site looks at first.",
    Reason.FIRST_COMMENT: "A moderator reads an author's first comment before it appears.",
    Reason.CLOSED_THREAD: "Comments on this page are closed.",
    Reason.FORM_TRAP: "The form was filled in in an unusual way.",
    Reason.DUPLICATE: "The same text was sent before.",
    Reason.LANGUAGE: "A moderator reads comments in this language before they appear.",
    Reason.NOT_SCORED: "The comment could not be checked by the classifier, so a moderator reads it.",
    Reason.OFF_TOPIC: "The comment is not about this page.",
    Reason.PERSONAL_DATA: "The comment contains somebody's personal data.",
    Reason.ILLEGAL: "The comment appears to break the law.",
    Reason.OTHER: "A moderator decided against this comment.",
    Reason.UNDONE: "An earlier decision was taken back.",
}

REJECT_REASONS = (
    Reason.SPAM,
    Reason.ABUSE,
    Reason.INSULT,
    Reason.THREAT,
    Reason.OBSCENE,
    Reason.IDENTITY_ATTACK,
    Reason.OFF_TOPIC,
    Reason.PERSONAL_DATA,
    Reason.ILLEGAL,
    Reason.DUPLICATE,
    Reason.OTHER,
)
"""The reasons a moderator may give for rejecting."""


@dataclass(frozen=True, slots=True)
class DecidedBy:
    """Who decided: a moderator ("mod_…"), a key ("key_…") or the site's policy. name is fit to show moderators."""

    id: str
    name: str


POLICY = DecidedBy(id="policy", name="the policy")


@dataclass(frozen=True, slots=True)
class Decision:
    """One action, with its reason, by whom, when.

    revision: the comment's revision that this decision made, 1 or more.
    detail: what the rule saw ("3 links, the limit is 2"), for moderators; note: what a moderator wrote.
    undoes: the id of the decision that an undo took back, else "".
    """

    id: str
    comment_id: str
    site_id: str
    action: Action
    reason: Reason
    by: DecidedBy
    at: datetime
    revision: int
    status_before: Status
    status_after: Status
    detail: str = ""
    note: str = ""
    undoes: str = ""


def known_reason(text: str) -> Reason | None:
    """The reason of this name; None for none, and for one that only another version knows."""
    return _REASONS.get(text)


_REASONS = {reason.value: reason for reason in Reason}


def public_reason(text: str) -> str:
    """What the author may be shown for a reason; "" where it is not known."""
    reason = known_reason(text)
    return PUBLIC_REASONS[reason] if reason else ""
