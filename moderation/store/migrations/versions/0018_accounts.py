"""Second factors and passkeys of moderators, in tables that the version before this one does not know."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

from moderation.store.database.utc_timestamp import UtcTimestamp

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "second_factors",
        Column("moderator_id", Text, nullable=False),
        Column("secret_sealed", LargeBinary, nullable=False),
        Column("last_step", BigInteger, nullable=False),
        Column("created_at", UtcTimestamp, nullable=False),
        Column("confirmed_at", UtcTimestamp),
        PrimaryKeyConstraint("moderator_id", name="pk_second_factors"),
        ForeignKeyConstraint(["moderator_id"], ["moderators.id"], name="fk_second_factors_moderator_id"),
    )
    op.create_table(
        "recovery_codes",
        Column("digest", LargeBinary, nullable=False),
        Column("moderator_id", Text, nullable=False),
        PrimaryKeyConstraint("digest", name="pk_recovery_codes"),
        ForeignKeyConstraint(["moderator_id"], ["moderators.id"], name="fk_recovery_codes_moderator_id"),
    )
    op.create_index("ix_recovery_codes_moderator", "recovery_codes", ["moderator_id"])
    op.create_table(
        "passkeys",
        Column("id", Text, nullable=False),
        Column("moderator_id", Text, nullable=False),
        Column("credential_id", LargeBinary, nullable=False),
        Column("public_key", LargeBinary, nullable=False),
        Column("sign_count", BigInteger, nullable=False),
        Column("name", Text, nullable=False),
        Column("created_at", UtcTimestamp, nullable=False),
        Column("used_at", UtcTimestamp),
        PrimaryKeyConstraint("id", name="pk_passkeys"),
        ForeignKeyConstraint(["moderator_id"], ["moderators.id"], name="fk_passkeys_moderator_id"),
        UniqueConstraint("credential_id", name="uq_passkeys_credential_id"),
    )
    op.create_index("ix_passkeys_moderator", "passkeys", ["moderator_id"])
