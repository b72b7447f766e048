"""The comments of a site as JSON lines, for backups and for moving to another system."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

from moderation.comment import Comment, Email


@dataclass(frozen=True, slots=True)
class ExportedComment:
    """A comment with its author's e-mail address; None when that was erased."""

    comment: Comment
    email: Email | None


def write_json_lines(exported: Iterable[ExportedComment], file: IO[str]) -> int:
    """Write one JSON object per comment, e-mail addresses included. Returns the number of comments.

    The file must be private. `rejoinder score` reads the same format.
    """
    count = 0
    for each in exported:
        file.write(f"{json.dumps(_as_json(each), ensure_ascii=False)}\n")
        count += 1
    return count


def _as_json(exported: ExportedComment) -> dict[str, object]:
    comment = exported.comment
    return {
        "id": comment.id,
        "thread": {"key": comment.thread.key, "url": comment.thread.url, "title": comment.thread.title},
        "parent": comment.parent_id,
        "name": comment.name,
        "email": exported.email.reveal() if exported.email else None,
        "website": comment.website,
        "body": comment.body,
        "status": comment.status.value,
        "reason": comment.reason,
        "received_at": _moment(comment.received_at),
        "decided_at": _moment(comment.decided_at),
    }


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None
