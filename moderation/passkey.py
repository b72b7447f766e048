"""A passkey: a pair of keys of which a moderator's device keeps the private one, and signs with it."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Credential:
    """What a device made. credential_id: by what it finds the pair; public_key: as COSE; sign_count: 0 if it counts
    nothing.
    """

    credential_id: bytes
    public_key: bytes = field(repr=False)
    sign_count: int


@dataclass(frozen=True, slots=True)
class Passkey:
    """A registered credential. name: what its moderator calls it; used_at: None before its first use."""

    id: str
    moderator_id: str
    name: str
    credential: Credential
    created_at: datetime
    used_at: datetime | None = None
