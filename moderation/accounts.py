"""Who may do what on which site: scopes of keys, roles of moderators, and the actor behind a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from moderation.decided_by import DecidedBy


class Scope(StrEnum):
    """What a key may do. Each scope includes those before it."""

    SUBMIT = "submit"
    READ = "read"
    MODERATE = "moderate"
    ADMIN = "admin"

    def covers(self, other: "Scope") -> bool:
        """Whether whoever has this scope may also do what `other` allows."""
        return _LADDER.index(self) >= _LADDER.index(other)


_LADDER = tuple(Scope)


class Role(StrEnum):
    """What a moderator is on one site."""

    VIEWER = "viewer"
    MODERATOR = "moderator"
    OWNER = "owner"

    @property
    def scope(self) -> Scope:
        """What this role allows."""
        return _SCOPE_OF[self]


_SCOPE_OF = {Role.VIEWER: Scope.READ, Role.MODERATOR: Scope.MODERATE, Role.OWNER: Scope.ADMIN}


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever makes a request: a moderator ("mod_…") or a key ("key_…"). grants: site id to scope."""

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

    @property
    def by(self) -> DecidedBy:
        """The signature under this actor's decisions."""
        return DecidedBy(self.id, self.name)


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a site, without its secret. revoked_at: None while it opens anything."""

    id: str
    site_id: str
    name: str
    scope: Scope
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Moderator:
    """One person who moderates. roles: site id to role; password_hash: "" when none was set (argon2id).

    disabled_at: None while they may sign in.
    """

    id: str
    name: str
    roles: Mapping[str, Role] = field(default_factory=dict)
    password_hash: str = field(default="", repr=False)
    disabled_at: datetime | None = None
