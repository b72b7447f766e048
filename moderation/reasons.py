"""Why a decision was made. To add a reason, add a row: the dashboard, the API and webhooks read it.

Then add its row to docs/policies.md and run `script/messages`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from moderation.messages import N_, P_


@dataclass(frozen=True, slots=True)
class ReasonSpec:
    """What there is to know about one reason.

    name: a few words for moderators. public: the sentence that the author may read, "" for none.
    policy: whether a site's policy may give it; label: whether it does so for the classifier's label of this name.
    report: what a reader chooses to report a comment for this reason, "" where none can.
    moderator: whether a moderator may give it for rejecting; key: the dashboard's key for it, "" for none.
    """

    name: str
    public: str
    policy: bool = False
    label: bool = False
    moderator: bool = False
    key: str = ""
    report: str = ""


class Reason(StrEnum):
    """Why. Moderators choose from theirs in this order."""

    _value_: str
    spec: ReasonSpec

    def __new__(cls, name: str, *spec: ReasonSpec) -> Self:
        member = str.__new__(cls, name)
        member._value_ = name
        [member.spec] = spec
        return member

    CLEAN = (
        "clean",
        ReasonSpec(N_("No objection"), P_("The comment follows the rules of this site."), policy=True),
    )
    UNSURE = (
        "unsure",
        ReasonSpec(N_("For moderators to decide"), P_("Moderators read comments on this site first."), policy=True),
    )
    SPAM = (
        "spam",
        ReasonSpec(
            N_("Spam"),
            P_("The comment looks like advertising."),
            policy=True,
            label=True,
            moderator=True,
            key="1",
            report=P_("Advertising or spam"),
        ),
    )
    ABUSE = (
        "abuse",
        ReasonSpec(
            N_("Abuse"),
            P_("The comment looks abusive."),
            policy=True,
            label=True,
            moderator=True,
            key="2",
            report=P_("Abuse or insults"),
        ),
    )
    TOXIC = ("toxic", ReasonSpec(N_("Toxic"), N_("The comment looks hostile."), policy=True, label=True))
    INSULT = (
        "insult",
        ReasonSpec(
            N_("Insult"), P_("The comment looks like an insult."), policy=True, label=True, moderator=True, key="3"
        ),
    )
    THREAT = (
        "threat",
        ReasonSpec(
            N_("Threat"),
            P_("The comment looks like a threat."),
            policy=True,
            label=True,
            moderator=True,
            key="4",
            report=P_("A threat"),
        ),
    )
    OBSCENE = (
        "obscene",
        ReasonSpec(
            N_("Obscene"),
            P_("The comment uses obscene language."),
            policy=True,
            label=True,
            moderator=True,
            key="5",
        ),
    )
    IDENTITY_ATTACK = (
        "identity_attack",
        ReasonSpec(
            N_("Identity attack"),
            P_("The comment appears to attack people for who they are."),
            policy=True,
            label=True,
            moderator=True,
            key="6",
            report=P_("Hatred of people for who they are"),
        ),
    )
    LINKS = ("links", ReasonSpec(N_("Many links"), P_("The comment has many links."), policy=True))
    WORDS = (
        "words",
        ReasonSpec(N_("Listed words"), P_("The comment contains words that moderators check first."), policy=True),
    )
    FIRST_COMMENT = (
        "first_comment",
        ReasonSpec(N_("First comment"), P_("Moderators read an author's first comment first."), policy=True),
    )
    CLOSED_THREAD = (
        "closed_thread",
        ReasonSpec(N_("Closed page"), P_("Comments on this page are closed."), policy=True),
    )
    FORM_TRAP = (
        "form_trap",
        ReasonSpec(N_("Form trap"), P_("The form was filled in in an unusual way."), policy=True),
    )
    NO_PROOF = (
        "no_proof",
        ReasonSpec(
            N_("No proof of work"),
            P_("Very many comments came in at once, so a moderator reads this one first."),
            policy=True,
        ),
    )
    LANGUAGE = (
        "language",
        ReasonSpec(N_("Unfamiliar language"), P_("Moderators read comments in this language first."), policy=True),
    )
    NOT_SCORED = (
        "not_scored",
        ReasonSpec(
            N_("Not scored"),
            P_("The comment could not be checked automatically, so a moderator reads it."),
            policy=True,
        ),
    )
    TRUSTED = (
        "trusted",
        ReasonSpec(N_("Trusted author"), P_("The comment follows the rules of this site."), policy=True),
    )
    BLOCKED = (
        "blocked",
        ReasonSpec(N_("Blocked sender"), P_("A moderator decided against this comment."), policy=True),
    )
    OFF_TOPIC = (
        "off_topic",
        ReasonSpec(N_("Off topic"), P_("The comment is not about this page."), moderator=True, key="7"),
    )
    PERSONAL_DATA = (
        "personal_data",
        ReasonSpec(
            N_("Personal data"),
            P_("The comment contains personal data."),
            moderator=True,
            key="8",
            report=P_("Somebody’s personal data"),
        ),
    )
    ILLEGAL = (
        "illegal",
        ReasonSpec(
            N_("Illegal"),
            P_("The comment appears to break the law."),
            moderator=True,
            key="9",
            report=P_("Illegal content"),
        ),
    )
    DUPLICATE = (
        "duplicate",
        ReasonSpec(N_("Duplicate"), P_("The same text was sent before."), policy=True, moderator=True, key="0"),
    )
    OTHER = (
        "other",
        ReasonSpec(
            N_("Another reason"),
            P_("A moderator decided against this comment."),
            moderator=True,
            key="o",
            report=P_("Something else"),
        ),
    )
    IMPORTED = ("imported", ReasonSpec(N_("Imported"), P_("The comment was decided in another system.")))
    UNDONE = ("undone", ReasonSpec(N_("Undone"), P_("An earlier decision was undone.")))
    REPORTED = (
        "reported",
        ReasonSpec(
            N_("Reported by readers"),
            P_("Readers reported the comment, so a moderator reads it again."),
            policy=True,
        ),
    )
    EDITED = (
        "edited",
        ReasonSpec(N_("Edited by its author"), P_("The comment was changed by its author and is checked again.")),
    )
    WITHDRAWN = (
        "withdrawn",
        ReasonSpec(N_("Withdrawn by its author"), P_("This comment was withdrawn by its author.")),
    )
    UNKNOWN = ("unknown", ReasonSpec(N_("Unknown reason"), ""))
    """Stands for a reason that only a newer version of Rejoinder knows."""


def reason_named(name: str) -> Reason:
    """The reason of a stored name."""
    return Reason(name) if name in _NAMES else Reason.UNKNOWN


_NAMES = frozenset(Reason)

LABEL_REASONS = {reason.value: reason for reason in Reason if reason.spec.label}
"""By the classifier's label, why its threshold decides."""

MODERATOR_REASONS = tuple(reason for reason in Reason if reason.spec.moderator)
"""The reasons a moderator may give for rejecting, in the order in which they are offered."""

REPORT_REASONS = tuple(reason for reason in Reason if reason.spec.report)
"""The reasons for which a reader may report a comment, in the order in which they are offered."""

GIVEN_REASONS = tuple(reason for reason in Reason if reason is not Reason.UNKNOWN)
"""Every reason that this version gives."""
