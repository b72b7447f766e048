"""Addresses of authors who asked for mail, in tables that the version before this one does not know."""

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, LargeBinary, PrimaryKeyConstraint, Text

from moderation.store.database.utc_timestamp import UtcTimestamp

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "reader_mailboxes",
        Column("id", Text, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("email_key", LargeBinary, nullable=False),
        Column("email_sealed", LargeBinary, nullable=False),
        Column("language", Text, nullable=False),
        Column("created_at", UtcTimestamp, nullable=False),
        Column("asked_at", UtcTimestamp),
        Column("confirmed_at", UtcTimestamp),
        PrimaryKeyConstraint("id", name="pk_reader_mailboxes"),
        ForeignKeyConstraint(["id"], ["destinations.id"], name="fk_reader_mailboxes_id"),
    )
    op.create_index("ix_reader_mailboxes_author", "reader_mailboxes", ["site_id", "email_key"], unique=True)
    op.create_table(
        "follows",
        Column("comment_id", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("mailbox_id", Text, nullable=False),
        Column("thread_id", Text, nullable=False),
        Column("created_at", UtcTimestamp, nullable=False),
        PrimaryKeyConstraint("comment_id", "kind", name="pk_follows"),
        ForeignKeyConstraint(["mailbox_id"], ["reader_mailboxes.id"], name="fk_follows_mailbox_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_follows_mailbox", "follows", ["mailbox_id"])
    op.create_table(
        "reply_places",
        Column("site_id", Text, nullable=False),
        Column("decided_at", UtcTimestamp, nullable=False),
        Column("comment_id", Text, nullable=False),
        PrimaryKeyConstraint("site_id", name="pk_reply_places"),
        ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_reply_places_site_id"),
    )
    op.create_table(
        "data_requests",
        Column("id", Text, nullable=False),
        Column("email_key", LargeBinary, nullable=False),
        Column("email_sealed", LargeBinary, nullable=False),
        Column("language", Text, nullable=False),
        Column("at", UtcTimestamp, nullable=False),
        PrimaryKeyConstraint("id", name="pk_data_requests"),
    )
    op.create_table(
        "data_links",
        Column("digest", LargeBinary, nullable=False),
        Column("email_key", LargeBinary, nullable=False),
        Column("expires_at", UtcTimestamp, nullable=False),
        PrimaryKeyConstraint("digest", name="pk_data_links"),
    )
