"""The outbox: who is notified of what, by webhook and by mail, and each attempt."""

from sqlalchemy import (
    Column,
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
from moderation.store.tables.base import Serial, metadata

destinations = Table(
    "destinations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("channel", Text, nullable=False),
    Column("created_at", UtcTimestamp, nullable=False),
    Column("failing_since", UtcTimestamp),
    Column("paused_until", UtcTimestamp),
    Column("disabled_at", UtcTimestamp),
    Column("disabled_reason", JSON, nullable=False),
    Column("removed_at", UtcTimestamp),
    Index("ix_destinations_site_id", "site_id"),
)

endpoints = Table(  # what the channel `webhook` knows of its destinations
    "endpoints",
    metadata,
    Column("id", Text, ForeignKey("destinations.id"), primary_key=True),
    Column("url", Text, nullable=False),
    Column("events", JSON, nullable=False),
    Column("secret_sealed", LargeBinary, nullable=False),
    Column("old_secret_sealed", LargeBinary),
    Column("old_secret_until", UtcTimestamp),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("channel", Text, nullable=False),
    Column("site_id", Text, nullable=False),
    Column("destination_id", Text, ForeignKey("destinations.id"), nullable=False),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("comment_id", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("created_at", UtcTimestamp, nullable=False),
    Column("status", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due_at", UtcTimestamp),
    Column("lease_until", UtcTimestamp),
    Column("ended_at", UtcTimestamp),
    UniqueConstraint("event_id", "destination_id"),
    Index("ix_deliveries_destination", "destination_id", "id"),
    Index("ix_deliveries_site", "site_id", "id"),
)
Index(
    "ix_deliveries_due",
    deliveries.c.destination_id,
    deliveries.c.due_at,
    sqlite_where=text("status = 'waiting'"),
    postgresql_where=text("status = 'waiting'"),
)
Index(
    "ix_deliveries_line",
    deliveries.c.channel,
    deliveries.c.due_at,
    deliveries.c.id,
    sqlite_where=text("status = 'waiting'"),
    postgresql_where=text("status = 'waiting'"),
)
Index(
    "ix_deliveries_given_up",
    deliveries.c.status,
    sqlite_where=text("status = 'given_up'"),
    postgresql_where=text("status = 'given_up'"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("delivery_id", Serial, ForeignKey("deliveries.id"), nullable=False),
    Column("at", UtcTimestamp, nullable=False),
    Column("http_status", Integer),
    Column("latency_ms", Integer, nullable=False),
    Column("retry_after_s", Integer),
    Column("problem", JSON, nullable=False),
    Column("answer", Text, nullable=False),
    Index("ix_attempts_delivery_id", "delivery_id"),
)

mail_addresses = Table(
    "mail_addresses",
    metadata,
    Column("moderator_id", Text, ForeignKey("moderators.id"), primary_key=True),
    Column("email_sealed", LargeBinary, nullable=False),
)

mailboxes = Table(  # what the channel `email` knows of its destinations
    "mailboxes",
    metadata,
    Column("id", Text, ForeignKey("destinations.id"), primary_key=True),
    Column("moderator_id", Text, ForeignKey("moderators.id"), nullable=False),
    Column("notify", Text, nullable=False),
    Column("digested_at", UtcTimestamp, nullable=False),
    Index("ix_mailboxes_moderator_id", "moderator_id"),
)

open_link_sites = Table(  # sites on which the links in mails decide without signing in
    "open_link_sites",
    metadata,
    Column("site_id", Text, ForeignKey("sites.id"), primary_key=True),
)

reader_mailboxes = Table(  # authors who asked for mail; also destinations of the channel `email`
    "reader_mailboxes",
    metadata,
    Column("id", Text, ForeignKey("destinations.id"), primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("email_key", LargeBinary, nullable=False),
    Column("email_sealed", LargeBinary, nullable=False),
    Column("language", Text, nullable=False),
    Column("created_at", UtcTimestamp, nullable=False),
    Column("asked_at", UtcTimestamp),
    Column("confirmed_at", UtcTimestamp),
    Index("ix_reader_mailboxes_author", "site_id", "email_key", unique=True),
)

follows = Table(  # what the author of a comment wants mail about
    "follows",
    metadata,
    Column("comment_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("mailbox_id", Text, ForeignKey("reader_mailboxes.id"), nullable=False),
    Column("thread_id", Text, nullable=False),
    Column("created_at", UtcTimestamp, nullable=False),
    PrimaryKeyConstraint("comment_id", "kind"),
    Index("ix_follows_mailbox", "mailbox_id"),
    sqlite_with_rowid=False,
)

reply_places = Table(  # up to which published comment authors were notified of replies
    "reply_places",
    metadata,
    Column("site_id", Text, ForeignKey("sites.id"), primary_key=True),
    Column("decided_at", UtcTimestamp, nullable=False),
    Column("comment_id", Text, nullable=False),
)
