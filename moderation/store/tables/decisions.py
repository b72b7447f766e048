"""Decisions, the audit trail, and what authors and readers ask to be decided again."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import JSON

from moderation.store.database.utc_timestamp import UtcTimestamp
from moderation.store.tables.base import metadata

decisions = Table(
    "decisions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("comment_id", Text, ForeignKey("comments.id"), nullable=False),
    Column("site_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("note", Text, nullable=False),
    Column("by_id", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("status_before", Text, nullable=False),
    Column("status_after", Text, nullable=False),
    Column("undoes", Text, nullable=False),
    UniqueConstraint("comment_id", "revision"),
    sqlite_with_rowid=False,
)

BY_PEOPLE = text("by_id <> 'policy'")
Index(
    "ix_decisions_by_people",
    decisions.c.by_id,
    decisions.c.at,
    sqlite_where=BY_PEOPLE,
    postgresql_where=BY_PEOPLE,
)

edits = Table(  # body: the text before the edit that made this revision
    "edits",
    metadata,
    Column("comment_id", Text, ForeignKey("comments.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
    PrimaryKeyConstraint("comment_id", "revision"),
    sqlite_with_rowid=False,
)

appeals = Table(
    "appeals",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("comment_id", Text, ForeignKey("comments.id"), nullable=False),
    Column("decision_id", Text, nullable=False, unique=True),
    Column("text", Text, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("by_id", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("decided_at", UtcTimestamp),
    Column("answer", Text, nullable=False),
    Index("ix_appeals_comment_id", "comment_id"),
)

OPEN = text("outcome = ''")
Index(
    "ix_appeals_open",
    appeals.c.site_id,
    appeals.c.at,
    appeals.c.id,
    sqlite_where=OPEN,
    postgresql_where=OPEN,
)

reports = Table(
    "reports",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("comment_id", Text, ForeignKey("comments.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("network_key", LargeBinary, nullable=False),
    Column("weight", Float, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("ended_at", UtcTimestamp),
    UniqueConstraint("comment_id", "network_key"),
    Index("ix_reports_reporter", "site_id", "network_key", "outcome"),
)
Index("ix_reports_open", reports.c.site_id, reports.c.comment_id, sqlite_where=OPEN, postgresql_where=OPEN)

audit = Table(
    "audit",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
    Column("by_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("hash", Text, nullable=False),
    PrimaryKeyConstraint("site_id", "number"),
    sqlite_with_rowid=False,
)
