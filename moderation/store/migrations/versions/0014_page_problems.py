"""Which pages give an address, a title or a key that cannot be used."""

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from moderation.store.database.utc_timestamp import UtcTimestamp

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "page_problems",
        Column("site_id", Text, nullable=False),
        Column("field", Text, nullable=False),
        Column("thread_id", Text, nullable=False),
        Column("at", UtcTimestamp, nullable=False),
        PrimaryKeyConstraint("site_id", "field", name="pk_page_problems"),
        ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_page_problems_site_id"),
        ForeignKeyConstraint(["thread_id"], ["threads.id"], name="fk_page_problems_thread_id"),
    )
    op.create_index("ix_page_problems_thread_id", "page_problems", ["thread_id"])
