"""Stored comments as a policy saw them when they came: scores, the history of then, and what became of them."""

from collections.abc import Sequence
from heapq import nlargest
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from moderation.actions import Action
from moderation.comment import Status
from moderation.decided_by import POLICY
from moderation.decision import Decision
from moderation.past_comment import PastComment
from moderation.rules import History
from moderation.score import Score
from moderation.store.comments import by_the_author, count_others, other, same_texts
from moderation.store.database.any_of import any_of
from moderation.store.decisions import DecisionRepository
from moderation.store.row_mapping import comment_from, select_comments
from moderation.store.tables import LIVE, comments, scores


class PastCommentRepository:
    """The stored comments of one transaction, for a policy to be tried on."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest(self, site_id: str, *, limit: int) -> tuple[list[str], int]:
        """The ids of the newest `limit` comments of a site that have a score, newest first; how many have none."""
        found: list[Row[Any]] = []
        for status in Status:  # each is a range of the queue's index, in order
            of_status = select(comments.c.received_at, comments.c.id, comments.c.spam)
            of_status = of_status.where(LIVE, comments.c.site_id == site_id, comments.c.status == status.value)
            newest = of_status.order_by(comments.c.received_at.desc(), comments.c.id.desc()).limit(limit)
            found += self._connection.execute(newest)
        latest = nlargest(limit, found, key=lambda row: (row.received_at, row.id))
        scored = [row.id for row in latest if row.spam is not None]
        return scored, len(latest) - len(scored)

    def read(self, comment_ids: Sequence[str]) -> list[PastComment]:
        """Those of the comments that have a score and are not erased, in the order of the ids. Some hundred."""
        rows = self._connection.execute(_WITH_SCORES, {"ids": comment_ids}).all()
        decided = DecisionRepository(self._connection).histories([row.id for row in rows])
        found = {row.id: _past_comment(row, decided.get(row.id, ())) for row in rows}
        return [found[id] for id in comment_ids if id in found]


def _past_comment(row: Row[Any], made: Sequence[Decision]) -> PastComment:
    comment = comment_from(row)
    of_policy = [each.action for each in made if each.by.id == POLICY.id]
    last = made[-1] if made else None
    is_verdict = last is not None and last.by.id != POLICY.id and last.action in (Action.APPROVE, Action.REJECT)
    return PastComment(
        comment=comment,
        score=Score(
            spam=row.score_spam,
            abuse=row.score_abuse,
            labels={label: millionths / 1e6 for label, millionths in row.labels.items()},
            language=row.language,
            confidence=row.confidence,
            model=row.model,
        ),
        history=History(row.author_approved, row.author_rejected, row.same_text, row.own_text, row.same_text_now),
        before=of_policy[0] if of_policy else None,
        verdict=comment.status if is_verdict else None,
    )


_is_another, _at = other.c.id != comments.c.id, func.coalesce(comments.c.scored_at, comments.c.received_at)
_of_the_author = (by_the_author, _is_another, other.c.decided_at < _at)
_SCORE = (scores.c.labels, scores.c.language, scores.c.confidence, scores.c.model)
_WITH_SCORES: Select[Any] = (
    select_comments()
    .join(scores, scores.c.comment_id == comments.c.id)
    .add_columns(scores.c.spam.label("score_spam"), scores.c.abuse.label("score_abuse"), *_SCORE)
    .add_columns(
        count_others(*_of_the_author, other.c.status == "approved").label("author_approved"),
        count_others(*_of_the_author, other.c.status == "rejected").label("author_rejected"),
        *same_texts,
    )
    .where(any_of(comments.c.id, "ids"))
)
