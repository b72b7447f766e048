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
    missing_key,
    refusal,
    suggested_scores,
    wrong_key,
)
from service.compat.perspective_scores import UNKNOWN_LANGUAGE, attribute_scores, sentences, unsupported
from service.http.problems import noted
from service.http.request_parsing import json_object, read_body
from service.resources import resources
from service.submissions.check import check

LEAST_TRUE = 0.5
"""From which suggested score on an attribute counts as present."""

bp = Blueprint("perspective", __name__)


def analyze(fields: Mapping[str, Any], caller: Caller) -> Tree:
    """comments:analyze: the scores of a text.

    They are of the text alone, as Perspective's are, so a text has the same ones each time it is sent.
    """
    asked = analyze_request(fields)
    text = asked.text.text
    spans = sentences(text) if asked.with_spans else []
    resources().limiter.admit_check(caller.key_id, amount=1 + len(spans))
    whole, *parts = resources().classifier.score_many(
        [ScoringInput(text), *(ScoringInput(text[begin:end]) for begin, end in spans)], with_evidence=False
    )
    is_known = _check_language(asked, whole)
    if asked.keep:
        check(resources(), caller.site, _submission(text), SubmissionMetadata(sender=caller.key_id), is_again=True)
    is_plain = request.args.get("calibration") == "probability"
    curve = None if is_plain else curve_of(resources().settings.model_path)
    scored = dict(zip(spans, parts, strict=True)) or {(0, len(text)): whole}
    found = attribute_scores(asked, whole, scored, curve) if is_known else {}
    return {
        **({"attributeScores": found} if found else {}),
        "languages": list(asked.languages) or [whole.language],
        "detectedLanguages": [whole.language],
        **({"clientToken": asked.client_token} if asked.client_token else {}),
    }


def suggest_score(fields: Mapping[str, Any], caller: Caller) -> Tree:
    """comments:suggestscore: what a text was in truth, kept as the correction of its check."""
    text, token, suggested = comment_text(fields).text, client_token(fields), suggested_scores(fields)
    resources().limiter.admit_check(caller.key_id)
    correction = _correction(suggested)
    if correction is not None:
        reports.correct(caller, _submission(text), SubmissionMetadata(sender=caller.key_id), correction)
    return {"clientToken": token} if token else {}


def _submission(text: str) -> Submission:
    return Submission(name="", email=Email(""), body=text, thread=ThreadRef(""))


def _check_language(asked: AnalyzeRequest, score: Score) -> bool:
    """Whether the model was trained for the languages. Raises Refused, unless the client wants silence instead.

    A text whose language nobody can tell, such as a single word, is scored.
    """
    languages = asked.languages or ((score.language,) if score.language != UNKNOWN_LANGUAGE else ())
    if not unsupported(languages, resources().classifier.languages()):
        return True
    if asked.drops:
        return False
    attribute, named = next(iter(asked.thresholds)), "requestedLanguages" if asked.languages else "detectedLanguages"
    raise Refused(
        f"Attribute {attribute} does not support request languages: {', '.join(languages)}",
        "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
        languageNotSupportedByAttributeError={named: list(languages), "attribute": attribute},
    )


def _correction(suggested: Mapping[str, float]) -> Correction | None:
    """One correction for all suggested scores: spam and abuse count before their absence.

    None: that a text is no threat, say, does not mean that it is fine.
    """
    present = {attribute for attribute, value in suggested.items() if value >= LEAST_TRUE}
    if "SPAM" in present:
        return Correction.SPAM
    if present:
        return Correction.ABUSIVE
    return Correction.FINE if "TOXICITY" in suggested else Correction.HAM if "SPAM" in suggested else None


def _view(operation: Callable[[Mapping[str, Any], Caller], Tree]) -> Callable[[], Response]:
    """The operation behind its key. Whatever goes wrong has the shape of Google's errors."""

    @wraps(operation)
    def view() -> Response:
        try:
            key = _key()
            caller = caller_with(key) if key else None
            if caller is None:
                return _answer(wrong_key() if key else missing_key())
            return jsonify(operation(json_object(read_body()), caller))  # browsers' scripts send it as text/plain
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
