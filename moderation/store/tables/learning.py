"""What sites learn from their moderators, and what is proven of decisions without them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.types import JSON

from moderation.store.database.utc_timestamp import UtcTimestamp
from moderation.store.tables.base import metadata

automations = Table(
    "automations",
    metadata,
    Column("site_id", Text, ForeignKey("sites.id"), primary_key=True),
    Column("mode", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("approve_one_in", Integer, nullable=False),
    Column("reject_one_in", Integer, nullable=False),
    Column("watched", Integer, nullable=False),
    Column("paused", Text, nullable=False),
    Column("paused_at", UtcTimestamp),
    Column("alarms", JSON, nullable=False),
    Column("model", Text, nullable=False, server_default=text("''")),
)

proofs = Table(  # what was counted of `trials`, by level
    "proofs",
    metadata,
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("line", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("seen", JSON, nullable=False),
    Column("wrong", JSON, nullable=False),
    PrimaryKeyConstraint("site_id", "line", "action"),
)

trials = Table(
    "trials",
    metadata,
    Column("comment_id", Text, ForeignKey("comments.id"), primary_key=True),
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
    Column("model", Text, nullable=False, server_default=text("''")),
    Index("ix_trials_site_id_at", "site_id", "at"),
)

UNCOUNTED = text("verdict <> counted")
Index("ix_trials_uncounted", trials.c.site_id, sqlite_where=UNCOUNTED, postgresql_where=UNCOUNTED)

ALARM_WAITS = text("alarm_waits")
Index("ix_trials_alarm_waits", trials.c.site_id, sqlite_where=ALARM_WAITS, postgresql_where=ALARM_WAITS)

second_looks = Table(
    "second_looks",
    metadata,
    Column("comment_id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("asked_at", UtcTimestamp, nullable=False),
    Column("first_by", Text, nullable=False),
    Column("answered_at", UtcTimestamp),
    Column("answered_by", Text, nullable=False),
)

UNANSWERED = text("answered_at IS NULL")
Index(
    "ix_second_looks_unanswered",
    second_looks.c.site_id,
    second_looks.c.asked_at,
    sqlite_where=UNANSWERED,
    postgresql_where=UNANSWERED,
)

lessons = Table(  # no text: hashes of words, which go when the comment is erased
    "lessons",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("comment_id", Text, nullable=False),
    Column("by_id", Text, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
    Column("is_spam", Integer),  # 1 yes, 0 no, NULL: the decision says nothing of it
    Column("is_abuse", Integer),
    Column("model", Text, nullable=False, server_default=text("''")),  # that read the text; "" before
    Column("email_hash", BigInteger),
    Column("network_hash", BigInteger),
    Column("domain_hash", BigInteger),
    Column("copy_hash", BigInteger),
    Column("spam", Float),
    Column("abuse", Float),
    Column("words", LargeBinary),
    Column("signs", LargeBinary),
)
Index("ix_lessons_site", lessons.c.site_id, lessons.c.at, lessons.c.id)
Index("ix_lessons_comment", lessons.c.comment_id)
Index("ix_lessons_model", lessons.c.model, lessons.c.id)

site_models = Table(
    "site_models",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("made_at", UtcTimestamp, nullable=False),
    Column("lessons", Integer, nullable=False),
    Column("last_lesson", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("passed", Integer, nullable=False),
    Column("checks", JSON, nullable=False),
    Column("summary", JSON, nullable=False),
    Column("weights", LargeBinary, nullable=False),
    Index("ix_site_models_site", "site_id", "made_at"),
)

site_learning = Table(  # how far each site has learned; see lessons.py
    "site_learning",
    metadata,
    Column("site_id", Text, primary_key=True),
    Column("changes", BigInteger, nullable=False),
    Column("replayed", BigInteger, nullable=False),
    Column("urgent", BigInteger, nullable=False),
    Column("erased", BigInteger, nullable=False),
    Column("lessons", Integer, nullable=False),
    Column("pinned", Text, nullable=False),
    Column("line", Text, nullable=False, server_default=text("'shipped'")),  # that decides where learning is on
    Column("forgotten", JSON, nullable=False),
)
