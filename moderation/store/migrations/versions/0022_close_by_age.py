"""Pages that close by their age: which ones moderators keep open, and since when each has had comments.

Imported comments are older than the row of their page, so its day moves to that of the oldest one.
"""

from alembic import op
from sqlalchemy import Boolean, Column, false

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add the column; no page is kept open. The version before this one neither reads it nor the day."""
    op.add_column("threads", Column("kept_open", Boolean, nullable=False, server_default=false()))
    op.execute(
        "UPDATE threads SET created_at = (SELECT min(received_at) FROM comments WHERE thread_id = threads.id) "
        "WHERE EXISTS (SELECT 1 FROM comments WHERE thread_id = threads.id AND received_at < threads.created_at)"
    )
