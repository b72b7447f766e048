"""The index over campaigns has all that their counts need, or SQLite would read every copy for `erased_at`."""

from alembic import op
from sqlalchemy import text

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Put the index together anew."""
    in_campaign = text("campaign IS NOT NULL AND erased_at IS NULL")
    op.drop_index("ix_comments_campaign", "comments")
    op.create_index(
        "ix_comments_campaign",
        "comments",
        ["site_id", "status", "campaign", "received_at", "erased_at"],
        sqlite_where=in_campaign,
        postgresql_where=in_campaign,
    )
