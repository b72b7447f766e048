"""Rules about senders, decisions about whole lists, saved views, and who has which comment in hand.

Two columns are added to comments, and the version before this one reads and writes the tables without them.
"""

from typing import Any

from alembic import op
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    text,
)

from moderation.store.database.utc_timestamp import UtcTimestamp

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add columns and tables."""
    op.add_column("comments", Column("domain_key", LargeBinary))
    op.add_column("comments", Column("by_site", Boolean))
    op.create_table(
        "sender_rules",
        Column("id", Text, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("key", LargeBinary, nullable=False),
        Column("about", Text, nullable=False),
        Column("label", Text, nullable=False),
        Column("by_id", Text, nullable=False),
        Column("by_name", Text, nullable=False),
        Column("at", UtcTimestamp, nullable=False),
        Column("until", UtcTimestamp),
        Column("ended_at", UtcTimestamp),
        PrimaryKeyConstraint("id", name="pk_sender_rules"),
        ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_sender_rules_site_id"),
    )
    op.create_index("ix_sender_rules_in_force", "sender_rules", ["site_id", "key"], **_only("ended_at IS NULL"))
    op.create_table(
        "bulk_runs",
        Column("id", Text, nullable=False),
        Column("by_id", Text, nullable=False),
        Column("by_name", Text, nullable=False),
        Column("sites", JSON, nullable=False),
        Column("filters", JSON, nullable=False),
        Column("action", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("note", Text, nullable=False),
        Column("at", UtcTimestamp, nullable=False),
        Column("status", Text, nullable=False),
        Column("total", Integer, nullable=False),
        Column("done", Integer, nullable=False),
        Column("cursor", Text, nullable=False),
        Column("lease_until", UtcTimestamp),
        Column("ended_at", UtcTimestamp),
        PrimaryKeyConstraint("id", name="pk_bulk_runs"),
    )
    op.create_index("ix_bulk_runs_open", "bulk_runs", ["at"], **_only("ended_at IS NULL"))
    op.create_table(
        "saved_views",
        Column("id", Text, nullable=False),
        Column("moderator_id", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("query", Text, nullable=False),
        Column("is_shared", Boolean, nullable=False),
        Column("created_at", UtcTimestamp, nullable=False),
        PrimaryKeyConstraint("id", name="pk_saved_views"),
        ForeignKeyConstraint(["moderator_id"], ["moderators.id"], name="fk_saved_views_moderator_id"),
    )
    op.create_table(
        "claims",
        Column("comment_id", Text, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("by_id", Text, nullable=False),
        Column("by_name", Text, nullable=False),
        Column("for_id", Text, nullable=False),
        Column("note", Text, nullable=False),
        Column("at", UtcTimestamp, nullable=False),
        PrimaryKeyConstraint("comment_id", name="pk_claims"),
    )


def _only(condition: str) -> dict[str, Any]:
    """A partial index on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
