"""In the store: passkeys. Their public keys need no secrecy."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from moderation.errors import NotFound
from moderation.passkey import Credential, Passkey
from moderation.store.tables import passkeys


class PasskeyRepository:
    """The passkeys of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, passkey: Passkey) -> None:
        """Store a new passkey."""
        values = {
            "id": passkey.id,
            "moderator_id": passkey.moderator_id,
            "credential_id": passkey.credential.credential_id,
            "public_key": passkey.credential.public_key,
            "sign_count": passkey.credential.sign_count,
            "name": passkey.name,
            "created_at": passkey.created_at,
        }
        self._connection.execute(insert(passkeys), values)

    def of_moderator(self, moderator_id: str) -> list[Passkey]:
        """A moderator's passkeys, the oldest first."""
        theirs = select(passkeys).where(passkeys.c.moderator_id == moderator_id)
        return [_passkey_from(row) for row in self._connection.execute(theirs.order_by(passkeys.c.id))]

    def owners(self) -> set[str]:
        """The ids of everybody who has a passkey."""
        return set(self._connection.scalars(select(passkeys.c.moderator_id).distinct()))

    def with_credential(self, credential_id: bytes) -> Passkey | None:
        """The passkey that a device calls so."""
        found = select(passkeys).where(passkeys.c.credential_id == credential_id)
        row = self._connection.execute(found).one_or_none()
        return None if row is None else _passkey_from(row)

    def note_use(self, passkey_id: str, *, sign_count: int, at: datetime) -> None:
        """Record that somebody signed in with it."""
        used = update(passkeys).where(passkeys.c.id == passkey_id).values(sign_count=sign_count, used_at=at)
        self._connection.execute(used)

    def rename(self, moderator_id: str, passkey_id: str, name: str) -> None:
        """Change the name of a moderator's passkey. Raises NotFound."""
        renamed = update(passkeys).where(*_is_it(moderator_id, passkey_id)).values(name=name)
        if not self._connection.execute(renamed).rowcount:
            raise NotFound("passkey", passkey_id)

    def remove(self, moderator_id: str, passkey_id: str) -> None:
        """Delete a moderator's passkey. Raises NotFound."""
        if not self._connection.execute(delete(passkeys).where(*_is_it(moderator_id, passkey_id))).rowcount:
            raise NotFound("passkey", passkey_id)

    def remove_all(self, moderator_id: str) -> None:
        """Delete all passkeys of a moderator."""
        self._connection.execute(delete(passkeys).where(passkeys.c.moderator_id == moderator_id))


def _is_it(moderator_id: str, passkey_id: str) -> tuple[Any, Any]:
    return passkeys.c.moderator_id == moderator_id, passkeys.c.id == passkey_id


def _passkey_from(row: Row[Any]) -> Passkey:
    credential = Credential(row.credential_id, row.public_key, row.sign_count)
    return Passkey(row.id, row.moderator_id, row.name, credential, row.created_at, row.used_at)
