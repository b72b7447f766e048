"""Sealing everything again with the newest secret, some rows at a time."""

from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Select, Table, select, update

from moderation.store.sealing import SealBroken, Sealer
from moderation.store.tables import (
    checks,
    comments,
    data_requests,
    endpoints,
    keys,
    mail_addresses,
    reader_mailboxes,
    second_factors,
)


class Sealed(NamedTuple):
    """A column with sealed values. about: the column with what each value is bound to, the table's key."""

    column: Column[Any]
    about: Column[Any]

    @property
    def table(self) -> Table:
        """Its table."""
        return self.column.table


SEALED = (
    Sealed(comments.c.email_sealed, comments.c.id),
    Sealed(checks.c.email_sealed, checks.c.id),
    Sealed(mail_addresses.c.email_sealed, mail_addresses.c.moderator_id),
    Sealed(reader_mailboxes.c.email_sealed, reader_mailboxes.c.id),
    Sealed(data_requests.c.email_sealed, data_requests.c.id),
    Sealed(endpoints.c.secret_sealed, endpoints.c.id),
    Sealed(endpoints.c.old_secret_sealed, endpoints.c.id),
    Sealed(keys.c.signs_sealed, keys.c.id),
    Sealed(second_factors.c.secret_sealed, second_factors.c.moderator_id),
)
"""Every column with sealed values. A test compares it with the tables."""


class Resealed(NamedTuple):
    """What became of some rows. last: the id to go on from, "" at the end. unreadable: what no secret opens."""

    sealed: int
    unreadable: int
    last: str


class ResealingRepository:
    """Sealing again, in one transaction."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def reseal(self, what: Sealed, *, after: str, limit: int) -> Resealed:
        """Seal the next `limit` values after an id again, except those that the newest secret sealed."""
        some: Select[Any] = select(what.about, what.column).where(what.column.is_not(None), what.about > after)
        rows = self._connection.execute(some.order_by(what.about).limit(limit)).all()
        count, unreadable = 0, 0
        for about, sealed in rows:
            if self._sealer.is_newest(sealed, about=about):
                continue
            try:
                new = self._sealer.seal(self._sealer.open(sealed, about=about), about=about)
            except SealBroken:
                unreadable += 1
                continue
            is_it = (what.about == about, what.column == sealed)  # not what somebody has changed meanwhile
            count += self._connection.execute(update(what.table).where(*is_it).values({what.column: new})).rowcount
        return Resealed(count, unreadable, rows[-1][0] if len(rows) == limit else "")
