"""Scores in Perspective's shape: each attribute with its summary and its spans, counted in UTF-16."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from moderation.policy import probability_of
from moderation.score import Score
from service.compat.perspective_curve import Curve
from service.compat.perspective_request import ATTRIBUTES, AnalyzeRequest, Tree, attribute_of

MAX_SPANS = 100
UNKNOWN_LANGUAGE = "und"
_END = re.compile(r"(?<=[.!?…])\s|\n|(?<=[。！？])")
"""Where a sentence ends: a full stop inside of 3.5 or example.com ends none."""

Span = tuple[int, int]
"""Where a sentence begins and ends, in code points."""


def sentences(text: str) -> list[Span]:
    """The sentences of a text, at most 100: the last one then reaches to the end."""
    bounds = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    spans = [_stripped(text, begin, end) for begin, end in pairwise(bounds) if text[begin:end].strip()]
    if len(spans) > MAX_SPANS:
        spans[MAX_SPANS - 1 :] = [(spans[MAX_SPANS - 1][0], spans[-1][1])]
    return spans


def _stripped(text: str, begin: int, end: int) -> Span:
    part = text[begin:end]
    return begin + len(part) - len(part.lstrip()), begin + len(part.rstrip())


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
                {**_place(asked, span), "score": _score(value_of(of_span))}
                for span, of_span in spans.items()
                if value_of(of_span) >= threshold
            ]
            answer[attribute] = {"spanScores": parts, "summaryScore": _score(summary)}
    return answer


def _value_of(attribute: str, curve: Curve | None) -> Callable[[Score], float]:
    """How to get an attribute's value from a score; by the curve where there is one for it and for the model."""
    name = attribute_of(attribute)
    label = ATTRIBUTES[name]

    def value(score: Score) -> float:
        probability = probability_of(score, label)
        is_for_it = curve is not None and curve.attribute == name and _is_by(curve.model, score)
        return curve.at(probability) if curve is not None and is_for_it else probability

    return value


def _is_by(model: str, score: Score) -> bool:
    """Whether a model made a score. The encoder's version may follow: it is not asked about English."""
    return score.model == model or score.model.startswith(f"{model}+")


def _place(asked: AnalyzeRequest, span: Span) -> dict[str, int]:
    """Where a span stands in the text as it was sent."""
    begin, end = (len(asked.sent[:place].encode("utf-16-le")) // 2 for place in asked.text.place_of(*span))
    return {"begin": begin, "end": end}


def _score(value: float) -> dict[str, Any]:
    return {"value": round(value, 8), "type": "PROBABILITY"}


def unsupported(languages: Sequence[str], supported: frozenset[str]) -> list[str]:
    """Which of these languages the model was not trained for: of `en-US` the `en` counts."""
    return [each for each in languages if each.replace("_", "-").partition("-")[0].lower() not in supported]
