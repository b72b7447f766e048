"""Perspective's API (`/v1alpha1/comments:…`) for clients that were written for it. See docs/perspective.md."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from flask import Blueprint, Response, jsonify, request

from moderation.checks import Correction
from moderation.comment import Email, Submission, SubmissionMetadata, ThreadRef
from moderation.score import Score, ScoringInput
from service.compat import reports
from service.compat.callers import Caller, caller_with
from service.compat.perspective_curve import curve_of
from service.compat.perspective_discovery import discovery
from service.compat.perspective_request import (
    AnalyzeRequest,
    Refused,
    Tree,
    analyze_request,
    client_token,
    comment_text,
    failure,
    label_of,
    missing_key,
    refusal,
    wrong_key,
)
from service.compat.perspective_scores import Span, attribute_scores, sentences, texts_of
from service.http.problems import noted
from service.http.request_parsing import read_json
from service.resources import resources
from service.submissions.check import check

LEAST_TRUE = 0.5
"""From which suggested score on an attribute counts as present."""

bp = Blueprint("perspective", __name__)


def analyze(fields: Mapping[str, Any], caller: Caller) -> Tree:
    """comments:analyze: the scores of a text."""
    asked = analyze_request(fields)
    resources().limiter.admit_check(caller.key_id)
    submission, arrival = _submission(asked.text), SubmissionMetadata(sender=caller.key_id)
    score = check(resources(), caller.site, submission, arrival, keep=asked.keep).score
    _check_language(asked, score, caller.site.policy.min_confidence)
    is_plain = request.args.get("calibration") == "probability"
    curve = None if is_plain else curve_of(resources().settings.model_path)
    answer: Tree = {
        "attributeScores": attribute_scores(asked, score, _span_scores(asked, score), curve),
        "languages": list(asked.languages) or [score.language],
        "detectedLanguages": [score.language],
    }
    return answer | ({"clientToken": asked.client_token} if asked.client_token else {})


def suggest_score(fields: Mapping[str, Any], caller: Caller) -> Tree:
    """comments:suggestscore: what a text was in truth, kept as the correction of its check."""
    text, token, given = comment_text(fields), client_token(fields), fields.get("attributeScores")
    if not isinstance(given, Mapping) or not given:
        raise Refused("Missing attribute_scores")
    correction = _correction({label_of(name): _suggested(name, each) for name, each in given.items()})
    resources().limiter.admit_check(caller.key_id)
    reports.correct(caller, _submission(text), SubmissionMetadata(sender=caller.key_id), correction)
    return {"clientToken": token} if token else {}


def _submission(text: str) -> Submission:
    return Submission(name="", email=Email(""), body=text, thread=ThreadRef(""))


def _span_scores(asked: AnalyzeRequest, score: Score) -> dict[Span, Score]:
    """Each sentence with a score of its own where spans are wanted; else the text as one span."""
    spans = sentences(asked.text) if asked.with_spans else []
    if len(spans) < 2:
        return {(0, len(asked.text)): score}
    inputs = [ScoringInput(text) for text in texts_of(asked.text, spans)]
    return dict(zip(spans, resources().classifier.score_many(inputs, with_evidence=False), strict=True))


def _check_language(asked: AnalyzeRequest, score: Score, min_confidence: float) -> None:
    """Perspective refuses what it was not trained for; here the site says how sure the model must be."""
    if asked.languages or score.confidence >= min_confidence:
        return
    attribute, detected = next(iter(asked.thresholds)), [score.language]
    raise Refused(
        f"Attribute {attribute} does not support request languages: {score.language}",
        "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
        languageNotSupportedByAttributeError={"detectedLanguages": detected, "attribute": attribute},
    )


def _suggested(name: str, given: Any) -> float:
    summary = given.get("summaryScore") if isinstance(given, Mapping) else None
    value = summary.get("value") if isinstance(summary, Mapping) else None
    if not isinstance(value, int | float):
        raise Refused(f"The summaryScore of {name} must have a value.")
    return float(value)


def _correction(suggested: Mapping[str, float]) -> Correction:
    """One correction for all suggested scores: spam and abuse count before their absence."""
    present = {label for label, value in suggested.items() if value >= LEAST_TRUE}
    if "spam" in present:
        return Correction.SPAM
    if present:
        return Correction.ABUSIVE
    return Correction.HAM if set(suggested) == {"spam"} else Correction.FINE


def _view(operation: Callable[[Mapping[str, Any], Caller], Tree]) -> Callable[[], Response]:
    """The operation behind its key. Whatever goes wrong has the shape of Google's errors."""

    @wraps(operation)
    def view() -> Response:
        try:
            key = _key()
            caller = caller_with(key) if key else None
            if caller is None:
                return _answer(wrong_key() if key else missing_key())
            return jsonify(operation(read_json(), caller))
        except Refused as error:
            return _answer(refusal(error))
        except Exception as error:
            problem = noted(error)
            return _answer(failure(problem), problem.headers)

    return view


def _key() -> str:
    """The key, wherever the client put it."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    bearer = token if scheme.lower() == "bearer" else ""
    return (request.args.get("key") or request.headers.get("X-Goog-Api-Key") or bearer).strip()


def _answer(error: Tree, headers: Mapping[str, str] | None = None) -> Response:
    response = jsonify(error)
    response.status_code = error["error"]["code"]
    response.headers.update(headers or {})
    return response


@bp.get("/$discovery/rest")
def show_discovery() -> Response:
    """The description from which Google's client libraries make their methods."""
    return jsonify(discovery(resources().settings.public_url))


for _path, _operation in (("analyze", analyze), ("suggestscore", suggest_score)):
    bp.add_url_rule(f"/v1alpha1/comments:{_path}", _path, _view(_operation), methods=["POST"])
