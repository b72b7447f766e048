"""Moderators and sign-ins. Secrets are stored as SHA-256 digests, since 32 random bytes need no salt."""

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, insert, select, update

from moderation.accounts import Actor, Moderator, Role, Session
from moderation.errors import Invalid, NotFound
from moderation.ids import new_id, new_token
from moderation.store.database.upserts import UPSERTS
from moderation.store.sealing import Sealer
from moderation.store.tables import memberships, moderators, sign_ins, sites
from moderation.unicode_text import has_control, is_blank

Kind = Literal["link", "half", "new password", "session"]
"""What a token does: sign in once, take the second step of it, set a new password, or go on as who is signed in."""

_SPENT = "spent"
"""The kind of a challenge that was answered; no token has it."""

NAME_LENGTH = 100


class AccountRepository:
    """The accounts of one transaction."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def add_moderator(self, name: str, role: Role, site_ids: Sequence[str], *, at: datetime) -> str:
        """Add a moderator; returns the id. Raises Invalid for the name, NotFound for a site."""
        name = unicodedata.normalize("NFC", name)
        check_name(name)
        if self.moderator_named(name) is not None:
            raise Invalid("name", "somebody has this name already; choose another one.")
        check_sites(self._connection, site_ids)
        moderator_id = new_id("mod", at=at)
        values = {"id": moderator_id, "name": name, "password_hash": "", "created_at": at}
        self._connection.execute(insert(moderators), values)
        for site_id in site_ids:
            self.grant(moderator_id, site_id, role)
        return moderator_id

    def moderators(self) -> list[Moderator]:
        """All moderators, by name."""
        roles: dict[str, dict[str, Role]] = defaultdict(dict)
        for row in self._connection.execute(select(memberships).order_by(memberships.c.site_id)):
            roles[row.moderator_id][row.site_id] = Role(row.role)
        rows = self._connection.execute(select(moderators).order_by(moderators.c.name))
        return [_moderator_from(row, roles[row.id]) for row in rows]

    def moderator_named(self, name: str) -> Moderator | None:
        """The moderator with this name, composed or decomposed; None when there is none."""
        named = moderators.c.name == unicodedata.normalize("NFC", name)
        row = self._connection.execute(select(moderators).where(named)).one_or_none()
        return None if row is None else _moderator_from(row, self._roles_of(row.id))

    def moderator(self, moderator_id: str) -> Moderator:
        """One moderator. Raises NotFound."""
        row = self._connection.execute(select(moderators).where(moderators.c.id == moderator_id)).one_or_none()
        if row is None:
            raise NotFound("moderator", moderator_id)
        return _moderator_from(row, self._roles_of(row.id))

    def set_password(self, moderator_id: str, password_hash: str) -> None:
        """Store the argon2id hash of a new password. Sessions stay; see `end_sessions`. Raises NotFound."""
        self._change(moderator_id, password_hash=password_hash)

    def disable(self, moderator_id: str, *, at: datetime) -> None:
        """Close the account and end its sessions and links. Raises NotFound."""
        self._change(moderator_id, disabled_at=at)
        self.end_sessions(moderator_id)

    def enable(self, moderator_id: str) -> None:
        """Open the account again, without any earlier session or link. Raises NotFound."""
        self._change(moderator_id, disabled_at=None)
        self.end_sessions(moderator_id)

    def grant(self, moderator_id: str, site_id: str, role: Role) -> None:
        """Give a moderator a role on a site; it replaces the one they have there."""
        upsert = UPSERTS[self._connection.dialect.name]
        wanted = upsert(memberships).values(moderator_id=moderator_id, site_id=site_id, role=role.value)
        self._connection.execute(
            wanted.on_conflict_do_update(
                index_elements=["moderator_id", "site_id"], set_={"role": wanted.excluded.role}
            )
        )

    def withdraw(self, moderator_id: str, site_id: str) -> None:
        """Take the role on a site away. Raises NotFound when there is none."""
        is_it = (memberships.c.moderator_id == moderator_id, memberships.c.site_id == site_id)
        if not self._connection.execute(delete(memberships).where(*is_it)).rowcount:
            raise NotFound("moderator", moderator_id)

    def issue_sign_in(self, moderator_id: str, *, kind: Kind, lifetime: timedelta, at: datetime) -> str:
        """A token that signs this moderator in: once for a link, until it expires for a session."""
        token = new_token()
        values = {"digest": digest_of(token), "moderator_id": moderator_id, "kind": kind}
        self._connection.execute(insert(sign_ins), {**values, "created_at": at, "expires_at": at + lifetime})
        return token

    def redeem_link(self, token: str, *, kind: Kind = "link", at: datetime) -> str | None:
        """Use a one-time link; returns the moderator's id, or None for a used, expired or unknown link."""
        row = self._connection.execute(
            delete(sign_ins)
            .where(sign_ins.c.digest == digest_of(token), sign_ins.c.kind == kind)
            .returning(sign_ins.c.moderator_id, sign_ins.c.expires_at)
        ).one_or_none()
        return row.moderator_id if row is not None and row.expires_at > at else None

    def holder(self, token: str, *, kind: Kind, at: datetime) -> str | None:
        """Whose token this is; None when it has expired or was used. It stays good."""
        is_it = (sign_ins.c.digest == digest_of(token), sign_ins.c.kind == kind, sign_ins.c.expires_at > at)
        moderator_id: str | None = self._connection.scalar(select(sign_ins.c.moderator_id).where(*is_it))
        return moderator_id

    def spend(self, challenge: bytes, moderator_id: str, *, until: datetime, at: datetime) -> bool:
        """Remember a challenge that a passkey answered; false for one that was answered before."""
        values = {"digest": hashlib.sha256(challenge).digest(), "moderator_id": moderator_id, "kind": _SPENT}
        upsert = UPSERTS[self._connection.dialect.name]
        spent = upsert(sign_ins).values(**values, created_at=at, expires_at=until).on_conflict_do_nothing()
        return bool(self._connection.execute(spent).rowcount)

    def actor_of_session(self, token: str, *, at: datetime) -> Actor | None:
        """The moderator of this session; None when it has ended. One statement, since every page needs it."""
        rows = self._connection.execute(
            _SIGNED_IN.where(
                sign_ins.c.digest == digest_of(token), sign_ins.c.kind == "session", sign_ins.c.expires_at > at
            )
        ).all()
        if not rows:
            return None
        return Actor(rows[0].id, rows[0].name, {row.site_id: Role(row.role).scope for row in rows if row.site_id})

    def session_ends_at(self, token: str) -> datetime | None:
        """When the session with this token ends; None when there is none."""
        ends_at: datetime | None = self._connection.scalar(
            select(sign_ins.c.expires_at).where(sign_ins.c.digest == digest_of(token), sign_ins.c.kind == "session")
        )
        return ends_at

    def prolong_session(self, token: str, *, idle: timedelta, absolute: timedelta, at: datetime) -> None:
        """Extend a session by `idle` from now, but not beyond `absolute` from its start."""
        is_it = (sign_ins.c.digest == digest_of(token), sign_ins.c.kind == "session", sign_ins.c.expires_at > at)
        began_at = self._connection.scalar(select(sign_ins.c.created_at).where(*is_it))
        if began_at is not None:
            ends_at = min(at + idle, began_at + absolute)
            self._connection.execute(update(sign_ins).where(*is_it).values(expires_at=ends_at))

    def forget_sign_ins(self, *, before: datetime) -> int:
        """Delete links and sessions that expired before then; returns how many."""
        return self._connection.execute(delete(sign_ins).where(sign_ins.c.expires_at <= before)).rowcount

    def end_session(self, token: str) -> None:
        """Sign out; does nothing when the session has ended."""
        self._connection.execute(delete(sign_ins).where(sign_ins.c.digest == digest_of(token)))

    def sessions(self, moderator_id: str, token: str, *, at: datetime) -> list[Session]:
        """A moderator's sessions that go on, the newest first. token: of the session that asks."""
        of_moderator = (sign_ins.c.moderator_id == moderator_id, sign_ins.c.kind == "session")
        query = select(sign_ins).where(*of_moderator, sign_ins.c.expires_at > at)
        rows = self._connection.execute(query.order_by(sign_ins.c.created_at.desc(), sign_ins.c.digest))
        return [
            Session(_session_id(row.digest), row.created_at, row.expires_at, row.digest == digest_of(token))
            for row in rows
        ]

    def end_session_named(self, moderator_id: str, session_id: str) -> None:
        """End one session of a moderator. Raises NotFound when there is none of this id."""
        of_moderator = (sign_ins.c.moderator_id == moderator_id, sign_ins.c.kind == "session")
        for digest in self._connection.scalars(select(sign_ins.c.digest).where(*of_moderator)).all():
            if _session_id(digest) == session_id:
                self._connection.execute(delete(sign_ins).where(sign_ins.c.digest == digest))
                return
        raise NotFound("session", session_id)

    def end_sessions(self, moderator_id: str) -> None:
        """End all sessions of a moderator and invalidate their unused links."""
        tokens = (sign_ins.c.moderator_id == moderator_id, sign_ins.c.kind != _SPENT)
        self._connection.execute(delete(sign_ins).where(*tokens))

    def _roles_of(self, moderator_id: str) -> dict[str, Role]:
        rows = self._connection.execute(
            select(memberships).where(memberships.c.moderator_id == moderator_id).order_by(memberships.c.site_id)
        )
        return {row.site_id: Role(row.role) for row in rows}

    def _change(self, moderator_id: str, **values: Any) -> None:
        changed = self._connection.execute(update(moderators).where(moderators.c.id == moderator_id).values(**values))
        if not changed.rowcount:
            raise NotFound("moderator", moderator_id)


_SIGNED_IN = (
    select(moderators.c.id, moderators.c.name, memberships.c.site_id, memberships.c.role)
    .select_from(
        sign_ins.join(moderators, sign_ins.c.moderator_id == moderators.c.id).outerjoin(
            memberships, memberships.c.moderator_id == moderators.c.id
        )
    )
    .where(moderators.c.disabled_at.is_(None))
)


def digest_of(secret: str) -> bytes:
    """By what a secret of 32 random bytes is found."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def check_sites(connection: Connection, site_ids: Sequence[str]) -> None:
    """Raises NotFound for the first of these sites that there is not."""
    known = set(connection.scalars(select(sites.c.id).where(sites.c.id.in_(site_ids))))
    for site_id in site_ids:
        if site_id not in known:
            raise NotFound("site", site_id)


def _session_id(digest: bytes) -> str:
    """Names a session; nobody finds its token from half of a digest of it."""
    return digest[:16].hex()


def check_name(name: str) -> None:
    """Raises Invalid for what cannot be the name of a moderator or a key."""
    if is_blank(name) or has_control(name) or name != name.strip() or len(name) > NAME_LENGTH:
        rule = f"must be 1 to {NAME_LENGTH} visible characters without space around them"
        raise Invalid("name", f"{rule}, and without line ends or control characters.")


def _moderator_from(row: Row[Any], roles: Mapping[str, Role]) -> Moderator:
    return Moderator(
        id=row.id,
        name=row.name,
        roles=roles,
        password_hash=row.password_hash,
        disabled_at=row.disabled_at,
    )
