"""Scoring without an installation: JSON lines in, JSON lines out, with the default policy's decision."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from moderation.comment import Comment, Status, Thread
from moderation.policy import Policy, RuleMatch, decide
from moderation.rules import History, listed_words, many_links
from moderation.score import Evidence, Score, ScoringInput

BATCH_SIZE = 512
POLICY = Policy()
RULES_WITHOUT_HISTORY = (listed_words, many_links)

ScoreMany = Callable[[Sequence[ScoringInput]], Sequence[Score]]


class BadLine(ValueError):
    """Raised when a line is not a comment; names the wrong field and what was expected."""


def score_lines(lines: Iterable[bytes], score_many: ScoreMany) -> Iterator[dict[str, Any]]:
    """One output object per line, in order. For a bad line it has `error` and the line's number."""
    numbered = enumerate(lines, start=1)
    while batch := list(islice(numbered, BATCH_SIZE)):
        inputs = [_parse(line, number) for number, line in batch]
        scores = iter(score_many([each for each in inputs if isinstance(each, ScoringInput)]))
        for each in inputs:
            yield score_as_json(each, next(scores)) if isinstance(each, ScoringInput) else each


def as_line(output: Mapping[str, Any]) -> str:
    """An output object as JSON without a line end. It is ASCII, so a lone surrogate in a comment can be printed."""
    return _encode(output)


def score_as_json(scoring_input: ScoringInput, score: Score) -> dict[str, Any]:
    """A score as JSON, with the default policy's decision."""
    match = decide_by_default(scoring_input, score)
    return {
        "spam": score.spam,
        "abuse": score.abuse,
        "labels": score.labels,
        "action": match.action.value,
        "reason": match.reason.value,
        "language": score.language,
        "confidence": score.confidence,
        "evidence": [_evidence_as_json(each) for each in score.evidence],
    }


def decide_by_default(scoring_input: ScoringInput, score: Score) -> RuleMatch:
    """What the default policy does with a comment whose author has no history."""
    comment = _comment_from(scoring_input)
    matches = (rule(comment, _NO_HISTORY, POLICY) for rule in RULES_WITHOUT_HISTORY)
    return decide(score, [match for match in matches if match is not None], POLICY)


def scoring_input_from(line: Any) -> ScoringInput:
    """The classifier's input from one parsed line. Raises BadLine."""
    if not isinstance(line, dict):
        raise BadLine('expected an object like {"body": "Nice page!"}')
    thread = line.get("thread") or {}
    if not isinstance(thread, dict):
        raise BadLine("thread: expected an object with title and url")
    if not line.get("body"):
        raise BadLine("body: expected the comment's text")
    return ScoringInput(
        body=_text(line, "body"),
        name=_text(line, "name"),
        website=_text(line, "website"),
        thread_title=_text(line, "thread.title") or _text(thread, "title", within="thread."),
        thread_url=_text(line, "thread.url") or _text(thread, "url", within="thread."),
    )


def _parse(line: bytes, number: int) -> ScoringInput | dict[str, Any]:
    try:
        return scoring_input_from(json.loads(line.decode("utf-8-sig").rstrip()))
    except (ValueError, RecursionError) as error:
        return {"error": f"{_message(error)}.", "line": number}


def _message(error: Exception) -> str:
    if isinstance(error, BadLine):
        return str(error)
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg.removesuffix(' at')} at column {error.colno}"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"
    return "nested too deeply" if isinstance(error, RecursionError) else "a number has too many digits"


def _text(fields: Mapping[str, Any], name: str, *, within: str = "") -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadLine(f"{within}{name}: expected text, not {type(value).__name__}")
    return value


def _comment_from(scoring_input: ScoringInput) -> Comment:
    return Comment(
        id="",
        site_id="",
        thread=_NO_THREAD,
        name=scoring_input.name,
        website=scoring_input.website,
        body=scoring_input.body,
        status=Status.PENDING,
        revision=0,
        received_at=_NO_TIME,
    )


def _evidence_as_json(evidence: Evidence) -> dict[str, Any]:
    return {
        "head": evidence.head,
        "field": evidence.field,
        "start": evidence.start,
        "end": evidence.end,
        "text": evidence.text,
        "weight": evidence.weight,
    }


_NO_HISTORY = History()
_NO_THREAD = Thread(id="", site_id="", key="")
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_encode = json.JSONEncoder(separators=(",", ":")).encode
