"""How long each site keeps things, and what was destroyed, in tables that the version before does not know."""

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "retentions",
        Column("site_id", Text, nullable=False),
        Column("spam_days", Integer),
        Column("rejected_days", Integer),
        Column("email_days", Integer),
        Column("network_days", Integer),
        Column("delivery_days", Integer),
        PrimaryKeyConstraint("site_id", name="pk_retentions"),
        ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_retentions_site_id"),
    )
    op.create_table(
        "destructions",
        Column("site_id", Text, nullable=False),
        Column("day", Text, nullable=False),
        Column("what", Text, nullable=False),
        Column("count", Integer, nullable=False),
        PrimaryKeyConstraint("site_id", "day", "what", name="pk_destructions"),
        sqlite_with_rowid=False,
    )
