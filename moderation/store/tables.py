"""The schema, from top to bottom, the same on SQLite and on PostgreSQL.

To change it: here and in a migration in `migrations/versions`; a test compares the two.
"""

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    and_,
    event,
    text,
)
from sqlalchemy.types import JSON

from moderation.store.database.utc_timestamp import UtcTimestamp

Serial = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER counts up by itself on SQLite

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

installation = Table(  # one row
    "installation",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("fingerprint", LargeBinary, nullable=False),
)

sites = Table(
    "sites",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("origins", JSON, nullable=False),
    Column("policy", JSON, nullable=False),
    Column("check_days", Integer, nullable=False),
    Column("created_at", UtcTimestamp, nullable=False),
    Column("learning", Text, nullable=False, server_default=text("'shadow'")),
)

threads = Table(
    "threads",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("version", Integer, nullable=False, default=0),
    Column("changed_at", UtcTimestamp),
    Column("created_at", UtcTimestamp, nullable=False),
    Column("closed_at", UtcTimestamp),
    UniqueConstraint("site_id", "key"),
)
PUBLISHED = text("changed_at IS NOT NULL")
Index(
    "ix_threads_changed",
    threads.c.site_id,
    threads.c.changed_at,
    threads.c.id,
    sqlite_where=PUBLISHED,
    postgresql_where=PUBLISHED,
)

old_keys = Table(  # a key is in `threads` or here, never in both
    "old_keys",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("thread_id", Text, ForeignKey("threads.id"), nullable=False),
    PrimaryKeyConstraint("site_id", "key"),
    sqlite_with_rowid=False,
)
Index("ix_old_keys_thread", old_keys.c.thread_id)

comments = Table(
    "comments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("thread_id", Text, ForeignKey("threads.id"), nullable=False),
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
    Column("received_at", UtcTimestamp, nullable=False),
    Column("status", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_at", UtcTimestamp),
    Column("scored_at", UtcTimestamp),
    Column("spam", Float),
    Column("abuse", Float),
    Column("near_copies", Integer, nullable=False, default=0),
    Column("campaign", Text),
    Column("attempts", Integer, nullable=False, default=0),
    Column("lease_until", UtcTimestamp),
    Column("erased_at", UtcTimestamp),
    Column("edited_at", UtcTimestamp),
    # what readers see instead of the body: the text before an edit that waits, "" for a comment that was withdrawn
    Column("public_body", Text),
    Column("domain_key", LargeBinary),
    Column("by_site", Boolean),  # an answer of the site's own
)
Index("uq_comments_idempotency", comments.c.site_id, comments.c.idempotency_key, unique=True)
LIVE = text("erased_at IS NULL")
Index(  # the scores and the ids are in it so that every order of the queue is read from it alone
    "ix_comments_queue",
    comments.c.site_id,
    comments.c.status,
    comments.c.received_at,
    comments.c.id,
    comments.c.spam,
    comments.c.abuse,
    comments.c.erased_at,  # or SQLite would read the row for it
    sqlite_where=LIVE,
    postgresql_where=LIVE,
)
Index(  # with erased_at, so that comments are counted from it alone
    "ix_comments_thread",
    comments.c.thread_id,
    comments.c.status,
    comments.c.received_at,
    comments.c.id,
    comments.c.erased_at,
)
Index("ix_comments_author", comments.c.site_id, comments.c.email_key, comments.c.status, comments.c.received_at)
Index("ix_comments_text", comments.c.site_id, comments.c.text_key, comments.c.received_at)
DECIDED = text("status <> 'pending' AND erased_at IS NULL")
Index(
    "ix_comments_decided",
    comments.c.site_id,
    comments.c.status,
    comments.c.decided_at,
    comments.c.id,
    sqlite_where=DECIDED,
    postgresql_where=DECIDED,
)
IN_CAMPAIGN = text("campaign IS NOT NULL AND erased_at IS NULL")
Index(
    "ix_comments_campaign",
    comments.c.site_id,
    comments.c.status,
    comments.c.campaign,
    comments.c.received_at,
    sqlite_where=IN_CAMPAIGN,
    postgresql_where=IN_CAMPAIGN,
)
TRACED = text("public_body IS NOT NULL")
Index(
    "ix_comments_traced",
    comments.c.thread_id,
    comments.c.status,
    comments.c.received_at,
    comments.c.id,
    sqlite_where=TRACED,
    postgresql_where=TRACED,
)
IS_SHOWN_AS_BEFORE = and_(comments.c.status == "pending", comments.c.public_body != "")
IS_TOMBSTONE = and_(comments.c.status == "rejected", comments.c.public_body == "")
IS_TRACED = (IS_SHOWN_AS_BEFORE, IS_TOMBSTONE)
"""What readers see of a comment that is not approved: the text before an edit that waits, or its empty place."""

UNSCORED = text("scored_at IS NULL AND status = 'pending'")  # literal, or SQLite would not see that the index fits
Index(
    "ix_comments_unscored",
    comments.c.attempts,
    comments.c.received_at,
    sqlite_where=UNSCORED,
    postgresql_where=UNSCORED,
)
ERASED = text("erased_at IS NOT NULL")
Index(
    "ix_comments_erased",
    comments.c.site_id,
    comments.c.status,
    comments.c.erased_at,
    sqlite_where=ERASED,
    postgresql_where=ERASED,
)

comment_words = Table(  # see text_index.py; the index over it is in TEXT_INDEX
    "comment_words",
    metadata,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("site_id", Text, nullable=False),
    Column("comment_id", Text, nullable=False, unique=True),
    Column("words", Text, nullable=False),
    Index("ix_comment_words_site_id", "site_id"),
)
TEXT_INDEX = {  # what SQLAlchemy has no words for; on SQLite triggers keep the two in step
    "sqlite": (
        "CREATE VIRTUAL TABLE word_index USING fts5"
        "(words, content='comment_words', content_rowid='number', detail='none', columnsize=0, tokenize='ascii')",
        "CREATE TRIGGER word_index_insert AFTER INSERT ON comment_words BEGIN "
        "INSERT INTO word_index (rowid, words) VALUES (new.number, new.words); END",
        "CREATE TRIGGER word_index_delete AFTER DELETE ON comment_words BEGIN "
        "INSERT INTO word_index (word_index, rowid, words) VALUES ('delete', old.number, old.words); END",
    ),
    "postgresql": (
        "CREATE INDEX ix_comment_words_words ON comment_words "
        "USING gin (array_to_tsvector(string_to_array(words, ' '))) WITH (gin_pending_list_limit = 512)",
    ),
}
for _dialect, _statements in TEXT_INDEX.items():
    for _statement in _statements:
        _ddl = DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(comment_words, "after_create", _ddl.execute_if(dialect=_dialect))

scores = Table(
    "scores",
    metadata,
    Column("comment_id", Text, ForeignKey("comments.id"), primary_key=True),
    Column("model", Text, nullable=False),
    Column("spam", Float, nullable=False),
    Column("abuse", Float, nullable=False),
    Column("labels", JSON, nullable=False),
    Column("language", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("scored_at", UtcTimestamp, nullable=False),
    Column("shipped_spam", Float),  # log-odds, as the others; NULL in rows from before there were two lines
    Column("shipped_abuse", Float),
    Column("site_spam", Float),
    Column("site_abuse", Float),
    Column("line", Text),
    Column("site_model", Text),
)

checks = Table(  # purged rows keep what the model said and what was true, and nothing of what was written
    "checks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("key_id", Text, nullable=False),
    Column("received_at", UtcTimestamp, nullable=False),
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
    Column("corrected_at", UtcTimestamp),
    Column("purged_at", UtcTimestamp),
)
Index("ix_checks_author", checks.c.site_id, checks.c.email_key, checks.c.correction)
Index("ix_checks_text", checks.c.site_id, checks.c.text_key, checks.c.received_at)
Index("ix_checks_content", checks.c.site_id, checks.c.content_key, checks.c.received_at)
Index("ix_checks_counts", checks.c.site_id, checks.c.received_at, checks.c.action, checks.c.correction)
UNPURGED = text("purged_at IS NULL")
Index(
    "ix_checks_unpurged",
    checks.c.site_id,
    checks.c.received_at,
    sqlite_where=UNPURGED,
    postgresql_where=UNPURGED,
)

sketches = Table(
    "sketches",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("passage", BigInteger, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("copies", Integer, nullable=False),
    Column("first_id", Text, nullable=False, server_default=text("''")),
    Column("seen_at", UtcTimestamp, nullable=False),
    PrimaryKeyConstraint("site_id", "passage"),
    sqlite_with_rowid=False,
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("comment_id", Text, ForeignKey("comments.id"), nullable=False),
    Column("site_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("note", Text, nullable=False),
    Column("by_id", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("status_before", Text, nullable=False),
    Column("status_after", Text, nullable=False),
    Column("undoes", Text, nullable=False),
    UniqueConstraint("comment_id", "revision"),
    sqlite_with_rowid=False,
)
BY_PEOPLE = text("by_id <> 'policy'")
Index(
    "ix_decisions_by_people",
    decisions.c.by_id,
    decisions.c.at,
    sqlite_where=BY_PEOPLE,
    postgresql_where=BY_PEOPLE,
)

edits = Table(  # body: the text before the edit that made this revision
    "edits",
    metadata,
    Column("comment_id", Text, ForeignKey("comments.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
    PrimaryKeyConstraint("comment_id", "revision"),
    sqlite_with_rowid=False,
)

appeals = Table(
    "appeals",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("comment_id", Text, ForeignKey("comments.id"), nullable=False),
    Column("decision_id", Text, nullable=False, unique=True),
    Column("text", Text, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("by_id", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("decided_at", UtcTimestamp),
    Column("answer", Text, nullable=False),
    Index("ix_appeals_comment_id", "comment_id"),
)
OPEN = text("outcome = ''")
Index(
    "ix_appeals_open",
    appeals.c.site_id,
    appeals.c.at,
    appeals.c.id,
    sqlite_where=OPEN,
    postgresql_where=OPEN,
)

reports = Table(
    "reports",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("comment_id", Text, ForeignKey("comments.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("network_key", LargeBinary, nullable=False),
    Column("weight", Float, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("ended_at", UtcTimestamp),
    UniqueConstraint("comment_id", "network_key"),
    Index("ix_reports_reporter", "site_id", "network_key", "outcome"),
)
Index("ix_reports_open", reports.c.site_id, reports.c.comment_id, sqlite_where=OPEN, postgresql_where=OPEN)

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

audit = Table(
    "audit",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
    Column("by_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("hash", Text, nullable=False),
    PrimaryKeyConstraint("site_id", "number"),
    sqlite_with_rowid=False,
)

tallies = Table(
    "tallies",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("shard", Integer, nullable=False),
    Column("accepted", BigInteger, nullable=False),
    PrimaryKeyConstraint("site_id", "shard"),
)

destinations = Table(
    "destinations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("channel", Text, nullable=False),
    Column("created_at", UtcTimestamp, nullable=False),
    Column("failing_since", UtcTimestamp),
    Column("paused_until", UtcTimestamp),
    Column("disabled_at", UtcTimestamp),
    Column("disabled_reason", JSON, nullable=False),
    Column("removed_at", UtcTimestamp),
    Index("ix_destinations_site_id", "site_id"),
)

endpoints = Table(  # what the channel `webhook` knows of its destinations
    "endpoints",
    metadata,
    Column("id", Text, ForeignKey("destinations.id"), primary_key=True),
    Column("url", Text, nullable=False),
    Column("events", JSON, nullable=False),
    Column("secret_sealed", LargeBinary, nullable=False),
    Column("old_secret_sealed", LargeBinary),
    Column("old_secret_until", UtcTimestamp),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("channel", Text, nullable=False),
    Column("site_id", Text, nullable=False),
    Column("destination_id", Text, ForeignKey("destinations.id"), nullable=False),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("comment_id", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("created_at", UtcTimestamp, nullable=False),
    Column("status", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due_at", UtcTimestamp),
    Column("lease_until", UtcTimestamp),
    Column("ended_at", UtcTimestamp),
    UniqueConstraint("event_id", "destination_id"),
    Index("ix_deliveries_destination", "destination_id", "id"),
    Index("ix_deliveries_site", "site_id", "id"),
)
Index(
    "ix_deliveries_due",
    deliveries.c.destination_id,
    deliveries.c.due_at,
    sqlite_where=text("status = 'waiting'"),
    postgresql_where=text("status = 'waiting'"),
)
Index(
    "ix_deliveries_given_up",
    deliveries.c.status,
    sqlite_where=text("status = 'given_up'"),
    postgresql_where=text("status = 'given_up'"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("delivery_id", Serial, ForeignKey("deliveries.id"), nullable=False),
    Column("at", UtcTimestamp, nullable=False),
    Column("http_status", Integer),
    Column("latency_ms", Integer, nullable=False),
    Column("retry_after_s", Integer),
    Column("problem", JSON, nullable=False),
    Column("answer", Text, nullable=False),
    Index("ix_attempts_delivery_id", "delivery_id"),
)

moderators = Table(
    "moderators",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("created_at", UtcTimestamp, nullable=False),
    Column("disabled_at", UtcTimestamp),
)

mail_addresses = Table(
    "mail_addresses",
    metadata,
    Column("moderator_id", Text, ForeignKey("moderators.id"), primary_key=True),
    Column("email_sealed", LargeBinary, nullable=False),
)

mailboxes = Table(  # what the channel `email` knows of its destinations
    "mailboxes",
    metadata,
    Column("id", Text, ForeignKey("destinations.id"), primary_key=True),
    Column("moderator_id", Text, ForeignKey("moderators.id"), nullable=False),
    Column("notify", Text, nullable=False),
    Column("digested_at", UtcTimestamp, nullable=False),
    Index("ix_mailboxes_moderator_id", "moderator_id"),
)

open_link_sites = Table(  # sites on which the links in mails decide without signing in
    "open_link_sites",
    metadata,
    Column("site_id", Text, ForeignKey("sites.id"), primary_key=True),
)

memberships = Table(
    "memberships",
    metadata,
    Column("moderator_id", Text, ForeignKey("moderators.id"), nullable=False),
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("role", Text, nullable=False),
    PrimaryKeyConstraint("moderator_id", "site_id"),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("moderator_id", Text, ForeignKey("moderators.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("created_at", UtcTimestamp, nullable=False),
    Column("expires_at", UtcTimestamp, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("signs_sealed", LargeBinary),  # with what its requests are signed; NULL for a key that is sent itself
    Column("created_at", UtcTimestamp, nullable=False),
    Column("revoked_at", UtcTimestamp),
)

# The rows of other systems that were imported, so that a second import changes nothing. comment_id is NULL where
# nothing was kept but the place in the tree. It is no foreign key: that would need an index for deleting comments.
imported = Table(
    "imported",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("comment_id", Text),
    Column("parent", Text, nullable=False),
    PrimaryKeyConstraint("site_id", "source", "source_id"),
    sqlite_with_rowid=False,
)

erasures = Table(  # what must be erased again when an older backup is restored; see erasures.py
    "erasures",
    metadata,
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
    PrimaryKeyConstraint("kind", "subject"),
    sqlite_with_rowid=False,
)

retentions = Table(  # a site without a row has the defaults
    "retentions",
    metadata,
    Column("site_id", Text, ForeignKey("sites.id"), primary_key=True),
    Column("spam_days", Integer),
    Column("rejected_days", Integer),
    Column("email_days", Integer),
    Column("network_days", Integer),
    Column("delivery_days", Integer),
)

destructions = Table(  # how much retention destroyed on each day; day is as in 2026-01-05
    "destructions",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("count", Integer, nullable=False),
    PrimaryKeyConstraint("site_id", "day", "what"),
    sqlite_with_rowid=False,
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
    Column("forgotten", JSON, nullable=False),
)

sender_rules = Table(
    "sender_rules",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("about", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("by_id", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
    Column("until", UtcTimestamp),
    Column("ended_at", UtcTimestamp),
)
IN_FORCE = text("ended_at IS NULL")
Index(
    "ix_sender_rules_in_force",
    sender_rules.c.site_id,
    sender_rules.c.key,
    sqlite_where=IN_FORCE,
    postgresql_where=IN_FORCE,
)

bulk_runs = Table(  # one decision about a whole list each; a worker carries it out
    "bulk_runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("by_id", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("sites", JSON, nullable=False),
    Column("filters", JSON, nullable=False),
    Column("action", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
    Column("status", Text, nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("cursor", Text, nullable=False),
    Column("lease_until", UtcTimestamp),
    Column("ended_at", UtcTimestamp),
)
Index("ix_bulk_runs_open", bulk_runs.c.at, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE)

saved_views = Table(
    "saved_views",
    metadata,
    Column("id", Text, primary_key=True),
    Column("moderator_id", Text, ForeignKey("moderators.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("created_at", UtcTimestamp, nullable=False),
)

claims = Table(  # who has a comment in hand, or is asked to decide it
    "claims",
    metadata,
    Column("comment_id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("by_id", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("for_id", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
)

reader_mailboxes = Table(  # authors who asked for mail; also destinations of the channel `email`
    "reader_mailboxes",
    metadata,
    Column("id", Text, ForeignKey("destinations.id"), primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("email_key", LargeBinary, nullable=False),
    Column("email_sealed", LargeBinary, nullable=False),
    Column("language", Text, nullable=False),
    Column("created_at", UtcTimestamp, nullable=False),
    Column("asked_at", UtcTimestamp),
    Column("confirmed_at", UtcTimestamp),
    Index("ix_reader_mailboxes_author", "site_id", "email_key", unique=True),
)

follows = Table(  # what the author of a comment wants to be told
    "follows",
    metadata,
    Column("comment_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("mailbox_id", Text, ForeignKey("reader_mailboxes.id"), nullable=False),
    Column("thread_id", Text, nullable=False),
    Column("created_at", UtcTimestamp, nullable=False),
    PrimaryKeyConstraint("comment_id", "kind"),
    Index("ix_follows_mailbox", "mailbox_id"),
    sqlite_with_rowid=False,
)

reply_places = Table(  # up to which published comment authors were told of replies
    "reply_places",
    metadata,
    Column("site_id", Text, ForeignKey("sites.id"), primary_key=True),
    Column("decided_at", UtcTimestamp, nullable=False),
    Column("comment_id", Text, nullable=False),
)

data_requests = Table(  # addresses that somebody wrote on the page "My comments", for some seconds
    "data_requests",
    metadata,
    Column("id", Text, primary_key=True),
    Column("email_key", LargeBinary, nullable=False),
    Column("email_sealed", LargeBinary, nullable=False),
    Column("language", Text, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
)

data_links = Table(  # links to all comments of an address, as hashes
    "data_links",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("email_key", LargeBinary, nullable=False),
    Column("expires_at", UtcTimestamp, nullable=False),
)

uploads = Table(  # files to import; the files themselves are in the home folder
    "uploads",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("addresses", Text, nullable=False),
    Column("keeps_rejected", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("by_id", Text, nullable=False),
    Column("created_at", UtcTimestamp, nullable=False),
    Column("status", Text, nullable=False),
    Column("is_dry", Integer, nullable=False),
    Column("read", BigInteger, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("problem", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("lease_until", UtcTimestamp),
    Column("ended_at", UtcTimestamp),
    Index("ix_uploads_site_id", "site_id", "id"),
)
