"""What a decision can do. To add an action, add a row: the dashboard, the API and webhooks read it.

If it is announced, its event goes into `moderation/webhooks/events.py`. Then run `script/messages`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from moderation.accounts import Scope
from moderation.comment import Status
from moderation.messages import N_, Plural


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """What there is to know about one action.

    status_after: the comment's status afterwards; None where it depends on the comment.
    event: the type of the webhook event that announces it, "" for none.
    scope: what a moderator needs to take this action; None where only the policy or the author takes it.
    undoable: whether the decision can be taken back.
    needs_reason: whether a person must give one of the reasons of `reasons.MODERATOR_REASONS`.
    done, done_by: the decision in a list. button: what a person presses, "" for none.
    notice, notice_many: what a person reads after taking it. They may name `comment` or `n`, `status` and `reason`.
    """

    done: str
    done_by: str
    status_after: Status | None = None
    event: str = ""
    scope: Scope | None = None
    undoable: bool = False
    needs_reason: bool = False
    button: str = ""
    notice: str = ""
    notice_many: Plural | None = None


class Action(StrEnum):
    """What a decision does."""

    _value_: str
    spec: ActionSpec

    def __new__(cls, name: str, *spec: ActionSpec) -> Self:
        member = str.__new__(cls, name)
        member._value_ = name
        [member.spec] = spec
        return member

    APPROVE = (
        "approve",
        ActionSpec(
            status_after=Status.APPROVED,
            event="comment.approved",
            scope=Scope.MODERATE,
            undoable=True,
            done=N_("Approved"),
            done_by=N_("Approved by %(by)s"),
            button=N_("Approve"),
            notice=N_("Approved %(comment)s."),
            notice_many=Plural("Approved %(n)s comment.", "Approved %(n)s comments."),
        ),
    )
    HOLD = (
        "hold",
        ActionSpec(
            status_after=Status.PENDING,
            done=N_("Held"),
            done_by=N_("Held by %(by)s"),
            notice=N_("Held %(comment)s for moderators."),
            notice_many=Plural("Held %(n)s comment for moderators.", "Held %(n)s comments for moderators."),
        ),
    )
    REJECT = (
        "reject",
        ActionSpec(
            status_after=Status.REJECTED,
            event="comment.rejected",
            scope=Scope.MODERATE,
            undoable=True,
            needs_reason=True,
            done=N_("Rejected"),
            done_by=N_("Rejected by %(by)s"),
            button=N_("Reject"),
            notice=N_("Rejected %(comment)s (%(reason)s)."),
            notice_many=Plural("Rejected %(n)s comment (%(reason)s).", "Rejected %(n)s comments (%(reason)s)."),
        ),
    )
    UNDO = (
        "undo",
        ActionSpec(
            event="comment.reverted",
            scope=Scope.MODERATE,
            done=N_("Undone"),
            done_by=N_("Undone by %(by)s"),
            button=N_("Undo"),
            notice=N_("Decision undone: %(comment)s is now %(status)s."),
            notice_many=Plural(
                "Decision undone: %(n)s comment is now %(status)s.",
                "Decisions undone: %(n)s comments are now %(status)s.",
            ),
        ),
    )
    EDIT = (
        "edit",
        ActionSpec(
            status_after=Status.PENDING,
            event="comment.edited",
            done=N_("Edited"),
            done_by=N_("Edited by %(by)s"),
            notice=N_("%(comment)s was edited by its author."),
            notice_many=Plural(
                "%(n)s comment was edited by its author.", "%(n)s comments were edited by their authors."
            ),
        ),
    )
    WITHDRAW = (
        "withdraw",
        ActionSpec(
            status_after=Status.REJECTED,
            event="comment.withdrawn",
            done=N_("Withdrawn"),
            done_by=N_("Withdrawn by %(by)s"),
            notice=N_("%(comment)s was withdrawn by its author."),
            notice_many=Plural(
                "%(n)s comment was withdrawn by its author.", "%(n)s comments were withdrawn by their authors."
            ),
        ),
    )
    UNKNOWN = (
        "unknown",
        ActionSpec(
            done=N_("Changed"),
            done_by=N_("Changed by %(by)s"),
            notice=N_("Changed %(comment)s; it is now %(status)s."),
            notice_many=Plural(
                "Changed %(n)s comment; it is now %(status)s.", "Changed %(n)s comments; they are now %(status)s."
            ),
        ),
    )
    """Stands for an action that only a newer version of Rejoinder knows."""


def action_named(name: str) -> Action:
    """The action of a stored name."""
    return Action(name) if name in _NAMES else Action.UNKNOWN


_NAMES = frozenset(Action)

POLICY_ACTIONS = (Action.APPROVE, Action.HOLD, Action.REJECT)
"""What a policy decides between."""

RULE_ACTIONS = (Action.HOLD, Action.REJECT)
"""What one rule may ask for: none can approve."""

MODERATOR_ACTIONS = tuple(action for action in Action if action.spec.scope and action.spec.status_after)
"""What a moderator decides about a comment. An undo is about a decision."""
