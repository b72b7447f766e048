"""Which columns make a comment, and how a row becomes one."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select

from moderation.comment import Comment, Status, Thread
from moderation.score import Evidence, Lines, LogOdds, Score
from moderation.store.tables import comments, threads

COMMENT_COLUMNS = (
    threads.c.id.label("thread_id"),
    threads.c.key,
    threads.c.url,
    threads.c.title,
    threads.c.version,
    threads.c.closed_at,
    threads.c.created_at,
    threads.c.kept_open,
    comments.c.id,
    comments.c.site_id,
    comments.c.name,
    comments.c.website,
    comments.c.body,
    comments.c.status,
    comments.c.revision,
    comments.c.received_at,
    comments.c.parent_id,
    comments.c.masked_address,
    comments.c.signals,
    comments.c.reason,
    comments.c.decided_at,
    comments.c.scored_at,
    comments.c.attempts,
    comments.c.near_copies,
    comments.c.campaign,
    comments.c.spam,
    comments.c.abuse,
    comments.c.edited_at,
    comments.c.public_body,
)


def select_comments() -> Select[Any]:
    """Comments with their threads; erased ones are not among them."""
    joined = comments.join(threads, comments.c.thread_id == threads.c.id)
    return select(*COMMENT_COLUMNS).select_from(joined).where(comments.c.erased_at.is_(None))


def comment_from(row: Sequence[Any], scored: Row[Any] | None = None) -> Comment:
    """One row of `select_comments` as a comment. By place: to look up 27 names takes longer than all the rest.

    scored: its row of `scores`, where that was asked for.
    """
    thread_id, key, url, title, version, closed_at, created_at, kept_open, *own = row
    id, site_id, name, website, body, status, *others = own
    revision, received_at, parent_id, masked_address, signals, reason, decided_at, scored_at, *figures = others
    attempts, near_copies, campaign, spam, abuse, edited_at, public_body, *_ = figures
    return Comment(
        id=id,
        site_id=site_id,
        thread=Thread(thread_id, site_id, key, url, title, version, closed_at, None, created_at, kept_open),
        name=name,
        website=website,
        body=body,
        status=Status(status),
        revision=revision,
        received_at=received_at,
        parent_id=parent_id or "",
        masked_address=masked_address,
        signals=frozenset(signals),
        reason=reason,
        decided_at=decided_at,
        scored_at=scored_at,
        attempts=attempts,
        near_copies=near_copies,
        campaign=campaign or "",
        spam=spam,
        abuse=abuse,
        edited_at=edited_at,
        public_body=public_body,
        score=score_from(scored, {"name": name, "website": website, "body": body}) if scored else None,
    )


def score_from(row: Row[Any], said: Mapping[str, str]) -> Score:
    """One row of `scores` as a score. said: what the comment says, by field."""
    return Score(
        spam=row.spam,
        abuse=row.abuse,
        labels={label: millionths / 1e6 for label, millionths in row.labels.items()},
        language=row.language,
        confidence=row.confidence,
        evidence=tuple(_part_from(line, said) for line in row.evidence.split("\n") if line),
        model=row.model,
        lines=_lines_from(row),
    )


def _lines_from(row: Row[Any]) -> Lines | None:
    if row.line is None:
        return None
    site = None if row.site_spam is None else LogOdds(row.site_spam, row.site_abuse)
    return Lines(LogOdds(row.shipped_spam, row.shipped_abuse), site, row.line, row.site_model or "")


_json = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode

ScoreRow = Mapping[str, Any]
"""A score as the columns of `scores`."""


def score_columns(comment_id: str, score: Score, *, at: datetime) -> ScoreRow:
    """A comment's score as the columns of `scores`; whole millionths of labels, whole trillionths of weights.

    So the weights of a head still sum to its logit to nine places. A part of the evidence is a line: of a span such
    as "spam body 2 6 -1250000000000", whose text is in the comment; without a span such as
    'spam submission 0 0 -125000000000 evidence.links {"n":3}'. What of a weight the site taught follows it after a
    slash, as in "1250000000000/750000000000".
    """
    lines = score.lines
    site = lines.site if lines else None
    return {
        "comment_id": comment_id,
        "scored_at": at,
        "model": score.model,
        "spam": score.spam,
        "abuse": score.abuse,
        "labels": {label: round(chance * 1e6) for label, chance in score.labels.items()},
        "language": score.language,
        "confidence": score.confidence,
        "evidence": "\n".join(map(_line_of, score.evidence)),
        "shipped_spam": lines and lines.shipped.spam,
        "shipped_abuse": lines and lines.shipped.abuse,
        "site_spam": site and site.spam,
        "site_abuse": site and site.abuse,
        "line": lines and lines.in_force,
        "site_model": (lines and lines.site_model) or None,
    }


def _line_of(part: Evidence) -> str:
    head, field, start, end, _, weight, code, params, learned = part
    taught = f"/{round(learned * 1e12)}" if learned else ""
    described = f" {code} {_json(params)}" if code else ""
    return f"{head} {field} {start} {end} {round(weight * 1e12)}{taught}{described}"


def _part_from(line: str, said: Mapping[str, str]) -> Evidence:
    head, field, start, end, weights, *described = line.split(" ", 6)
    trillionths, _, taught = weights.partition("/")
    first, last, weight, learned = int(start), int(end), int(trillionths) / 1e12, int(taught or 0) / 1e12
    if not described:
        return Evidence(head, field, first, last, said.get(field, "")[first:last], weight, learned=learned)
    code, params = described
    return Evidence(head, field, first, last, "", weight, code, json.loads(params), learned)
