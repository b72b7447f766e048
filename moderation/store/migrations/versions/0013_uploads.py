"""Uploaded files to import, in a table that the version before this one does not know."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text
from sqlalchemy.types import JSON

from moderation.store.database.utc_timestamp import UtcTimestamp

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "uploads",
        Column("id", Text, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("addresses", Text, nullable=False),
        Column("keeps_rejected", Integer, nullable=False),
        Column("size", BigInteger, nullable=False),
        Column("by_id", Text, nullable=False),
        Column("created_at", UtcTimestamp, nullable=False),
        Column("status", Text, nullable=False),
        Column("is_dry", Integer, nullable=False),
        Column("read", BigInteger, nullable=False),
        Column("counts", JSON, nullable=False),
        Column("problem", Text, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("lease_until", UtcTimestamp),
        Column("ended_at", UtcTimestamp),
        PrimaryKeyConstraint("id", name="pk_uploads"),
        ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_uploads_site_id"),
    )
    op.create_index("ix_uploads_site_id", "uploads", ["site_id", "id"])
