"""In the store: which moderator is asked to decide about which comment."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from moderation.claim import Claim
from moderation.decided_by import DecidedBy
from moderation.store.database.any_of import any_of
from moderation.store.tables import claims, comments


class ClaimRepository:
    """The claims of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, claim: Claim) -> None:
        """Store a claim in place of an earlier one about the comment."""
        self.remove(claim.comment_id)
        values = {
            "comment_id": claim.comment_id,
            "site_id": claim.site_id,
            "by_id": claim.by.id,
            "by_name": claim.by.name,
            "for_id": claim.for_id,
            "note": claim.note,
            "at": claim.at,
        }
        self._connection.execute(insert(claims), values)

    def of_comment(self, comment_id: str) -> Claim | None:
        """The claim about a comment that waits."""
        row = self._connection.execute(_WAITING.where(claims.c.comment_id == comment_id)).one_or_none()
        return None if row is None else _claim_from(row)

    def of_comments(self, comment_ids: Sequence[str]) -> list[Claim]:
        """The claims about those of these comments that wait."""
        rows = self._connection.execute(_OF_COMMENTS, {"ids": list(comment_ids)})
        return [_claim_from(row) for row in rows]

    def remove(self, comment_id: str) -> None:
        """Forget the claim about a comment."""
        self._connection.execute(delete(claims).where(claims.c.comment_id == comment_id))

    def waiting_for(self, moderator_id: str, *, sites: Sequence[str], limit: int) -> list[Claim]:
        """What others ask a moderator to decide on these sites, the oldest first."""
        asked = {"moderator": moderator_id, "sites": list(sites), "limit": limit}
        rows = self._connection.execute(_WAITING_FOR, asked)
        return [_claim_from(row) for row in rows]


_WAITING = select(claims).join(comments, comments.c.id == claims.c.comment_id).where(comments.c.status == "pending")

_OF_COMMENTS = _WAITING.where(any_of(claims.c.comment_id, "ids"))
_WAITING_FOR = (
    _WAITING.where(claims.c.for_id == bindparam("moderator"), claims.c.by_id != bindparam("moderator"))
    .where(any_of(claims.c.site_id, "sites"))
    .order_by(claims.c.at, claims.c.comment_id)
    .limit(bindparam("limit"))
)


def _claim_from(row: Row[Any]) -> Claim:
    return Claim(row.comment_id, row.site_id, DecidedBy(row.by_id, row.by_name), row.for_id, row.note, row.at)
