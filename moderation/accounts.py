"""Authorization: the scopes of keys, the roles of moderators, and the actor of a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from moderation.decided_by import DecidedBy


class Scope(StrEnum):
    """What a key allows. Each scope includes those before it."""

    CHECK = "check"
    SUBMIT = "submit"
    READ = "read"
    MODERATE = "moderate"
    ADMIN = "admin"

    def covers(self, other: "Scope") -> bool:
        """Whether this scope includes the other."""
        return _LADDER.index(self) >= _LADDER.index(other)


_LADDER = tuple(Scope)


class Role(StrEnum):
    """A moderator's role on a site."""

    VIEWER = "viewer"
    MODERATOR = "moderator"
    OWNER = "owner"

    @property
    def scope(self) -> Scope:
        """The scope that the role allows."""
        return _SCOPE_OF[self]


_SCOPE_OF = {Role.VIEWER: Scope.READ, Role.MODERATOR: Scope.MODERATE, Role.OWNER: Scope.ADMIN}


@dataclass(frozen=True, slots=True)
class Actor:
    """The moderator ("mod_…") or key ("key_…") that makes a request. grants: site id to scope."""

    id: str
    name: str
    grants: Mapping[str, Scope] = field(default_factory=dict)

    def may(self, site_id: str, scope: Scope) -> bool:
        """Whether this actor has the scope on that site."""
        granted = self.grants.get(site_id)
        return granted is not None and granted.covers(scope)

    def sites(self, scope: Scope) -> tuple[str, ...]:
        """Every site on which this actor has the scope, in alphabetical order."""
        return tuple(sorted(site_id for site_id in self.grants if self.may(site_id, scope)))

    def governs(self, moderator: "Moderator") -> bool:
        """Whether this actor owns every site of the moderator, and so may sign them in, out or off."""
        return bool(moderator.roles) and all(self.may(site_id, Scope.ADMIN) for site_id in moderator.roles)

    @property
    def by(self) -> DecidedBy:
        """The actor as the author of decisions."""
        return DecidedBy(self.id, self.name)


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a site, without its secret. revoked_at: None while it is valid."""

    id: str
    site_id: str
    name: str
    scope: Scope
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Moderator:
    """A person who moderates. roles: site id to role. password_hash: argon2id; "" without a password.

    disabled_at: None while they may sign in.
    """

    id: str
    name: str
    roles: Mapping[str, Role] = field(default_factory=dict)
    password_hash: str = field(default="", repr=False)
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A moderator's session. id: names it without letting anybody in. is_this: whether it is the one that asks."""

    id: str
    began_at: datetime
    ends_at: datetime
    is_this: bool
