"""Puts mails to authors into the outbox: confirmations first, then what was published and nobody took back."""

from collections.abc import Sequence
from datetime import datetime

from moderation.follows import News
from moderation.ids import new_id
from moderation.mail.reader_letters import CONFIRM, DATA, PUBLISHED, REPLY
from moderation.mail.request import payload_of
from moderation.outbox.channels import EMAIL
from moderation.outbox.delivery import NewDelivery
from moderation.store import UnitOfWork


def ask_to_confirm(uow: UnitOfWork, *, at: datetime) -> int:
    """Ask each new address once whether it wants mail. Returns how many."""
    mails = [
        _mail(site_id, mailbox_id, new_id("evt", at=at), CONFIRM)
        for site_id, mailbox_id in uow.readers.to_confirm()
        if uow.readers.note_asked(mailbox_id, at=at)
    ]
    uow.deliveries.add(mails, at=at)
    return len(mails)


def tell_published(uow: UnitOfWork, *, at: datetime) -> int:
    """Tell authors that their comments are published. Returns how many."""
    return _tell(uow, PUBLISHED, uow.readers.published(at=at), at=at)


def tell_replies(uow: UnitOfWork, site_id: str, *, at: datetime) -> bool:
    """Tell authors of the next replies on a site. Returns whether there may be more now."""
    news, has_more = uow.readers.replies(site_id, at=at)
    _tell(uow, REPLY, news, at=at)
    return has_more


def answer_data_requests(uow: UnitOfWork, *, at: datetime) -> int:
    """Mail a link to those who asked for their comments and have some. Returns how many asked."""
    asked = uow.readers.take_data_requests()
    for email, language, site_id in asked:
        if site_id:
            mailbox_id = uow.readers.mailbox(site_id, email, language=language, at=at)
            uow.deliveries.add([_mail(site_id, mailbox_id, new_id("evt", at=at), DATA)], at=at)
    return len(asked)


def forget_unconfirmed(uow: UnitOfWork, *, at: datetime) -> int:
    """Delete addresses that were not confirmed in time, and links that expired. Returns how many addresses."""
    uow.readers.forget_links(before=at)
    late = uow.readers.unconfirmed(at=at)
    for mailbox_id in late:
        uow.readers.forget(mailbox_id, at=at)
    return len(late)


def _tell(uow: UnitOfWork, kind: str, news: Sequence[News], *, at: datetime) -> int:
    mails = [
        NewDelivery(
            EMAIL.name,
            each.site_id,
            each.mailbox_id,
            event_id,
            kind,
            payload_of(kind, comment=each.comment_id, about=each.about),
            each.comment_id,
        )
        for each in news
        if not uow.readers.was_told(each.mailbox_id, event_id := f"{kind}.{each.comment_id}")
    ]
    uow.deliveries.add(mails, at=at)
    return len(mails)


def _mail(site_id: str, mailbox_id: str, event_id: str, kind: str) -> NewDelivery:
    return NewDelivery(EMAIL.name, site_id, mailbox_id, event_id, kind, payload_of(kind))
