"""Addresses of moderators and their mailboxes, in tables that the version before this one does not know.

That version works on the database beside this one: it sends no mail and leaves what is to be sent to this one.
"""

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, LargeBinary, PrimaryKeyConstraint, Text

from moderation.store.database.utc_timestamp import UtcTimestamp

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "mail_addresses",
        Column("moderator_id", Text, nullable=False),
        Column("email_sealed", LargeBinary, nullable=False),
        PrimaryKeyConstraint("moderator_id", name="pk_mail_addresses"),
        ForeignKeyConstraint(["moderator_id"], ["moderators.id"], name="fk_mail_addresses_moderator_id"),
    )
    op.create_table(
        "mailboxes",
        Column("id", Text, nullable=False),
        Column("moderator_id", Text, nullable=False),
        Column("notify", Text, nullable=False),
        Column("digested_at", UtcTimestamp, nullable=False),
        PrimaryKeyConstraint("id", name="pk_mailboxes"),
        ForeignKeyConstraint(["id"], ["destinations.id"], name="fk_mailboxes_id"),
        ForeignKeyConstraint(["moderator_id"], ["moderators.id"], name="fk_mailboxes_moderator_id"),
    )
    op.create_index("ix_mailboxes_moderator_id", "mailboxes", ["moderator_id"])
    op.create_table(
        "open_link_sites",
        Column("site_id", Text, nullable=False),
        PrimaryKeyConstraint("site_id", name="pk_open_link_sites"),
        ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_open_link_sites_site_id"),
    )
