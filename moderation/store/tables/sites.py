"""Sites, the threads of their pages, and how many comments each has accepted."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.types import JSON

from moderation.store.database.utc_timestamp import UtcTimestamp
from moderation.store.tables.base import metadata

installation = Table(  # one row
    "installation",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("fingerprint", LargeBinary, nullable=False),
)

sites = Table(
    "sites",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("origins", JSON, nullable=False),
    Column("policy", JSON, nullable=False),
    Column("check_days", Integer, nullable=False),
    Column("created_at", UtcTimestamp, nullable=False),
    Column("learning", Text, nullable=False, server_default=text("'shadow'")),
    Column("form", JSON, nullable=False, server_default=text("'{}'")),
    Column("shows_figures", Boolean, nullable=False, server_default=true()),
)

threads = Table(
    "threads",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("version", Integer, nullable=False, default=0),
    Column("changed_at", UtcTimestamp),
    Column("created_at", UtcTimestamp, nullable=False),
    Column("closed_at", UtcTimestamp),
    Column("kept_open", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("site_id", "key"),
)

PUBLISHED = text("changed_at IS NOT NULL")
Index(
    "ix_threads_changed",
    threads.c.site_id,
    threads.c.changed_at,
    threads.c.id,
    sqlite_where=PUBLISHED,
    postgresql_where=PUBLISHED,
)

old_keys = Table(  # a key is in `threads` or here, never in both
    "old_keys",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("thread_id", Text, ForeignKey("threads.id"), nullable=False),
    PrimaryKeyConstraint("site_id", "key"),
    sqlite_with_rowid=False,
)
Index("ix_old_keys_thread", old_keys.c.thread_id)

page_problems = Table(  # the latest page of a site with this field that had to be cut or left out
    "page_problems",
    metadata,
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("field", Text, nullable=False),
    Column("thread_id", Text, ForeignKey("threads.id"), nullable=False),
    Column("at", UtcTimestamp, nullable=False),
    PrimaryKeyConstraint("site_id", "field"),
)
Index("ix_page_problems_thread_id", page_problems.c.thread_id)

tallies = Table(
    "tallies",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("shard", Integer, nullable=False),
    Column("accepted", BigInteger, nullable=False),
    PrimaryKeyConstraint("site_id", "shard"),
)
