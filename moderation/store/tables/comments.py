"""Comments, their words, scores and sketches."""

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
    PrimaryKeyConstraint,
    Table,
    Text,
    and_,
    event,
    func,
    text,
)
from sqlalchemy.types import JSON

from moderation.store.database.utc_timestamp import UtcTimestamp
from moderation.store.tables.base import Serial, metadata

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
    Column("queue_at", UtcTimestamp),  # received_at less its head start; NULL without one
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

WAITING = text("status = 'pending' AND erased_at IS NULL")
QUEUE_PLACE = func.coalesce(comments.c.queue_at, comments.c.received_at)
"""Where a comment is in the order of priority."""
Index(
    "ix_comments_priority",
    comments.c.site_id,
    QUEUE_PLACE,
    comments.c.id,
    sqlite_where=WAITING,
    postgresql_where=WAITING,
)

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
    comments.c.erased_at,  # as above
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
