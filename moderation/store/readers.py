"""Mailboxes of authors: who asked for mail about a site, what they follow, and what there is to tell them."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, exists, insert, literal, select, tuple_, update

from moderation.comment import Comment, Email, Status
from moderation.follows import CONFIRM_WITHIN, QUIET, Follow, News
from moderation.ids import new_id, new_token
from moderation.mail.notify import Recipient
from moderation.outbox.channels import EMAIL
from moderation.store.database.any_of import any_of
from moderation.store.database.upserts import UPSERTS
from moderation.store.database.utc_timestamp import UtcTimestamp
from moderation.store.destinations import IS_ENABLED, DestinationRepository
from moderation.store.sealing import SealBroken, Sealer
from moderation.store.tables import (
    LIVE,
    comments,
    data_links,
    data_requests,
    deliveries,
    destinations,
    follows,
    reader_mailboxes,
    reply_places,
    sites,
)

AT_ONCE = 200


class ReaderRepository:
    """The mailboxes of authors, in one transaction."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer
        self._destinations = DestinationRepository(connection)

    def mailbox(self, site_id: str, email: Email, *, language: str, at: datetime) -> str:
        """The id of the mailbox of this address; opened where there is none, not confirmed yet."""
        key = self._sealer.email_key(email)
        is_it = (reader_mailboxes.c.site_id == site_id, reader_mailboxes.c.email_key == key)
        known = self._connection.scalar(select(reader_mailboxes.c.id).where(*is_it))
        if known is not None:
            return str(known)
        mailbox_id = new_id("rdr", at=at)
        self._destinations.add(site_id, mailbox_id, EMAIL.name, at=at)
        values = {"id": mailbox_id, "site_id": site_id, "email_key": key, "language": language, "created_at": at}
        sealed = self._sealer.seal(email.reveal().encode(), about=mailbox_id)
        self._connection.execute(insert(reader_mailboxes), values | {"email_sealed": sealed})
        return mailbox_id

    def follow(
        self, comment: Comment, thread_id: str, kinds: Iterable[Follow], email: Email, *, language: str, at: datetime
    ) -> None:
        """Note what the author of a new comment wants mail about."""
        mailbox_id = self.mailbox(comment.site_id, email, language=language, at=at)
        about = {"comment_id": comment.id, "mailbox_id": mailbox_id, "thread_id": thread_id, "created_at": at}
        self._connection.execute(insert(follows), [about | {"kind": kind.value} for kind in sorted(kinds)])

    def to_confirm(self) -> list[tuple[str, str]]:
        """The sites and ids of mailboxes that were never asked to confirm, about a comment that was not rejected."""
        is_decent = exists().where(
            follows.c.mailbox_id == reader_mailboxes.c.id,
            comments.c.id == follows.c.comment_id,
            comments.c.scored_at.is_not(None),
            comments.c.status != Status.REJECTED.value,
            LIVE,
        )
        query = select(reader_mailboxes.c.site_id, reader_mailboxes.c.id).where(
            reader_mailboxes.c.confirmed_at.is_(None), reader_mailboxes.c.asked_at.is_(None), is_decent
        )
        return [(row.site_id, row.id) for row in self._connection.execute(query.limit(AT_ONCE))]

    def note_asked(self, mailbox_id: str, *, at: datetime) -> bool:
        """Note that a mailbox is asked to confirm; false when it was before."""
        is_it = (reader_mailboxes.c.id == mailbox_id, reader_mailboxes.c.asked_at.is_(None))
        return self._connection.execute(update(reader_mailboxes).where(*is_it).values(asked_at=at)).rowcount == 1

    def confirm(self, mailbox_id: str, *, at: datetime) -> bool:
        """Send what was asked for from now on; false for a mailbox that is gone."""
        is_it = reader_mailboxes.c.id == mailbox_id
        return self._connection.execute(update(reader_mailboxes).where(is_it).values(confirmed_at=at)).rowcount == 1

    def published(self, *, at: datetime) -> list[News]:
        """The comments whose authors want to know that they are published, and can now; each only once."""
        rows = self._connection.execute(
            select(follows.c.mailbox_id, comments.c.site_id, comments.c.id)
            .select_from(_FOLLOWED.join(comments, comments.c.id == follows.c.comment_id))
            .where(follows.c.kind == Follow.PUBLISHED.value, _IS_CONFIRMED, _is_public(at))
            .limit(AT_ONCE)
        ).all()
        is_it = (any_of(follows.c.comment_id, [row.id for row in rows]), follows.c.kind == Follow.PUBLISHED.value)
        taken = delete(follows).where(*is_it).returning(follows.c.comment_id)
        ours = set(self._connection.scalars(taken))  # another sweeper tells the others
        return [News(row.mailbox_id, row.site_id, row.id, row.id) for row in rows if row.id in ours]

    def sites_with_replies(self) -> list[str]:
        """The sites on which somebody follows replies."""
        query = select(reader_mailboxes.c.site_id).distinct().select_from(_FOLLOWED)
        return list(self._connection.scalars(query.where(follows.c.kind == Follow.REPLIES.value, _IS_CONFIRMED)))

    def replies(self, site_id: str, *, at: datetime) -> tuple[list[News], bool]:
        """The next published replies to comments that somebody follows, and whether there may be more now.

        The place up to which they were looked for moves on in the same transaction.
        """
        place = self._connection.execute(
            select(reply_places).where(reply_places.c.site_id == site_id).with_for_update()
        ).one_or_none()
        since, last_id = (place.decided_at, place.comment_id) if place else (at - QUIET - timedelta(days=1), "")
        after = tuple_(literal(since, UtcTimestamp), literal(last_id))
        order = (comments.c.decided_at, comments.c.id)
        rows = self._connection.execute(
            select(*order, comments.c.parent_id, comments.c.email_key)
            .where(comments.c.site_id == site_id, _is_public(at), tuple_(*order) > after)
            .order_by(*order)
            .limit(AT_ONCE)
        ).all()
        if rows:
            self.move_on(site_id, rows[-1].decided_at, rows[-1].id)
        parents = {row.parent_id for row in rows if row.parent_id}
        followed = self._followers(parents)
        news = [
            News(mailbox_id, site_id, row.id, row.parent_id)
            for row in rows
            for mailbox_id, key in followed.get(row.parent_id, ())
            if key != row.email_key  # nobody needs mail about their own reply
        ]
        return news, len(rows) == AT_ONCE

    def was_told(self, mailbox_id: str, event_id: str) -> bool:
        """Whether there is such a delivery already: of a comment that was published, taken back, published again."""
        is_it = (deliveries.c.event_id == event_id, deliveries.c.destination_id == mailbox_id)
        return bool(self._connection.scalar(select(exists().where(*is_it))))

    def recipients(self, mailbox_ids: Collection[str]) -> Mapping[str, Recipient]:
        """Whom mail to these mailboxes goes to."""
        query = select(reader_mailboxes).where(any_of(reader_mailboxes.c.id, mailbox_ids))
        return {row.id: self._recipient_from(row) for row in self._connection.execute(query)}

    def follows_thread(self, mailbox_id: str, thread_id: str) -> bool:
        """Whether the mailbox still gets mail about this thread."""
        is_it = (follows.c.mailbox_id == mailbox_id, follows.c.thread_id == thread_id)
        return bool(self._connection.scalar(select(exists().where(*is_it))))

    def stop_thread(self, mailbox_id: str, thread_id: str) -> None:
        """Tell the mailbox nothing more about a thread."""
        self._connection.execute(
            delete(follows).where(follows.c.mailbox_id == mailbox_id, follows.c.thread_id == thread_id)
        )

    def forget(self, mailbox_id: str, *, at: datetime) -> None:
        """Delete the mailbox with its address and all that it follows; mail that waits is not sent."""
        self._connection.execute(delete(follows).where(follows.c.mailbox_id == mailbox_id))
        is_it = reader_mailboxes.c.id == mailbox_id
        site_id = self._connection.scalar(delete(reader_mailboxes).where(is_it).returning(reader_mailboxes.c.site_id))
        if site_id is not None:
            self._destinations.remove(site_id, mailbox_id, at=at)

    def forget_author(self, email_key: bytes, *, sites_of: Collection[str] | None, at: datetime) -> None:
        """Delete the mailboxes of an address. sites_of: None for all sites."""
        query = select(reader_mailboxes.c.id).where(
            any_of(reader_mailboxes.c.site_id, self._sites(sites_of)), reader_mailboxes.c.email_key == email_key
        )
        for mailbox_id in self._connection.scalars(query).all():
            self.forget(mailbox_id, at=at)

    def unconfirmed(self, *, at: datetime) -> list[str]:
        """The mailboxes that were not confirmed in time."""
        is_late = (reader_mailboxes.c.confirmed_at.is_(None), reader_mailboxes.c.created_at <= at - CONFIRM_WITHIN)
        return list(self._connection.scalars(select(reader_mailboxes.c.id).where(*is_late).limit(AT_ONCE)))

    def ask_for_data(self, email: Email, *, language: str, at: datetime) -> None:
        """Note that somebody wants a link to all comments of an address, whether there are any or not."""
        request_id = new_id("ask", at=at)
        values = {"id": request_id, "email_key": self._sealer.email_key(email), "language": language, "at": at}
        sealed = self._sealer.seal(email.reveal().encode(), about=request_id)
        self._connection.execute(insert(data_requests), values | {"email_sealed": sealed})

    def take_data_requests(self) -> list[tuple[Email, str, str]]:
        """Take some requests off the list. Of each: the address, the language, and a site where it has comments, ""
        where it has none. Those whose address cannot be opened are left out."""
        some = select(data_requests.c.id).order_by(data_requests.c.id).limit(AT_ONCE)
        rows = self._connection.execute(
            delete(data_requests).where(data_requests.c.id.in_(some)).returning(data_requests)
        ).all()
        return [
            (email, row.language, self._any_site_of(row.email_key))
            for row in rows
            if (email := self._opened(row.email_sealed, about=row.id))
        ]

    def issue_link(self, mailbox_id: str, *, lifetime: timedelta, at: datetime) -> str:
        """A new token that shows all comments of the mailbox's address."""
        token = new_token()
        key = select(reader_mailboxes.c.email_key).where(reader_mailboxes.c.id == mailbox_id).scalar_subquery()
        values = {"digest": _digest(token), "email_key": key, "expires_at": at + lifetime}
        self._connection.execute(insert(data_links).values(values))
        return token

    def author_of_link(self, token: str, *, at: datetime) -> bytes | None:
        """The look-up key of the address to which the token was mailed; None for one that expired or never was."""
        found = select(data_links.c.email_key).where(
            data_links.c.digest == _digest(token), data_links.c.expires_at > at
        )
        key: bytes | None = self._connection.scalar(found)
        return key

    def forget_links(self, *, before: datetime) -> None:
        """Delete the links that expired by then."""
        self._connection.execute(delete(data_links).where(data_links.c.expires_at <= before))

    def _any_site_of(self, email_key: bytes) -> str:
        theirs = select(comments.c.site_id).where(
            any_of(comments.c.site_id, self._sites(None)), comments.c.email_key == email_key, LIVE
        )
        return self._connection.scalar(theirs.limit(1)) or ""

    def _sites(self, site_ids: Collection[str] | None) -> Collection[str]:
        return list(self._connection.scalars(select(sites.c.id))) if site_ids is None else site_ids

    def _followers(self, comment_ids: Collection[str]) -> dict[str, list[tuple[str, bytes]]]:
        """The mailboxes that follow replies to these comments, with the keys of their addresses."""
        query = select(follows.c.comment_id, follows.c.mailbox_id, reader_mailboxes.c.email_key)
        query = query.select_from(_FOLLOWED).where(
            any_of(follows.c.comment_id, comment_ids), follows.c.kind == Follow.REPLIES.value, _IS_CONFIRMED
        )
        found: dict[str, list[tuple[str, bytes]]] = {}
        for row in self._connection.execute(query):
            found.setdefault(row.comment_id, []).append((row.mailbox_id, row.email_key))
        return found

    def move_on(self, site_id: str, decided_at: datetime, comment_id: str) -> None:
        """Note that authors were notified of replies up to this published comment."""
        values = {"decided_at": decided_at, "comment_id": comment_id}
        place = UPSERTS[self._connection.dialect.name](reply_places).values(site_id=site_id, **values)
        self._connection.execute(place.on_conflict_do_update(index_elements=["site_id"], set_=values))

    def _recipient_from(self, row: Row[Any]) -> Recipient:
        return Recipient(row.id, row.site_id, "", "", self._opened(row.email_sealed, about=row.id), row.language)

    def _opened(self, sealed: bytes, *, about: str) -> Email | None:
        """None for an address that no secret opens: it must not stop the work on the others."""
        try:
            return Email(self._sealer.open(sealed, about=about).decode())
        except SealBroken:
            return None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _is_public(at: datetime) -> Any:
    return and_(comments.c.status == Status.APPROVED.value, comments.c.decided_at <= at - QUIET, LIVE)


_FOLLOWED = follows.join(reader_mailboxes, reader_mailboxes.c.id == follows.c.mailbox_id).join(
    destinations, destinations.c.id == follows.c.mailbox_id
)
_IS_CONFIRMED = and_(reader_mailboxes.c.confirmed_at.is_not(None), IS_ENABLED)
