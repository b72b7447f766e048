"""The secret that a database began with, known again by its fingerprint (`Sealer.fingerprint`)."""

from sqlalchemy import select

from moderation.store.migrate import opened
from moderation.store.tables import installation
from moderation.store.upserts import UPSERTS


def begun_with(url: str) -> bytes | None:
    """The fingerprint that the database remembers; None in a new one. Raises DatabaseUnusable."""
    with opened(url) as database, database.read() as connection:
        fingerprint: bytes | None = connection.scalar(select(installation.c.fingerprint))
        return fingerprint


def begin_with(url: str, fingerprint: bytes) -> None:
    """Remember this one for ever, unless another process was first. Raises DatabaseUnusable."""
    with opened(url) as database, database.engine.begin() as connection:
        insert = UPSERTS[connection.dialect.name](installation)
        connection.execute(insert.values(id=1, fingerprint=fingerprint).on_conflict_do_nothing())
