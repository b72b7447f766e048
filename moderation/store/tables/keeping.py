"""What was imported, what is kept for how long, and what was erased."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text
from sqlalchemy.types import JSON

from moderation.store.database.utc_timestamp import UtcTimestamp
from moderation.store.tables.base import metadata

# The rows of other systems that were imported, so that a second import changes nothing. comment_id is NULL where
# nothing was kept but the place in the tree. It is no foreign key: that would need an index for deleting comments.
imported = Table(
    "imported",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("comment_id", Text),
    Column("parent", Text, nullable=False),
    PrimaryKeyConstraint("site_id", "source", "source_id"),
    sqlite_with_rowid=False,
)

erasures = Table(  # what must be erased again when an older backup is restored; see erasures.py
    "erasures",
    metadata,
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
    PrimaryKeyConstraint("kind", "subject"),
    sqlite_with_rowid=False,
)

retentions = Table(  # a site without a row has the defaults
    "retentions",
    metadata,
    Column("site_id", Text, ForeignKey("sites.id"), primary_key=True),
    Column("spam_days", Integer),
    Column("rejected_days", Integer),
    Column("email_days", Integer),
    Column("network_days", Integer),
    Column("delivery_days", Integer),
)

destructions = Table(  # how much retention destroyed on each day; day is as in 2026-01-05
    "destructions",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("count", Integer, nullable=False),
    PrimaryKeyConstraint("site_id", "day", "what"),
    sqlite_with_rowid=False,
)

data_requests = Table(  # addresses that somebody wrote on the page "My comments", for some seconds
    "data_requests",
    metadata,
    Column("id", Text, primary_key=True),
    Column("email_key", LargeBinary, nullable=False),
    Column("email_sealed", LargeBinary, nullable=False),
    Column("language", Text, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
)

data_links = Table(  # links to all comments of an address, as hashes
    "data_links",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("email_key", LargeBinary, nullable=False),
    Column("expires_at", UtcTimestamp, nullable=False),
)

uploads = Table(  # files to import; the files themselves are in the home folder
    "uploads",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
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
    Index("ix_uploads_site_id", "site_id", "id"),
)
