"""What moderators keep for their work: rules about senders, decisions about whole lists, views and claims."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.types import JSON

from moderation.store.database.utc_timestamp import UtcTimestamp
from moderation.store.tables.base import metadata

sender_rules = Table(
    "sender_rules",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("about", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("by_id", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
    Column("until", UtcTimestamp),
    Column("ended_at", UtcTimestamp),
)

IN_FORCE = text("ended_at IS NULL")
Index(
    "ix_sender_rules_in_force",
    sender_rules.c.site_id,
    sender_rules.c.key,
    sqlite_where=IN_FORCE,
    postgresql_where=IN_FORCE,
)

bulk_runs = Table(  # one decision about a whole list each; a worker carries it out
    "bulk_runs",
    metadata,
    Column("id", Text, primary_key=True),
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
)
Index("ix_bulk_runs_open", bulk_runs.c.at, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE)

saved_views = Table(
    "saved_views",
    metadata,
    Column("id", Text, primary_key=True),
    Column("moderator_id", Text, ForeignKey("moderators.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("created_at", UtcTimestamp, nullable=False),
)

claims = Table(  # who has a comment in hand, or is asked to decide it
    "claims",
    metadata,
    Column("comment_id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("by_id", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("for_id", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
)

readings = Table(  # which comment each moderator has in hand
    "readings",
    metadata,
    Column("moderator_id", Text, ForeignKey("moderators.id"), primary_key=True),
    Column("comment_id", Text, nullable=False),
    Column("site_id", Text, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
)
