"""The place of a comment in the order of priority, and an index of what waits in this order.

The version before this one works on the database beside it: what it settles keeps its place by arrival.
"""

from alembic import op
from sqlalchemy import Column, text

from moderation.store.database.utc_timestamp import UtcTimestamp

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add a column and an index."""
    op.add_column("comments", Column("queue_at", UtcTimestamp))
    waiting = text("status = 'pending' AND erased_at IS NULL")
    op.create_index(
        "ix_comments_priority",
        "comments",
        ["site_id", text("coalesce(queue_at, received_at)"), "id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
