"""Which comment each moderator has in hand, in a table that the version before this one does not know."""

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from moderation.store.database.utc_timestamp import UtcTimestamp

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "readings",
        Column("moderator_id", Text, nullable=False),
        Column("comment_id", Text, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("at", UtcTimestamp, nullable=False),
        PrimaryKeyConstraint("moderator_id", name="pk_readings"),
        ForeignKeyConstraint(["moderator_id"], ["moderators.id"], name="fk_readings_moderator_id"),
    )
