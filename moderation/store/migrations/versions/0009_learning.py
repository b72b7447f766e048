"""What moderators teach: lessons without text, the models of sites, and what both lines say of a comment.

Columns are added to two tables, and the version before this one reads and writes them without.
"""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    text,
)
from sqlalchemy.types import JSON

from moderation.store.database.utc_timestamp import UtcTimestamp

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add tables and columns."""
    op.add_column("sites", Column("learning", Text, nullable=False, server_default=text("'shadow'")))
    for name in ("shipped_spam", "shipped_abuse", "site_spam", "site_abuse"):
        op.add_column("scores", Column(name, Float))
    for name in ("line", "site_model"):
        op.add_column("scores", Column(name, Text))
    op.create_table(
        "lessons",
        Column("id", Text, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("comment_id", Text, nullable=False),
        Column("by_id", Text, nullable=False),
        Column("at", UtcTimestamp, nullable=False),
        Column("is_spam", Integer),
        Column("is_abuse", Integer),
        Column("model", Text, nullable=False, server_default=text("''")),
        Column("email_hash", BigInteger),
        Column("network_hash", BigInteger),
        Column("domain_hash", BigInteger),
        Column("copy_hash", BigInteger),
        Column("spam", Float),
        Column("abuse", Float),
        Column("words", LargeBinary),
        Column("signs", LargeBinary),
        PrimaryKeyConstraint("id", name="pk_lessons"),
    )
    op.create_index("ix_lessons_site", "lessons", ["site_id", "at", "id"])
    op.create_index("ix_lessons_comment", "lessons", ["comment_id"])
    op.create_index("ix_lessons_model", "lessons", ["model", "id"])
    op.create_table(
        "site_models",
        Column("id", Text, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("made_at", UtcTimestamp, nullable=False),
        Column("lessons", Integer, nullable=False),
        Column("last_lesson", Text, nullable=False),
        Column("model", Text, nullable=False),
        Column("passed", Integer, nullable=False),
        Column("checks", JSON, nullable=False),
        Column("summary", JSON, nullable=False),
        Column("weights", LargeBinary, nullable=False),
        PrimaryKeyConstraint("id", name="pk_site_models"),
    )
    op.create_index("ix_site_models_site", "site_models", ["site_id", "made_at"])
    op.create_table(
        "site_learning",
        Column("site_id", Text, nullable=False),
        Column("changes", BigInteger, nullable=False),
        Column("replayed", BigInteger, nullable=False),
        Column("urgent", BigInteger, nullable=False),
        Column("erased", BigInteger, nullable=False),
        Column("lessons", Integer, nullable=False),
        Column("pinned", Text, nullable=False),
        Column("forgotten", JSON, nullable=False),
        PrimaryKeyConstraint("site_id", name="pk_site_learning"),
    )
