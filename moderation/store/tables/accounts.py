"""Moderators, their roles and sessions, what they sign in with besides a password, and API keys."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, PrimaryKeyConstraint, Table, Text

from moderation.store.database.utc_timestamp import UtcTimestamp
from moderation.store.tables.base import metadata

moderators = Table(
    "moderators",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("created_at", UtcTimestamp, nullable=False),
    Column("disabled_at", UtcTimestamp),
)

memberships = Table(
    "memberships",
    metadata,
    Column("moderator_id", Text, ForeignKey("moderators.id"), nullable=False),
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("role", Text, nullable=False),
    PrimaryKeyConstraint("moderator_id", "site_id"),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("moderator_id", Text, ForeignKey("moderators.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("created_at", UtcTimestamp, nullable=False),
    Column("expires_at", UtcTimestamp, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("signs_sealed", LargeBinary),  # with what its requests are signed; NULL for a key that is sent itself
    Column("created_at", UtcTimestamp, nullable=False),
    Column("revoked_at", UtcTimestamp),
)

second_factors = (
    Table(  # what an authenticator app computes codes from; confirmed_at is NULL until the first right one
        "second_factors",
        metadata,
        Column("moderator_id", Text, ForeignKey("moderators.id"), primary_key=True),
        Column("secret_sealed", LargeBinary, nullable=False),
        Column("last_step", BigInteger, nullable=False),
        Column("created_at", UtcTimestamp, nullable=False),
        Column("confirmed_at", UtcTimestamp),
    )
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("moderator_id", Text, ForeignKey("moderators.id"), nullable=False),
)
Index("ix_recovery_codes_moderator", recovery_codes.c.moderator_id)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("moderator_id", Text, ForeignKey("moderators.id"), nullable=False),
    Column("credential_id", LargeBinary, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", UtcTimestamp, nullable=False),
    Column("used_at", UtcTimestamp),
)
Index("ix_passkeys_moderator", passkeys.c.moderator_id)
