"""The first schema."""

from typing import Any

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Float,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)

revision = "0001"
down_revision = None

Moment = BigInteger
Serial = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Every table and its indexes."""
    op.create_table(
        "audit",
        Column("site_id", Text, nullable=False),
        Column("number", BigInteger, nullable=False),
        Column("at", Moment, nullable=False),
        Column("by_id", Text, nullable=False),
        Column("action", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("detail", JSON, nullable=False),
        Column("hash", Text, nullable=False),
        PrimaryKeyConstraint("site_id", "number", name="pk_audit"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "installation",
        Column("id", Integer, autoincrement=False, nullable=False),
        Column("fingerprint", LargeBinary, nullable=False),
        PrimaryKeyConstraint("id", name="pk_installation"),
    )
    op.create_table(
        "moderators",
        Column("id", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("password_hash", Text, nullable=False),
        Column("created_at", Moment, nullable=False),
        Column("disabled_at", Moment),
        PrimaryKeyConstraint("id", name="pk_moderators"),
        UniqueConstraint("name", name="uq_moderators_name"),
    )
    op.create_table(
        "sites",
        Column("id", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("origins", JSON, nullable=False),
        Column("policy", JSON, nullable=False),
        Column("check_days", Integer, nullable=False),
        Column("created_at", Moment, nullable=False),
        PrimaryKeyConstraint("id", name="pk_sites"),
    )
    op.create_table(
        "sketches",
        Column("site_id", Text, nullable=False),
        Column("passage", BigInteger, nullable=False),
        Column("fingerprint", LargeBinary, nullable=False),
        Column("copies", Integer, nullable=False),
        Column("seen_at", Moment, nullable=False),
        PrimaryKeyConstraint("site_id", "passage", name="pk_sketches"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tallies",
        Column("site_id", Text, nullable=False),
        Column("shard", Integer, nullable=False),
        Column("accepted", BigInteger, nullable=False),
        PrimaryKeyConstraint("site_id", "shard", name="pk_tallies"),
    )
    op.create_table(
        "destinations",
        Column("id", Text, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("channel", Text, nullable=False),
        Column("created_at", Moment, nullable=False),
        Column("failing_since", Moment),
        Column("paused_until", Moment),
        Column("disabled_at", Moment),
        Column("disabled_reason", JSON, nullable=False),
        Column("removed_at", Moment),
        ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_destinations_site_id"),
        PrimaryKeyConstraint("id", name="pk_destinations"),
    )
    op.create_index("ix_destinations_site_id", "destinations", ["site_id"])
    op.create_table(
        "endpoints",
        Column("id", Text, nullable=False),
        Column("url", Text, nullable=False),
        Column("events", JSON, nullable=False),
        Column("secret_sealed", LargeBinary, nullable=False),
        Column("old_secret_sealed", LargeBinary),
        Column("old_secret_until", Moment),
        ForeignKeyConstraint(["id"], ["destinations.id"], name="fk_endpoints_id"),
        PrimaryKeyConstraint("id", name="pk_endpoints"),
    )
    op.create_table(
        "keys",
        Column("id", Text, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("scope", Text, nullable=False),
        Column("digest", LargeBinary, nullable=False),
        Column("signs_sealed", LargeBinary),
        Column("created_at", Moment, nullable=False),
        Column("revoked_at", Moment),
        ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_keys_site_id"),
        PrimaryKeyConstraint("id", name="pk_keys"),
        UniqueConstraint("digest", name="uq_keys_digest"),
    )
    op.create_table(
        "memberships",
        Column("moderator_id", Text, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("role", Text, nullable=False),
        ForeignKeyConstraint(["moderator_id"], ["moderators.id"], name="fk_memberships_moderator_id"),
        ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_memberships_site_id"),
        PrimaryKeyConstraint("moderator_id", "site_id", name="pk_memberships"),
    )
    op.create_table(
        "sign_ins",
        Column("digest", LargeBinary, nullable=False),
        Column("moderator_id", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("created_at", Moment, nullable=False),
        Column("expires_at", Moment, nullable=False),
        ForeignKeyConstraint(["moderator_id"], ["moderators.id"], name="fk_sign_ins_moderator_id"),
        PrimaryKeyConstraint("digest", name="pk_sign_ins"),
    )
    op.create_table(
        "threads",
        Column("id", Text, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("url", Text, nullable=False),
        Column("title", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("changed_at", Moment),
        Column("created_at", Moment, nullable=False),
        Column("closed_at", Moment),
        ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_threads_site_id"),
        PrimaryKeyConstraint("id", name="pk_threads"),
        UniqueConstraint("site_id", "key", name="uq_threads_site_id_key"),
    )
    op.create_index(
        "ix_threads_changed", "threads", ["site_id", "changed_at", "id"], **_only("changed_at IS NOT NULL")
    )
    op.create_table(
        "old_keys",
        Column("site_id", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("thread_id", Text, nullable=False),
        ForeignKeyConstraint(["thread_id"], ["threads.id"], name="fk_old_keys_thread_id"),
        PrimaryKeyConstraint("site_id", "key", name="pk_old_keys"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_old_keys_thread", "old_keys", ["thread_id"])
    op.create_table(
        "comments",
        Column("id", Text, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("thread_id", Text, nullable=False),
        Column("parent_id", Text),
        Column("name", Text, nullable=False),
        Column("email_sealed", LargeBinary),
        Column("email_key", LargeBinary, nullable=False),
        Column("website", Text, nullable=False),
        Column("body", Text, nullable=False),
        Column("text_key", LargeBinary, nullable=False),
        Column("masked_address", Text, nullable=False),
        Column("signals", JSON, nullable=False),
        Column("idempotency_key", LargeBinary),
        Column("idempotency_digest", LargeBinary),
        Column("received_at", Moment, nullable=False),
        Column("status", Text, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("reason", Text, nullable=False),
        Column("decided_at", Moment),
        Column("scored_at", Moment),
        Column("spam", Float),
        Column("abuse", Float),
        Column("near_copies", Integer, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("lease_until", Moment),
        Column("erased_at", Moment),
        ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_comments_site_id"),
        ForeignKeyConstraint(["thread_id"], ["threads.id"], name="fk_comments_thread_id"),
        PrimaryKeyConstraint("id", name="pk_comments"),
    )
    op.create_index("ix_comments_author", "comments", ["site_id", "email_key", "status", "received_at"])
    op.create_index("ix_comments_erased", "comments", ["site_id", "status"], **_only("erased_at IS NOT NULL"))
    op.create_index("ix_comments_queue", "comments", ["site_id", "status", "received_at"])
    op.create_index("ix_comments_text", "comments", ["site_id", "text_key", "received_at"])
    op.create_index("ix_comments_thread", "comments", ["thread_id", "status"])
    op.create_index(
        "ix_comments_unscored",
        "comments",
        ["attempts", "received_at"],
        **_only("scored_at IS NULL AND status = 'pending'"),
    )
    op.create_index("uq_comments_idempotency", "comments", ["site_id", "idempotency_key"], unique=True)
    op.create_table(
        "checks",
        Column("id", Text, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("key_id", Text, nullable=False),
        Column("received_at", Moment, nullable=False),
        Column("name", Text, nullable=False),
        Column("email_sealed", LargeBinary),
        Column("email_key", LargeBinary),
        Column("website", Text, nullable=False),
        Column("body", Text, nullable=False),
        Column("text_key", LargeBinary),
        Column("content_key", LargeBinary),
        Column("thread_url", Text, nullable=False),
        Column("thread_title", Text, nullable=False),
        Column("masked_address", Text, nullable=False),
        Column("signals", JSON, nullable=False),
        Column("near_copies", Integer, nullable=False),
        Column("model", Text, nullable=False),
        Column("spam", Float, nullable=False),
        Column("abuse", Float, nullable=False),
        Column("labels", JSON, nullable=False),
        Column("language", Text, nullable=False),
        Column("confidence", Float, nullable=False),
        Column("action", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("correction", Text, nullable=False),
        Column("corrected_by", Text, nullable=False),
        Column("corrected_at", Moment),
        Column("purged_at", Moment),
        ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_checks_site_id"),
        PrimaryKeyConstraint("id", name="pk_checks"),
    )
    op.create_index("ix_checks_author", "checks", ["site_id", "email_key", "correction"])
    op.create_index("ix_checks_content", "checks", ["site_id", "content_key", "received_at"])
    op.create_index("ix_checks_counts", "checks", ["site_id", "received_at", "action", "correction"])
    op.create_index("ix_checks_text", "checks", ["site_id", "text_key", "received_at"])
    op.create_index("ix_checks_unpurged", "checks", ["site_id", "received_at"], **_only("purged_at IS NULL"))
    op.create_table(
        "deliveries",
        Column("id", Serial, autoincrement=True, nullable=False),
        Column("channel", Text, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("destination_id", Text, nullable=False),
        Column("event_id", Text, nullable=False),
        Column("type", Text, nullable=False),
        Column("comment_id", Text, nullable=False),
        Column("payload", Text, nullable=False),
        Column("created_at", Moment, nullable=False),
        Column("status", Text, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("due_at", Moment),
        Column("lease_until", Moment),
        Column("ended_at", Moment),
        ForeignKeyConstraint(["destination_id"], ["destinations.id"], name="fk_deliveries_destination_id"),
        PrimaryKeyConstraint("id", name="pk_deliveries"),
        UniqueConstraint("event_id", "destination_id", name="uq_deliveries_event_id_destination_id"),
    )
    op.create_index("ix_deliveries_due", "deliveries", ["destination_id", "due_at"], **_only("status = 'waiting'"))
    op.create_index("ix_deliveries_destination", "deliveries", ["destination_id", "id"])
    op.create_index("ix_deliveries_given_up", "deliveries", ["status"], **_only("status = 'given_up'"))
    op.create_index("ix_deliveries_site", "deliveries", ["site_id", "id"])
    op.create_table(
        "attempts",
        Column("id", Serial, autoincrement=True, nullable=False),
        Column("delivery_id", Serial, nullable=False),
        Column("at", Moment, nullable=False),
        Column("http_status", Integer),
        Column("latency_ms", Integer, nullable=False),
        Column("retry_after_s", Integer),
        Column("problem", JSON, nullable=False),
        Column("answer", Text, nullable=False),
        ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name="fk_attempts_delivery_id"),
        PrimaryKeyConstraint("id", name="pk_attempts"),
    )
    op.create_index("ix_attempts_delivery_id", "attempts", ["delivery_id"])
    op.create_table(
        "decisions",
        Column("id", Text, nullable=False),
        Column("comment_id", Text, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("action", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("detail", JSON, nullable=False),
        Column("note", Text, nullable=False),
        Column("by_id", Text, nullable=False),
        Column("by_name", Text, nullable=False),
        Column("at", Moment, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("status_before", Text, nullable=False),
        Column("status_after", Text, nullable=False),
        Column("undoes", Text, nullable=False),
        ForeignKeyConstraint(["comment_id"], ["comments.id"], name="fk_decisions_comment_id"),
        PrimaryKeyConstraint("id", name="pk_decisions"),
        UniqueConstraint("comment_id", "revision", name="uq_decisions_comment_id_revision"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "scores",
        Column("comment_id", Text, nullable=False),
        Column("model", Text, nullable=False),
        Column("spam", Float, nullable=False),
        Column("abuse", Float, nullable=False),
        Column("labels", JSON, nullable=False),
        Column("language", Text, nullable=False),
        Column("confidence", Float, nullable=False),
        Column("evidence", Text, nullable=False),
        Column("scored_at", Moment, nullable=False),
        ForeignKeyConstraint(["comment_id"], ["comments.id"], name="fk_scores_comment_id"),
        PrimaryKeyConstraint("comment_id", name="pk_scores"),
    )
    op.create_table(
        "imported",
        Column("site_id", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("source_id", Text, nullable=False),
        Column("comment_id", Text),
        Column("parent", Text, nullable=False),
        PrimaryKeyConstraint("site_id", "source", "source_id", name="pk_imported"),
        sqlite_with_rowid=False,
    )


def _only(condition: str) -> dict[str, Any]:
    """A partial index on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
