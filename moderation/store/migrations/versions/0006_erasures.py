"""What was erased, in a table that the version before this one does not know."""

from alembic import op
from sqlalchemy import Column, PrimaryKeyConstraint, Text

from moderation.store.database.utc_timestamp import UtcTimestamp

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "erasures",
        Column("kind", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("at", UtcTimestamp, nullable=False),
        PrimaryKeyConstraint("kind", "subject", name="pk_erasures"),
        sqlite_with_rowid=False,
    )
