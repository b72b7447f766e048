"""The keys of programs: for the API, for clients of Akismet, and for services that sign their requests."""

from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from moderation.accounts import Actor, Key, Scope
from moderation.errors import NotFound
from moderation.ids import new_id, new_token
from moderation.store.accounts import check_name, check_sites, digest_of
from moderation.store.sealing import Sealer
from moderation.store.tables import keys

AKISMET_DIGITS = 12


class KeyRepository:
    """The keys of one transaction."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def add(self, site_id: str, name: str, scope: Scope, *, at: datetime) -> tuple[str, str]:
        """A new key's id, and its secret "rj_…", which is stored as a digest only. Raises Invalid, NotFound."""
        check_name(name)
        check_sites(self._connection, [site_id])
        key_id, secret = new_id("key", at=at), f"rj_{new_token()}"
        values = {"id": key_id, "site_id": site_id, "name": name, "scope": scope.value, "created_at": at}
        self._connection.execute(insert(keys), {**values, "digest": digest_of(secret)})
        return key_id, secret

    def add_akismet(self, site_id: str, name: str, *, at: datetime) -> tuple[str, str]:
        """A new key's id, and its secret of 12 hexadecimal digits, the form that Akismet's clients take.

        It is for checks only. Its 48 bits could be guessed from a plain digest, so a keyed one is stored. Raises
        Invalid, NotFound.
        """
        check_name(name)
        check_sites(self._connection, [site_id])
        key_id, secret = new_id("key", at=at), token_hex(AKISMET_DIGITS // 2)
        values = {"id": key_id, "site_id": site_id, "name": name, "scope": Scope.CHECK.value, "created_at": at}
        self._connection.execute(insert(keys), {**values, "digest": self._akismet_digest(secret)})
        return key_id, secret

    def actor_of_akismet(self, secret: str) -> Actor | None:
        """The key with this secret of 12 digits; None when there is no valid one."""
        return self._actor_with(self._akismet_digest(secret.lower()))

    def add_signing(self, site_id: str, name: str, secret: str, *, at: datetime) -> str:
        """A new key for checks whose requests are signed with a secret that their sender made; returns its id.

        The secret is kept encrypted rather than as a digest, because signatures are computed with it. Raises Invalid,
        NotFound.
        """
        check_name(name)
        check_sites(self._connection, [site_id])
        key_id = new_id("key", at=at)
        sealed, unused = self._sealer.seal(secret.encode(), about=key_id), digest_of(new_token())
        values = {"id": key_id, "site_id": site_id, "name": name, "scope": Scope.CHECK.value, "created_at": at}
        self._connection.execute(insert(keys), {**values, "digest": unused, "signs_sealed": sealed})
        return key_id

    def signing_secrets(self, site_id: str) -> list[tuple[str, bytes]]:
        """The ids of a site's working keys of that kind, each with its secret. Raises SealBroken."""
        rows = self._connection.execute(_SIGNING_KEYS, {"site_id": site_id})
        return [(row.id, self._sealer.open(row.signs_sealed, about=row.id)) for row in rows]

    def all(self, site_id: str) -> list[Key]:
        """All keys of a site, revoked ones included, oldest first."""
        rows = self._connection.execute(select(keys).where(keys.c.site_id == site_id).order_by(keys.c.id))
        return [_key_from(row) for row in rows]

    def revoke(self, key_id: str, *, at: datetime) -> str:
        """Revoke a key; returns its site. Raises NotFound when there is no such valid key."""
        is_it = (keys.c.id == key_id, keys.c.revoked_at.is_(None))
        site_id: str | None = self._connection.scalar(
            update(keys).where(*is_it).values(revoked_at=at).returning(keys.c.site_id)
        )
        if site_id is None:
            raise NotFound("key", key_id)
        return site_id

    def actor_of(self, secret: str) -> Actor | None:
        """The key with this secret; None when there is no valid one."""
        return self._actor_with(digest_of(secret))

    def _actor_with(self, digest: bytes) -> Actor | None:
        row = self._connection.execute(_WORKING_KEY, {"digest": digest}).one_or_none()
        return None if row is None else Actor(row.id, row.name, {row.site_id: Scope(row.scope)})

    def _akismet_digest(self, secret: str) -> bytes:
        return self._sealer.find_key("akismet-key", secret)


_WORKING_KEY = select(keys.c.id, keys.c.name, keys.c.site_id, keys.c.scope).where(
    keys.c.digest == bindparam("digest"), keys.c.revoked_at.is_(None)
)
_SIGNING_KEYS = select(keys.c.id, keys.c.signs_sealed).where(
    keys.c.site_id == bindparam("site_id"), keys.c.signs_sealed.is_not(None), keys.c.revoked_at.is_(None)
)


def _key_from(row: Row[Any]) -> Key:
    return Key(
        id=row.id,
        site_id=row.site_id,
        name=row.name,
        scope=Scope(row.scope),
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )
