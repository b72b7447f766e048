"""Scores in Perspective's shape: each attribute with its summary and its spans, counted in UTF-16."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from moderation.policy import probability_of
from moderation.score import Score
from service.compat.perspective_curve import Curve
from service.compat.perspective_request import EXPERIMENTAL, AnalyzeRequest, Tree, label_of

MAX_SPANS = 100
_SENTENCE = re.compile(r"\S[^.!?…。！？\n]*[.!?…。！？]*")

Span = tuple[int, int]
"""Where a sentence begins and ends, in code points."""


def sentences(text: str) -> list[Span]:
    """The sentences of a text, at most 100: the last one then reaches to the end."""
    spans = [match.span() for match in _SENTENCE.finditer(text)]
    if len(spans) > MAX_SPANS:
        spans[MAX_SPANS - 1 :] = [(spans[MAX_SPANS - 1][0], len(text))]
    return spans


def attribute_scores(
    asked: AnalyzeRequest, score: Score, spans: Mapping[Span, Score], curve: Curve | None
) -> dict[str, Tree]:
    """The scores of each attribute that reaches its threshold. spans: each sentence with a score of its own."""
    answer = {}
    for attribute, threshold in asked.thresholds.items():
        value_of = _value_of(attribute, curve)
        summary = value_of(score)
        if summary >= threshold:
            parts = [
                {**_place(asked.text, span), "score": _score(value_of(of_span))}
                for span, of_span in spans.items()
                if value_of(of_span) >= threshold
            ]
            answer[attribute] = {"spanScores": parts, "summaryScore": _score(summary)}
    return answer


def _value_of(attribute: str, curve: Curve | None) -> Callable[[Score], float]:
    """How to get an attribute's value from a score; by the curve where there is one for it and for the model."""
    label, name = label_of(attribute), attribute.removesuffix(EXPERIMENTAL)

    def value(score: Score) -> float:
        probability = probability_of(score, label)
        is_for_it = curve is not None and curve.attribute == name and curve.model == score.model
        return curve.at(probability) if curve is not None and is_for_it else probability

    return value


def _place(text: str, span: Span) -> dict[str, int]:
    begin, end = (len(text[:place].encode("utf-16-le")) // 2 for place in span)
    return {"begin": begin, "end": end}


def _score(value: float) -> dict[str, Any]:
    return {"value": round(value, 8), "type": "PROBABILITY"}


def texts_of(text: str, spans: Sequence[Span]) -> list[str]:
    """The texts of these spans."""
    return [text[begin:end] for begin, end in spans]
