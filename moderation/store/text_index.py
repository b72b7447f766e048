"""The text index: finds the comments that have some words, and keeps their words.

Words are indexed in the background (`worker/indexing.py`), some seconds after a comment was accepted, so that neither
its sender nor its score waits. The index is FTS5 on SQLite, GIN on PostgreSQL; neither needs an extension.
"""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, select, text

from moderation.search_words import document_of, has_word, is_selective
from moderation.store.database.any_of import any_of
from moderation.store.database.bulk_sql import insert_many
from moderation.store.tables import comment_words, comments

RARE = 10
"""In how many of the first comments that a search looks at, some hundred, a rare word may be."""


class TextIndex:
    """The words of comments in one transaction. What it found once it finds again, until `renew`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._found: dict[tuple[tuple[str, ...], int], list[str] | None] = {}

    def find(self, words: Sequence[str], *, most: int) -> list[str] | None:
        """The ids of the comments that have all of these words, in no order; None when there are more than `most`.

        words: from `search_words.wanted`, at least one.
        """
        asked = (tuple(words), most)
        if asked not in self._found:
            self._found[asked] = self._find(words, most)
        return self._found[asked]

    def _find(self, words: Sequence[str], most: int) -> list[str] | None:
        name = self._connection.dialect.name
        if name == "postgresql":  # or it reads all words when it believes that many comments have them
            self._connection.execute(text("SET LOCAL enable_seqscan = off"))
        parameters = {"query": _QUERY[name](words), "limit": most + 1}
        found = self._connection.scalars(_FIND[name], parameters).all()
        return list(found) if len(found) <= most else None

    def documents(self, comment_ids: Sequence[str]) -> dict[str, str]:
        """The words of these comments by id, as far as they are indexed."""
        query = select(comment_words.c.comment_id, comment_words.c.words)
        rows = self._connection.execute(query.where(any_of(comment_words.c.comment_id, comment_ids))).all()
        return {id: words for id, words in rows}  # noqa: C416 - of rows, not of pairs

    def newest(self) -> str:
        """The id of the newest comment that is indexed; "" when none is."""
        return self._connection.scalar(select(func.max(comment_words.c.comment_id))) or ""

    def next_stale(self, *, after: str, limit: int) -> tuple[list[str], str]:
        """Which of the next `limit` comments after an id are not indexed though they should be, or the other way.

        Also returns the id to go on from; "" at the end of the table.
        """
        some = select(comments.c.id, comments.c.erased_at).where(comments.c.id > after).order_by(comments.c.id)
        rows = self._connection.execute(some.limit(limit)).all()
        ids = [row.id for row in rows]
        known = select(comment_words.c.comment_id).where(any_of(comment_words.c.comment_id, ids))
        indexed = set(self._connection.scalars(known))
        stale = [row.id for row in rows if (row.id in indexed) == (row.erased_at is not None)]
        return stale, ids[-1] if len(ids) == limit else ""

    def renew(self, comment_ids: Sequence[str]) -> None:
        """Index these comments anew, and forget those that were erased. To be called by whatever changes a text."""
        self._found.clear()
        self._connection.execute(delete(comment_words).where(any_of(comment_words.c.comment_id, comment_ids)))
        said = select(*_SAID).where(any_of(comments.c.id, comment_ids), comments.c.erased_at.is_(None))
        locked = said.order_by(comments.c.id).with_for_update(read=True)  # or one might be erased meanwhile
        rows = [
            {"site_id": site_id, "comment_id": id, "words": document_of(name, website, body)}
            for id, site_id, name, website, body in self._connection.execute(locked)
        ]
        insert_many(self._connection, comment_words, rows, keep=("comment_id",))


class WordFilter:
    """Filters the comments of one search by its words, and learns which of the words are rare.

    words: from `search_words`; without any, every comment passes.
    """

    def __init__(self, index: TextIndex, words: Sequence[str]) -> None:
        self._index = index
        self._words = words
        self._seen: Counter[str] = Counter()

    def passing(self, comment_ids: Sequence[str]) -> list[str]:
        """Those of these comments that have all the words, in the same order."""
        if not self._words:
            return list(comment_ids)
        documents = self._index.documents(comment_ids)
        passed = []
        for id in comment_ids:
            had = [word for word in self._words if has_word(documents.get(id, ""), word)]
            self._seen.update(had)
            if len(had) == len(self._words):
                passed.append(id)
        return passed

    def all_passing(self, *, most: int) -> list[str] | None:
        """All comments that have all the words; None when the index cannot tell soon, or finds more than `most`.

        Only rare words are looked for in the index, because it reads all that it has about each. To be called after
        some comments were filtered, which tell the rare words from the others.
        """
        rare = [word for word in self._words if is_selective(word) and self._seen[word] <= RARE]
        found = self._index.find(rare, most=most) if rare else None
        return found if found is None or len(rare) == len(self._words) else self.passing(found)


_SAID = (comments.c.id, comments.c.site_id, comments.c.name, comments.c.website, comments.c.body)
_QUERY = {
    "sqlite": lambda words: " AND ".join(f'"{word}"*' for word in words),
    "postgresql": lambda words: " & ".join(f"'{word}':*" for word in words),
}
_FIND = {
    "sqlite": text(
        "SELECT comment_words.comment_id FROM word_index CROSS JOIN comment_words "
        "ON comment_words.number = word_index.rowid WHERE word_index MATCH :query LIMIT :limit"
    ),
    "postgresql": text(
        "SELECT comment_id FROM comment_words "
        "WHERE array_to_tsvector(string_to_array(words, ' ')) @@ CAST(:query AS tsquery) LIMIT :limit"
    ),
}
