"""An index along which mails that wait are claimed.

Only an index is added, so the version before this one works on the database beside it.
"""

from alembic import op
from sqlalchemy import text

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the index."""
    is_waiting = text("status = 'waiting'")
    columns = ["channel", "due_at", "id"]
    op.create_index("ix_deliveries_line", "deliveries", columns, sqlite_where=is_waiting, postgresql_where=is_waiting)
