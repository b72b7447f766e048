"""What the machine would do about each comment, what people decided, and what of it is counted for each site.

New tables alone; the version before this one works on the database without them, and its decisions are not counted.
"""

from typing import Any

from alembic import op
from sqlalchemy import JSON, Boolean, Column, Float, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text, text

from moderation.store.database.utc_timestamp import UtcTimestamp

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the tables and their indexes."""
    op.create_table(
        "automations",
        Column("site_id", Text, nullable=False),
        Column("mode", Text, nullable=False),
        Column("line", Text, nullable=False),
        Column("approve_one_in", Integer, nullable=False),
        Column("reject_one_in", Integer, nullable=False),
        Column("watched", Integer, nullable=False),
        Column("paused", Text, nullable=False),
        Column("paused_at", UtcTimestamp),
        Column("alarms", JSON, nullable=False),
        PrimaryKeyConstraint("site_id", name="pk_automations"),
        ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_automations_site_id"),
    )
    op.create_table(
        "proofs",
        Column("site_id", Text, nullable=False),
        Column("line", Text, nullable=False),
        Column("action", Text, nullable=False),
        Column("seen", JSON, nullable=False),
        Column("wrong", JSON, nullable=False),
        PrimaryKeyConstraint("site_id", "line", "action", name="pk_proofs"),
        ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_proofs_site_id"),
    )
    _create_trials()
    op.create_table(
        "second_looks",
        Column("comment_id", Text, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("asked_at", UtcTimestamp, nullable=False),
        Column("first_by", Text, nullable=False),
        Column("answered_at", UtcTimestamp),
        Column("answered_by", Text, nullable=False),
        PrimaryKeyConstraint("comment_id", name="pk_second_looks"),
    )
    op.create_index(
        "ix_second_looks_unanswered", "second_looks", ["site_id", "asked_at"], **_only("answered_at IS NULL")
    )


def _create_trials() -> None:
    op.create_table(
        "trials",
        Column("comment_id", Text, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("at", UtcTimestamp, nullable=False),
        Column("line", Text, nullable=False),
        Column("shipped_spam", Float, nullable=False),
        Column("shipped_abuse", Float, nullable=False),
        Column("site_spam", Float),
        Column("site_abuse", Float),
        Column("may_approve", Boolean, nullable=False),
        Column("would", Text, nullable=False),
        Column("acted", Boolean, nullable=False),
        Column("is_fair", Boolean, nullable=False),
        Column("approve_on", Boolean, nullable=False),
        Column("reject_on", Boolean, nullable=False),
        Column("verdict", Text, nullable=False),
        Column("verdict_by", Text, nullable=False),
        Column("verdict_at", UtcTimestamp),
        Column("counted", Text, nullable=False),
        Column("alarm_waits", Boolean, nullable=False),
        PrimaryKeyConstraint("comment_id", name="pk_trials"),
        ForeignKeyConstraint(["comment_id"], ["comments.id"], name="fk_trials_comment_id"),
    )
    op.create_index("ix_trials_site_id_at", "trials", ["site_id", "at"])
    op.create_index("ix_trials_uncounted", "trials", ["site_id"], **_only("verdict <> counted"))
    op.create_index("ix_trials_alarm_waits", "trials", ["site_id"], **_only("alarm_waits"))


def _only(condition: str) -> dict[str, Any]:
    """A partial index on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
