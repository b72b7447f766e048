"""Scoring lines of JSON, with a classifier whose answers the test knows."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from moderation.score import Evidence, Score, ScoringInput
from service.cli.offline_scoring import BATCH_SIZE, BadLine, as_line, score_lines, scoring_input_from

KIND = Score(spam=0.01, abuse=0.02, labels={"toxic": 0.02}, language="en", confidence=0.9)


def kind(readings: Sequence[ScoringInput]) -> list[Score]:
    return [KIND for _ in readings]


def answered(*lines: Any, score_many: Any = kind) -> list[dict[str, Any]]:
    raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    return [json.loads(as_line(answer)) for answer in score_lines(raw, score_many)]


def test_an_answer_has_the_score_and_what_the_default_policy_does():
    clue = Evidence("spam", "body", 0, 4, "Nice", 0.25)
    score = Score(spam=0.99, abuse=0.1, labels={"spam": 0.99}, language="en", confidence=0.9, evidence=(clue,))

    [answer] = answered({"body": "Nice pills"}, score_many=lambda readings: [score])

    evidence = {"head": "spam", "field": "body", "start": 0, "end": 4, "text": "Nice", "weight": 0.25}
    assert answer == {
        "spam": 0.99,
        "abuse": 0.1,
        "labels": {"spam": 0.99},
        "action": "reject",
        "reason": "spam",
        "language": "en",
        "confidence": 0.9,
        "evidence": [evidence],
    }


def test_links_are_counted_though_nothing_else_is_known():
    [answer] = answered({"body": "https://a.example https://b.example https://c.example"})

    assert (answer["action"], answer["reason"]) == ("hold", "links")


def test_a_first_comment_is_no_reason_where_no_history_is_known():
    [answer] = answered({"body": "A kind word."})

    assert (answer["action"], answer["reason"]) == ("hold", "unsure")


def test_answers_come_in_the_order_of_their_lines_with_errors_in_their_places():
    bodies = [{"body": f"comment {number}"} for number in range(BATCH_SIZE + 5)]
    lines: list[Any] = [b"{", *bodies, b"\n", {"body": "the last"}]

    def echoing(readings: Sequence[ScoringInput]) -> list[Score]:
        return [Score(spam=0, abuse=0, language=reading.body) for reading in readings]

    answers = answered(*lines, score_many=echoing)

    assert [answer.get("line", answer.get("language")) for answer in answers] == [
        1,
        *[body["body"] for body in bodies],
        BATCH_SIZE + 7,
        "the last",
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"not json", "not JSON: Expecting value at column 1."),
        (b'{"body": "x"\n', "not JSON: Expecting ',' delimiter at column 13."),
        (b'{"body": "a\tb"}', "not JSON: Invalid control character at column 12."),
        (b"1" * 10_000, "a number has too many digits."),
        (b"\xff\xfe", "not UTF-8."),
        (b"[" * 100_000, "nested too deeply."),
        (b"\n", "not JSON: Expecting value at column 1."),
        ([], 'expected an object like {"body": "Nice page!"}.'),
        ({}, "body: expected the comment's text."),
        ({"body": ""}, "body: expected the comment's text."),
        ({"body": 5}, "body: expected text, not int."),
        ({"body": "x", "name": ["Ann"]}, "name: expected text, not list."),
        ({"body": "x", "thread": "a page"}, "thread: expected an object with title and url."),
        ({"body": "x", "thread": {"title": 5}}, "thread.title: expected text, not int."),
    ],
)
def test_a_bad_line_is_answered_with_what_is_wrong(line, problem):
    assert answered(line) == [{"error": problem, "line": 1}]


def test_a_thread_may_be_nested_or_flat_and_what_is_null_is_not_known():
    nested = scoring_input_from({"body": "x", "thread": {"title": "Bread", "url": "https://blog.example/bread"}})
    flat = scoring_input_from({"body": "x", "thread.title": "Bread", "thread.url": "https://blog.example/bread"})
    unknown = scoring_input_from({"body": "x", "name": None, "thread": None})

    assert nested == flat == ScoringInput("x", thread_title="Bread", thread_url="https://blog.example/bread")
    assert unknown == ScoringInput("x")


def test_an_email_address_is_never_read():
    assert "ann@reader.example" not in repr(scoring_input_from({"body": "x", "email": "ann@reader.example"}))


def test_a_lone_surrogate_breaks_nothing():
    clue = Evidence("spam", "body", 0, 1, "\ud800", 0.1)

    [answer] = score_lines([b'{"body": "\\ud800"}'], lambda readings: [Score(spam=0, abuse=0, evidence=(clue,))])

    assert as_line(answer).isascii()


def test_a_body_is_needed():
    with pytest.raises(BadLine, match="body"):
        scoring_input_from({"name": "Ann"})
