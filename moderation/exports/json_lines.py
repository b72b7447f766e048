"""The export as JSON lines, with everything that a site has: docs/export.md describes them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from moderation.comment import Thread
from moderation.decision import Decision
from moderation.exports.contents import Contents, ExportedComment, ExportedThread
from moderation.score import Evidence, Score

FORMAT = "rejoinder"
VERSION = 1
"""Raise it when an older version of Rejoinder could not read the file any more; docs/export.md says what changed."""


def json_lines(contents: Contents) -> Iterator[str]:
    """The lines of the file, each with its line end."""
    yield _line(_header(contents))
    for each in contents.threads:
        yield _line(_page(each))
    count = 0
    for comment in contents.comments:
        yield _line(_comment(comment))
        count += 1
    yield from lines_of_end([], count=count)


def lines_of_end(comments: Iterable[ExportedComment], *, count: int) -> Iterator[str]:
    """More comments, and the end of the file. count: how many comments are in the whole file."""
    for comment in comments:
        yield _line(_comment(comment))
    yield _line({"type": "end", "comments": count})


def _header(contents: Contents) -> Mapping[str, Any]:
    site = contents.site
    return {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": _moment(contents.at),
        "site": {"id": site.id, "name": site.name, "origins": list(site.origins)},
    }


def _page(exported: ExportedThread) -> dict[str, Any]:
    thread = exported.thread
    state = {
        "created_at": _moment(thread.created_at),
        "closed_at": _moment(thread.closed_at),
        "kept_open": thread.kept_open,
    }
    return {"type": "thread", **_thread(thread), **state, "old_keys": list(exported.old_keys)}


def _thread(thread: Thread) -> dict[str, Any]:
    return {"key": thread.key, "url": thread.url, "title": thread.title}


def _comment(exported: ExportedComment) -> dict[str, Any]:
    comment = exported.comment
    email = {"email": exported.email.reveal()} if exported.email else {}
    return {
        "type": "comment",
        "id": comment.id,
        "thread": _thread(comment.thread),
        "parent": comment.parent_id or None,
        "name": comment.name,
        **email,
        "website": comment.website,
        "body": comment.body,
        "status": comment.status.value,
        "reason": comment.reason or None,
        "received_at": _moment(comment.received_at),
        "decided_at": _moment(comment.decided_at),
        "revision": comment.revision,
        "network": comment.masked_address,
        "signals": sorted(comment.signals),
        "scored_at": _moment(comment.scored_at),
        "attempts": comment.attempts,
        "near_copies": comment.near_copies,
        "spam": comment.spam,
        "abuse": comment.abuse,
        "score": _score(comment.score) if comment.score else None,
        "edited_at": _moment(comment.edited_at),
        "public_body": comment.public_body,
        "edits": [{"revision": e.revision, "at": _moment(e.at), "body": e.body} for e in exported.edits],
        "decisions": [_decision(each) for each in exported.decisions],
    }


def _score(score: Score) -> dict[str, Any]:
    return {
        "spam": score.spam,
        "abuse": score.abuse,
        "labels": dict(score.labels),
        "language": score.language,
        "confidence": score.confidence,
        "model": score.model,
        "evidence": [_evidence(each) for each in score.evidence],
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    """The text of a span is in the comment."""
    described = {"code": evidence.code, "params": dict(evidence.params)} if evidence.code else {}
    place = {"head": evidence.head, "field": evidence.field, "start": evidence.start, "end": evidence.end}
    learned = {"learned": evidence.learned} if evidence.learned else {}
    return {**place, "weight": evidence.weight, **learned, **described}


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.id,
        "action": decision.action.value,
        "reason": decision.reason.value,
        "by": {"id": decision.by.id, "name": decision.by.name},
        "at": _moment(decision.at),
        "revision": decision.revision,
        "status_before": decision.status_before.value,
        "status_after": decision.status_after.value,
        "detail": decision.detail.to_json(),
        "note": decision.note,
        "undoes": decision.undoes or None,
    }


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


def _line(value: Mapping[str, Any]) -> str:
    return f"{_encode(value)}\n"


_encode = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": ")).encode
