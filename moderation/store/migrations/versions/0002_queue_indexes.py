"""Indexes from which the queue is read in every order, and a thread in the order of arrival.

Only indexes change, so the version before this one works on the database beside it.
"""

from typing import Any

from alembic import op
from sqlalchemy import text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Replace three indexes."""
    op.drop_index("ix_comments_queue", "comments")
    op.create_index(
        "ix_comments_queue",
        "comments",
        ["site_id", "status", "received_at", "id", "spam", "abuse", "erased_at"],
        **_only("erased_at IS NULL"),
    )
    op.drop_index("ix_comments_erased", "comments")
    op.create_index(
        "ix_comments_erased", "comments", ["site_id", "status", "erased_at"], **_only("erased_at IS NOT NULL")
    )
    op.drop_index("ix_comments_thread", "comments")
    op.create_index("ix_comments_thread", "comments", ["thread_id", "status", "received_at", "id", "erased_at"])


def _only(condition: str) -> dict[str, Any]:
    """A partial index on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
