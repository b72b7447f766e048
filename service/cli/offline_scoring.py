"""Scoring without an installation: lines of JSON in, lines of JSON out, decided by the default policy."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from moderation.comment import Comment, Status, Thread
from moderation.policy import Policy, RuleMatch, decide
from moderation.rules import History, listed_words, many_links
from moderation.score import Evidence, Score, ScoringInput

BATCH = 512
POLICY = Policy()
RULES_WITHOUT_HISTORY = (listed_words, many_links)

ScoreMany = Callable[[Sequence[ScoringInput]], Sequence[Score]]


class BadLine(ValueError):
    """Raised when a line is no submission; says which field is wrong, and what would be right."""


def score_lines(lines: Iterable[bytes], score_many: ScoreMany) -> Iterator[dict[str, Any]]:
    """One answer for each line, in their order. A bad line is answered with `error` and its number."""
    numbered = enumerate(lines, start=1)
    while batch := list(islice(numbered, BATCH)):
        read = [_read(line, number) for number, line in batch]
        scores = iter(score_many([each for each in read if isinstance(each, ScoringInput)]))
        for each in read:
            yield told(each, next(scores)) if isinstance(each, ScoringInput) else each


def as_line(answer: Mapping[str, Any]) -> str:
    """An answer as JSON, without the line's end. In ASCII: a lone surrogate in a comment cannot break the output."""
    return _encode(answer)


def told(reading: ScoringInput, score: Score) -> dict[str, Any]:
    """A score as JSON, with what the default policy would do."""
    match = judged(reading, score)
    return {
        "spam": score.spam,
        "abuse": score.abuse,
        "labels": score.labels,
        "action": match.action.value,
        "reason": match.reason.value,
        "language": score.language,
        "confidence": score.confidence,
        "evidence": [_evidence(each) for each in score.evidence],
    }


def judged(reading: ScoringInput, score: Score) -> RuleMatch:
    """What the default policy does with a comment of which nothing but its text is known."""
    comment = _comment_of(reading)
    spoken = (rule(comment, _NOTHING_KNOWN, POLICY) for rule in RULES_WITHOUT_HISTORY)
    return decide(score, [match for match in spoken if match is not None], POLICY)


def reading_from(submission: Any) -> ScoringInput:
    """What a classifier may see of one submission. Raises BadLine."""
    if not isinstance(submission, dict):
        raise BadLine('expected an object like {"body": "Nice page!"}')
    thread = submission.get("thread") or {}
    if not isinstance(thread, dict):
        raise BadLine("thread: expected an object with title and url")
    if not submission.get("body"):
        raise BadLine("body: expected the comment's text")
    return ScoringInput(
        body=_text(submission, "body"),
        name=_text(submission, "name"),
        website=_text(submission, "website"),
        thread_title=_text(submission, "thread.title") or _text(thread, "title", within="thread."),
        thread_url=_text(submission, "thread.url") or _text(thread, "url", within="thread."),
    )


def _read(line: bytes, number: int) -> ScoringInput | dict[str, Any]:
    try:
        return reading_from(json.loads(line.decode("utf-8-sig").rstrip()))
    except (ValueError, RecursionError) as problem:
        return {"error": f"{_problem(problem)}.", "line": number}


def _problem(problem: Exception) -> str:
    if isinstance(problem, BadLine):
        return str(problem)
    if isinstance(problem, json.JSONDecodeError):
        return f"not JSON: {problem.msg.removesuffix(' at')} at column {problem.colno}"
    if isinstance(problem, UnicodeDecodeError):
        return "not UTF-8"
    return "nested too deeply" if isinstance(problem, RecursionError) else "a number has too many digits"


def _text(found: Mapping[str, Any], field: str, *, within: str = "") -> str:
    value = found.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadLine(f"{within}{field}: expected text, not {type(value).__name__}")
    return value


def _comment_of(reading: ScoringInput) -> Comment:
    return Comment(
        id="",
        site_id="",
        thread=_NO_THREAD,
        name=reading.name,
        website=reading.website,
        body=reading.body,
        status=Status.PENDING,
        revision=0,
        received_at=_NO_TIME,
    )


def _evidence(each: Evidence) -> dict[str, Any]:
    return {
        "head": each.head,
        "field": each.field,
        "start": each.start,
        "end": each.end,
        "text": each.text,
        "weight": each.weight,
    }


_NOTHING_KNOWN = History()
_NO_THREAD = Thread(id="", site_id="", key="")
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_encode = json.JSONEncoder(separators=(",", ":")).encode
