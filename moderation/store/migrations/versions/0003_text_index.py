"""An index of the words of comments, in a table that the version before this one does not know.

That version works on the database beside this one: what it accepts is indexed by this one's sweeper.
"""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, Text, UniqueConstraint

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the table and the index over it."""
    op.create_table(
        "comment_words",
        Column("number", BigInteger().with_variant(Integer, "sqlite"), autoincrement=True, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("comment_id", Text, nullable=False),
        Column("words", Text, nullable=False),
        PrimaryKeyConstraint("number", name="pk_comment_words"),
        UniqueConstraint("comment_id", name="uq_comment_words_comment_id"),
    )
    op.create_index("ix_comment_words_site_id", "comment_words", ["site_id"])
    for statement in _TEXT_INDEX[op.get_bind().dialect.name]:
        op.execute(statement)


_TEXT_INDEX = {
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
