"""Campaigns of near copies, decided comments in the order of their decisions, and the decisions of each moderator.

Two columns are added, and the version before this one reads and writes the tables without them.
"""

from typing import Any

from alembic import op
from sqlalchemy import Column, Text, text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add columns and indexes."""
    op.add_column("comments", Column("campaign", Text))
    op.add_column("sketches", Column("first_id", Text, nullable=False, server_default=text("''")))
    op.create_index(
        "ix_comments_campaign",
        "comments",
        ["site_id", "status", "campaign", "received_at"],
        **_only("campaign IS NOT NULL AND erased_at IS NULL"),
    )
    op.create_index(
        "ix_comments_decided",
        "comments",
        ["site_id", "status", "decided_at", "id"],
        **_only("status <> 'pending' AND erased_at IS NULL"),
    )
    op.create_index("ix_decisions_by_people", "decisions", ["by_id", "at"], **_only("by_id <> 'policy'"))


def _only(condition: str) -> dict[str, Any]:
    """A partial index on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
