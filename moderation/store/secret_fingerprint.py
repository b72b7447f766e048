"""The secret that a database began with, known again by its fingerprint (`Sealer.fingerprint`)."""

from sqlalchemy import Connection, select

from moderation.store.database.migrate import opened_database
from moderation.store.database.upserts import UPSERTS
from moderation.store.tables import installation


def begun_with(url: str) -> bytes | None:
    """The fingerprint that the database remembers; None in a new one. Raises DatabaseUnusable."""
    with opened_database(url) as database, database.read() as connection:
        return _remembered(connection)


def begin_with(url: str, fingerprint: bytes) -> bytes:
    """Remember this one for ever, unless another process was first; the one that is remembered now.

    Raises DatabaseUnusable.
    """
    with opened_database(url) as database, database.engine.begin() as connection:
        insert = UPSERTS[connection.dialect.name](installation)
        connection.execute(insert.values(id=1, fingerprint=fingerprint).on_conflict_do_nothing())
        return _remembered(connection) or fingerprint


def _remembered(connection: Connection) -> bytes | None:
    fingerprint: bytes | None = connection.scalar(select(installation.c.fingerprint))
    return fingerprint
