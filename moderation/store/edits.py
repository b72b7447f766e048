"""What authors changed: the texts before each edit, and the comment as it is afterwards."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from moderation.edits import Edit
from moderation.store.database.any_of import any_of
from moderation.store.tables import comments, edits, scores


class EditRepository:
    """The edits of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, edit: Edit, body: str, *, text_key: bytes, public_body: str | None) -> None:
        """Give a comment its new text, which waits for its score, and keep the text before.

        public_body: what readers see until it is decided, None for nothing. The comment was read for update before.
        """
        said = {"body": body, "text_key": text_key, "public_body": public_body, "edited_at": edit.at}
        of_it = update(comments).where(comments.c.id == edit.comment_id)
        self._connection.execute(of_it.values(**said, **_UNSCORED))
        self._connection.execute(delete(scores).where(scores.c.comment_id == edit.comment_id))
        values = {"comment_id": edit.comment_id, "revision": edit.revision, "body": edit.body, "at": edit.at}
        self._connection.execute(insert(edits), values)

    def of(self, comment_ids: Sequence[str]) -> dict[str, tuple[Edit, ...]]:
        """The edits of each of these comments, oldest first; those without any are left out."""
        query = select(edits).where(any_of(edits.c.comment_id, comment_ids)).order_by(edits.c.revision)
        found: dict[str, tuple[Edit, ...]] = {}
        for row in self._connection.execute(query) if comment_ids else ():
            found[row.comment_id] = (*found.get(row.comment_id, ()), Edit(*row))
        return found

    def keep(self, made: Sequence[Edit]) -> None:
        """Store edits that were made elsewhere; their comments are stored as these left them."""
        if made:
            values = [dict(zip(edits.c.keys(), (e.comment_id, e.revision, e.body, e.at), strict=True)) for e in made]
            self._connection.execute(insert(edits), values)

    def leave_tombstone(self, comment_id: str) -> None:
        """Let readers see that the comment was withdrawn, where there are replies to it."""
        self._connection.execute(update(comments).where(comments.c.id == comment_id).values(public_body=""))


_UNSCORED: dict[str, Any] = {
    "scored_at": None,
    "spam": None,
    "abuse": None,
    "near_copies": 0,
    "campaign": None,
    "attempts": 0,
    "lease_until": None,
}
