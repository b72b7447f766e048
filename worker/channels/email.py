"""Sends mails to moderators and authors: each is written when it is claimed, and handed to the mail server."""

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from moderation.config.settings import Settings
from moderation.errors import ModerationError
from moderation.mail.compose import compose
from moderation.mail.letters import letter_of
from moderation.mail.notify import Recipient
from moderation.mail.request import Request
from moderation.mail.smtp import Envelope, send
from moderation.messages import Message
from moderation.outbox.delivery import Attempt, ClaimedDelivery
from moderation.process import failpoints
from moderation.store import UnitOfWork

NOT_NEEDED = "not sent: there was nothing to tell any more"

Target = Envelope | Message | None
"""The mail; why it cannot be sent; None when there is nothing to tell any more."""

log = logging.getLogger("rejoinder.mail")


class EmailSender:
    """Hands mails to one server."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def targets(
        self, uow: UnitOfWork, deliveries: Sequence[ClaimedDelivery], *, at: datetime
    ) -> Mapping[int, Target]:
        """The mails, written from what is in the database now."""
        ids = {each.destination_id for each in deliveries}
        recipients = {**uow.mailboxes.recipients(ids), **uow.readers.recipients(ids)}
        return {each.id: self._written(uow, each, recipients.get(each.destination_id), at) for each in deliveries}

    def _written(
        self, uow: UnitOfWork, delivery: ClaimedDelivery, recipient: Recipient | None, at: datetime
    ) -> Target:
        if self._settings.mail_from is None:
            return Message("smtp.off")
        if recipient is None:
            return None
        if recipient.email is None:
            return Message("address.unreadable")
        try:  # a mail that cannot be written must not stop the other deliveries of the same claim
            payload = json.loads(delivery.payload)
            letter = letter_of(uow, Request(recipient, self._settings.public_url, payload, at))
            if letter is None:
                return None
            return compose(letter, self._settings.mail_from, recipient.email, id=delivery.event_id, at=at)
        except (ModerationError, LookupError, ValueError) as error:
            log.error("mail not written event=%s problem=%s", delivery.event_id, type(error).__name__)
            return Message("delivery.error", {"error": type(error).__name__})

    def send(self, delivery: ClaimedDelivery, target: Target, *, at: datetime) -> Attempt:
        """Hand one mail in."""
        if target is None:
            return Attempt(at, None, 0, answer=NOT_NEEDED)
        if isinstance(target, Message):
            return Attempt(at, None, 0, target)
        if self._settings.smtp is None:
            return Attempt(at, None, 0, Message("smtp.off"))
        outcome = send(self._settings.smtp, target)
        failpoints.reach("delivery.after_send")
        return Attempt(at, None, outcome.latency_ms, outcome.problem)


def open_sender(settings: Settings) -> EmailSender:
    """The sender with these settings."""
    return EmailSender(settings)
