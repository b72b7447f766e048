"""Edits, appeals and reports, in tables that the version before this one does not know, and two columns of comments.

That version works on the database beside this one. It shows a comment whose edit waits as any other that waits: not
at all.
"""

from typing import Any

from alembic import op
from sqlalchemy import Column, Float, ForeignKeyConstraint, Integer, LargeBinary, PrimaryKeyConstraint, Text, text
from sqlalchemy import UniqueConstraint as Unique

from moderation.store.database.utc_timestamp import UtcTimestamp

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add columns, tables and indexes."""
    op.add_column("comments", Column("edited_at", UtcTimestamp))
    op.add_column("comments", Column("public_body", Text))
    traced = ["thread_id", "status", "received_at", "id"]
    op.create_index("ix_comments_traced", "comments", traced, **_only("public_body IS NOT NULL"))
    op.create_table(
        "edits",
        Column("comment_id", Text, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("body", Text, nullable=False),
        Column("at", UtcTimestamp, nullable=False),
        PrimaryKeyConstraint("comment_id", "revision", name="pk_edits"),
        ForeignKeyConstraint(["comment_id"], ["comments.id"], name="fk_edits_comment_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "appeals",
        Column("id", Text, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("comment_id", Text, nullable=False),
        Column("decision_id", Text, nullable=False),
        Column("text", Text, nullable=False),
        Column("at", UtcTimestamp, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("by_id", Text, nullable=False),
        Column("by_name", Text, nullable=False),
        Column("decided_at", UtcTimestamp),
        Column("answer", Text, nullable=False),
        PrimaryKeyConstraint("id", name="pk_appeals"),
        Unique("decision_id", name="uq_appeals_decision_id"),
        ForeignKeyConstraint(["comment_id"], ["comments.id"], name="fk_appeals_comment_id"),
    )
    op.create_index("ix_appeals_comment_id", "appeals", ["comment_id"])
    op.create_index("ix_appeals_open", "appeals", ["site_id", "at", "id"], **_only("outcome = ''"))
    op.create_table(
        "reports",
        Column("id", Text, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("comment_id", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("text", Text, nullable=False),
        Column("network_key", LargeBinary, nullable=False),
        Column("weight", Float, nullable=False),
        Column("at", UtcTimestamp, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("ended_at", UtcTimestamp),
        PrimaryKeyConstraint("id", name="pk_reports"),
        Unique("comment_id", "network_key", name="uq_reports_comment_id_network_key"),
        ForeignKeyConstraint(["comment_id"], ["comments.id"], name="fk_reports_comment_id"),
    )
    op.create_index("ix_reports_open", "reports", ["site_id", "comment_id"], **_only("outcome = ''"))
    op.create_index("ix_reports_reporter", "reports", ["site_id", "network_key", "outcome"])


def _only(condition: str) -> dict[str, Any]:
    """A partial index on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
