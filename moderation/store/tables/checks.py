"""Texts that were scored without becoming comments."""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.types import JSON

from moderation.store.database.utc_timestamp import UtcTimestamp
from moderation.store.tables.base import metadata

checks = Table(  # purged rows keep what the model said and what was true, and nothing of what was written
    "checks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("key_id", Text, nullable=False),
    Column("received_at", UtcTimestamp, nullable=False),
    Column("name", Text, nullable=False),
    Column("email_sealed", LargeBinary),
    Column("email_key", LargeBinary),
    Column("website", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("text_key", LargeBinary),
    Column("content_key", LargeBinary),
    Column("thread_url", Text, nullable=False),
    Column("thread_title", Text, nullable=False),
    Column("masked_address", Text, nullable=False),
    Column("signals", JSON, nullable=False),
    Column("near_copies", Integer, nullable=False),
    Column("model", Text, nullable=False),
    Column("spam", Float, nullable=False),
    Column("abuse", Float, nullable=False),
    Column("labels", JSON, nullable=False),
    Column("language", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("action", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("correction", Text, nullable=False),
    Column("corrected_by", Text, nullable=False),
    Column("corrected_at", UtcTimestamp),
    Column("purged_at", UtcTimestamp),
)
Index("ix_checks_author", checks.c.site_id, checks.c.email_key, checks.c.correction)
Index("ix_checks_text", checks.c.site_id, checks.c.text_key, checks.c.received_at)
Index("ix_checks_content", checks.c.site_id, checks.c.content_key, checks.c.received_at)
Index("ix_checks_counts", checks.c.site_id, checks.c.received_at, checks.c.action, checks.c.correction)

UNPURGED = text("purged_at IS NULL")
Index(
    "ix_checks_unpurged",
    checks.c.site_id,
    checks.c.received_at,
    sqlite_where=UNPURGED,
    postgresql_where=UNPURGED,
)
