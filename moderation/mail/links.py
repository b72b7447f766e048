"""Links in mails: signed, so that each can be used for one thing by whoever got the mail."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from moderation.actions import Action
from moderation.store.sealing import Sealer

DECISION_LIFETIME = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class DecisionLink:
    """What a link in a mail may do: one moderator, one action, one comment as it was at one revision, until then."""

    moderator_id: str
    action: Action
    comment_id: str
    revision: int
    until: datetime


def decision_token(sealer: Sealer, link: DecisionLink) -> str:
    """The last part of the link's URL."""
    until = int(link.until.timestamp())
    said = f"{link.moderator_id}.{link.action}.{link.comment_id}.{link.revision}.{until}"
    return f"{said}.{sealer.sign('mail-decision', said)}"


def read_decision_token(sealer: Sealer, token: str, *, at: datetime) -> DecisionLink | None:
    """What a token says; None for one that we did not sign or that has expired."""
    said = _signed(sealer, "mail-decision", token)
    if said is None:
        return None
    moderator_id, action, comment_id, revision, seconds = said.split(".")
    until = datetime.fromtimestamp(int(seconds), UTC)
    return DecisionLink(moderator_id, Action(action), comment_id, int(revision), until) if at < until else None


def stop_token(sealer: Sealer, mailbox_id: str) -> str:
    """The last part of the URL that ends notifications to a mailbox. It does not expire."""
    return f"{mailbox_id}.{sealer.sign('mail-stop', mailbox_id)}"


def read_stop_token(sealer: Sealer, token: str) -> str | None:
    """The mailbox of a token; None for one that we did not sign."""
    return _signed(sealer, "mail-stop", token)


def confirm_token(sealer: Sealer, mailbox_id: str) -> str:
    """The last part of the URL that confirms an author's address."""
    return f"{mailbox_id}.{sealer.sign('mail-confirm', mailbox_id)}"


def read_confirm_token(sealer: Sealer, token: str) -> str | None:
    """The mailbox of a token; None for one that we did not sign."""
    return _signed(sealer, "mail-confirm", token)


def unfollow_token(sealer: Sealer, mailbox_id: str, thread_id: str) -> str:
    """The last part of the URL that ends mails to an author about a thread, or all of them. It does not expire."""
    said = f"{mailbox_id}.{thread_id}"
    return f"{said}.{sealer.sign('mail-unfollow', said)}"


def read_unfollow_token(sealer: Sealer, token: str) -> tuple[str, str] | None:
    """The mailbox and the thread of a token; None for one that we did not sign."""
    mailbox_id, _, thread_id = (_signed(sealer, "mail-unfollow", token) or "").partition(".")
    return (mailbox_id, thread_id) if thread_id else None


def _signed(sealer: Sealer, kind: str, token: str) -> str | None:
    said, _, signature = token.rpartition(".")
    return said if sealer.is_signed(kind, said, signature) else None
