"""Mailboxes: the destinations of the channel `email`, one for each site of a moderator who has an address.

The address is kept once per moderator, encrypted.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, select, update
from sqlalchemy.sql import ColumnElement

from moderation.accounts import Role
from moderation.comment import Email
from moderation.errors import NotFound
from moderation.ids import new_id
from moderation.mail.addresses import masked
from moderation.mail.notify import EVERY, DueDigest, MailboxState, Notify, Recipient
from moderation.messages import message_from
from moderation.outbox.channels import EMAIL
from moderation.store.database.any_of import any_of
from moderation.store.database.upserts import UPSERTS
from moderation.store.destinations import IS_ENABLED, DestinationRepository
from moderation.store.sealing import SealBroken, Sealer
from moderation.store.tables import destinations, mail_addresses, mailboxes, memberships, moderators, open_link_sites

DECIDERS = (Role.MODERATOR.value, Role.OWNER.value)
"""Who is notified of comments; a viewer could do nothing about them."""


class MailboxRepository:
    """The mailboxes of one transaction."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer
        self._destinations = DestinationRepository(connection)

    def set_email(self, moderator_id: str, email: Email, *, at: datetime) -> None:
        """Set or change a moderator's address. What waits goes to the new one; past failures are forgotten."""
        sealed = self._sealer.seal(email.reveal().encode(), about=moderator_id)
        upsert = UPSERTS[self._connection.dialect.name]
        wanted = upsert(mail_addresses).values(moderator_id=moderator_id, email_sealed=sealed)
        self._connection.execute(
            wanted.on_conflict_do_update(
                index_elements=["moderator_id"], set_={"email_sealed": wanted.excluded.email_sealed}
            )
        )
        for site_id, mailbox_id in self._of(moderator_id).items():
            self._destinations.enable(site_id, mailbox_id)
        self.open_missing(moderator_id, at=at)

    def remove_email(self, moderator_id: str, *, at: datetime) -> None:
        """Forget the address, and what the moderator chose for each site. What waits is given up."""
        for site_id, mailbox_id in self._of(moderator_id).items():
            self._destinations.remove(site_id, mailbox_id, at=at)
        self._connection.execute(delete(mail_addresses).where(mail_addresses.c.moderator_id == moderator_id))

    def close(self, moderator_id: str, site_id: str, *, at: datetime) -> None:
        """Send a moderator no more mail about a site; what waits is given up. Does nothing without a mailbox."""
        if mailbox_id := self._of(moderator_id).get(site_id):
            self._destinations.remove(site_id, mailbox_id, at=at)

    def email_of(self, moderator_id: str) -> Email | None:
        """A moderator's address; None without one. Raises SealBroken."""
        query = select(mail_addresses.c.email_sealed).where(mail_addresses.c.moderator_id == moderator_id)
        sealed = self._connection.scalar(query)
        return None if sealed is None else Email(self._sealer.open(sealed, about=moderator_id).decode())

    def masked_email_of(self, moderator_id: str) -> str:
        """The address as its owner and the owners of a site may see it, such as "m…@example.org"; "" without one."""
        email = self.email_of(moderator_id)
        return masked(email) if email else ""

    def open_missing(self, moderator_id: str, *, at: datetime) -> None:
        """Add a mailbox for each site of the moderator that has none, if they have an address."""
        if self.email_of(moderator_id) is None:
            return
        have = self._of(moderator_id)
        theirs = select(memberships.c.site_id).where(memberships.c.moderator_id == moderator_id)
        for site_id in self._connection.scalars(theirs.order_by(memberships.c.site_id)).all():
            if site_id not in have:
                mailbox_id = new_id("box", at=at)
                self._destinations.add(site_id, mailbox_id, EMAIL.name, at=at)
                values = {"id": mailbox_id, "moderator_id": moderator_id, "notify": Notify.HOURLY.value}
                self._connection.execute(insert(mailboxes), values | {"digested_at": at})

    def choices(self, moderator_id: str) -> dict[str, Notify]:
        """When a moderator is notified of a site's comments, by site; empty without an address."""
        query = _KEPT.where(mailboxes.c.moderator_id == moderator_id).order_by(destinations.c.site_id)
        return {row.site_id: Notify(row.notify) for row in self._connection.execute(query)}

    def choose(self, moderator_id: str, site_id: str, notify: Notify, *, at: datetime) -> None:
        """Change when a moderator is notified. The next digest begins now. Raises NotFound without a mailbox."""
        mailbox_id = self._of(moderator_id).get(site_id)
        if mailbox_id is None:
            raise NotFound("mailbox", site_id)
        changed = update(mailboxes).where(mailboxes.c.id == mailbox_id)
        self._connection.execute(changed.values(notify=notify.value, digested_at=at))

    def any_of(self, moderator_id: str) -> tuple[str, str] | None:
        """The site and the id of a mailbox for what is about no site, such as a sign-in link; None without one."""
        return next(iter(self._of(moderator_id).items()), None)

    def ids_of(self, moderator_id: str) -> list[str]:
        """The ids of a moderator's mailboxes, in the order of their sites."""
        return list(self._of(moderator_id).values())

    def telling_at_once(self, site_ids: Collection[str]) -> dict[str, list[tuple[str, Notify]]]:
        """The mailboxes that are notified of each comment at once, by site: the id, and what it wants."""
        at_once = mailboxes.c.notify.in_([Notify.AT_ONCE.value, Notify.DOUBTFUL.value])
        rows = self._connection.execute(_TOLD.where(any_of(destinations.c.site_id, site_ids), at_once))
        found: dict[str, list[tuple[str, Notify]]] = {site_id: [] for site_id in site_ids}
        for row in rows:
            found[row.site_id].append((row.id, Notify(row.notify)))
        return found

    def of_owners(self, site_id: str) -> list[str]:
        """The mailboxes of the site's owners, except those who are never notified."""
        takes_mail = mailboxes.c.notify != Notify.NEVER.value
        of_site = _TOLD.where(destinations.c.site_id == site_id, memberships.c.role == Role.OWNER.value, takes_mail)
        return [row.id for row in self._connection.execute(of_site)]

    def all(self, site_id: str) -> list[MailboxState]:
        """The mailboxes of a site, by the moderators' names."""
        query = select(mailboxes, destinations.c.disabled_at, destinations.c.disabled_reason, moderators.c.name)
        kept = query.select_from(_JOINED).where(
            destinations.c.site_id == site_id, destinations.c.removed_at.is_(None)
        )
        return [
            MailboxState(
                id=row.id,
                name=row.name,
                address=self.masked_email_of(row.moderator_id),
                notify=Notify(row.notify),
                disabled_at=row.disabled_at,
                disabled_reason=message_from(row.disabled_reason),
            )
            for row in self._connection.execute(kept.order_by(moderators.c.name)).all()
        ]

    def due_digests(self, *, at: datetime) -> list[DueDigest]:
        """The digests whose time has come, whether there is anything to tell or not."""
        return [
            DueDigest(row.id, row.site_id, row.digested_at)
            for row in self._connection.execute(_TOLD.where(mailboxes.c.notify.in_([each.value for each in EVERY])))
            if at - row.digested_at >= EVERY[Notify(row.notify)]
        ]

    def begin_digest(self, digest: DueDigest, *, until: datetime) -> bool:
        """Note that what was received until then is reported; false when another sweeper has done so."""
        is_it = (mailboxes.c.id == digest.mailbox_id, mailboxes.c.digested_at == digest.since)
        return self._connection.execute(update(mailboxes).where(*is_it).values(digested_at=until)).rowcount == 1

    def decides_without_sign_in(self, site_id: str) -> bool:
        """Whether the links in mails about this site work for whoever has the mail."""
        found = select(open_link_sites.c.site_id).where(open_link_sites.c.site_id == site_id)
        return self._connection.scalar(found) is not None

    def open_links(self, site_id: str, *, is_open: bool) -> None:
        """Let the links in mails about this site work without signing in, or no longer."""
        self._connection.execute(delete(open_link_sites).where(open_link_sites.c.site_id == site_id))
        if is_open:
            self._connection.execute(insert(open_link_sites), {"site_id": site_id})

    def recipients(self, mailbox_ids: Collection[str]) -> Mapping[str, Recipient]:
        """Whom mail to these mailboxes goes to; without those whose account is disabled."""
        query = (
            select(mailboxes.c.id, moderators.c.id.label("moderator_id"), moderators.c.name, destinations.c.site_id)
            .add_columns(mail_addresses.c.email_sealed)
            .select_from(_JOINED.join(mail_addresses, mail_addresses.c.moderator_id == moderators.c.id))
            .where(any_of(mailboxes.c.id, mailbox_ids), moderators.c.disabled_at.is_(None))
        )
        return {row.id: self._recipient_from(row) for row in self._connection.execute(query)}

    def _recipient_from(self, row: Row[Any]) -> Recipient:
        try:
            email = Email(self._sealer.open(row.email_sealed, about=row.moderator_id).decode())
        except SealBroken:  # must not stop the other deliveries of the same claim
            email = None
        return Recipient(row.id, row.site_id, row.moderator_id, row.name, email)

    def _of(self, moderator_id: str) -> dict[str, str]:
        """A moderator's mailboxes by site."""
        query = _KEPT.where(mailboxes.c.moderator_id == moderator_id).order_by(destinations.c.site_id)
        return {row.site_id: row.id for row in self._connection.execute(query)}


_JOINED = mailboxes.join(destinations, destinations.c.id == mailboxes.c.id).join(
    moderators, moderators.c.id == mailboxes.c.moderator_id
)
_KEPT = (
    select(mailboxes.c.id, mailboxes.c.notify, destinations.c.site_id)
    .select_from(mailboxes.join(destinations, destinations.c.id == mailboxes.c.id))
    .where(destinations.c.removed_at.is_(None))
)
_is_decider: ColumnElement[bool] = and_(
    memberships.c.moderator_id == mailboxes.c.moderator_id,
    memberships.c.site_id == destinations.c.site_id,
    memberships.c.role.in_(DECIDERS),
)
_TOLD = (
    select(mailboxes.c.id, mailboxes.c.notify, mailboxes.c.digested_at, destinations.c.site_id)
    .select_from(_JOINED.join(memberships, _is_decider))
    .where(IS_ENABLED, moderators.c.disabled_at.is_(None))
    .order_by(mailboxes.c.id)
)
