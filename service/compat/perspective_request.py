"""What a client of Perspective sends, and the errors in the words of its service."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moderation.unicode_text import is_blank
from service.compat.html_text import PlainText, as_sent, text_of_html
from service.http.errors import Problem, ServiceError
from service.http.language import text_of
from service.schemas.submission import MAX_BODY

Tree = dict[str, Any]

ATTRIBUTES = {
    "TOXICITY": "toxic",
    "SEVERE_TOXICITY": "severe",
    "IDENTITY_ATTACK": "identity_attack",
    "INSULT": "insult",
    "PROFANITY": "obscene",
    "THREAT": "threat",
    "SPAM": "spam",
}
"""Each attribute of Perspective that the model knows, and its label."""

EXPERIMENTAL = "_EXPERIMENTAL"

_ERROR = "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"
_STATUSES = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 429: "RESOURCE_EXHAUSTED"}


class Refused(ServiceError):
    """Raised when Perspective would refuse the request. error_type: its name for the reason; more: its details."""

    def __init__(self, text: str, error_type: str = "INVALID_REQUEST", **more: Any) -> None:
        super().__init__(text)
        self.error_type, self.more = error_type, more


@dataclass(frozen=True, slots=True)
class AnalyzeRequest:
    """Texts to score. sent: as it was sent; text: as it is read.

    thresholds: by attribute as it was asked for; scores below are left out of the answer. drops: whether attributes
    that do not know the text's language are left out, instead of refused.
    """

    sent: str
    text: PlainText
    thresholds: Mapping[str, float]
    languages: tuple[str, ...] = ()
    with_spans: bool = False
    keep: bool = True
    drops: bool = False
    client_token: str = ""


def analyze_request(fields: Mapping[str, Any]) -> AnalyzeRequest:
    """The request in these fields; what Perspective knows and Rejoinder has no use for is ignored. Raises Refused."""
    text = comment_text(fields)
    return AnalyzeRequest(
        sent=fields["comment"]["text"],
        text=text,
        thresholds=_thresholds(fields.get("requestedAttributes")),
        languages=_texts(fields.get("languages"), "languages"),
        with_spans=fields.get("spanAnnotations") is True,
        keep=fields.get("doNotStore") is not True,
        drops=fields.get("dropUnsupportedAttributes") is True,
        client_token=client_token(fields),
    )


def comment_text(fields: Mapping[str, Any]) -> PlainText:
    """The text of the comment. Raises Refused."""
    context = fields.get("context") or {}
    if isinstance(context, Mapping) and context.get("entries") and context.get("articleAndParentComment"):
        raise Refused(
            "Context can have either entries or article_and_parent_comment, but both fields were populated."
        )
    comment = fields.get("comment")
    if not isinstance(comment, Mapping) or not isinstance(comment.get("text"), str):
        raise Refused("Comment must be non-empty.", "COMMENT_EMPTY")
    sent, kind = comment["text"], comment.get("type")
    if kind not in (None, "TEXT_TYPE_UNSPECIFIED", "PLAIN_TEXT", "HTML"):
        raise Refused("Unknown text type")
    if len(sent) > MAX_BODY:
        raise Refused("Comment text too long.", "COMMENT_TOO_LONG")
    text = text_of_html(sent) if kind == "HTML" else as_sent(sent)
    if is_blank(text.text):
        raise Refused("Comment must be non-empty.", "COMMENT_EMPTY")
    return text


def client_token(fields: Mapping[str, Any]) -> str:
    """What the client wants echoed. Raises Refused."""
    token = fields.get("clientToken") or ""
    if not isinstance(token, str):
        raise Refused("clientToken must be a string.")
    return token


def attribute_of(name: str) -> str:
    """The attribute that a name means: `TOXICITY_EXPERIMENTAL` and `TOXICITY@6` are `TOXICITY`.

    Raises Refused for one that nobody, or only Perspective, knows.
    """
    attribute = name.partition("@")[0].removesuffix(EXPERIMENTAL)
    if attribute not in ATTRIBUTES:
        raise Refused(f"Unknown requested attribute: {name[:100]}")
    return attribute


def suggested_scores(fields: Mapping[str, Any]) -> dict[str, float]:
    """The scores that the whole text should have, by attribute; scores of its parts are left out. Raises Refused."""
    given = fields.get("attributeScores")
    if not isinstance(given, Mapping) or not given:
        raise Refused("Missing attribute_scores")
    summaries = {attribute_of(name): (name, _summary(name, each)) for name, each in given.items()}
    return {attribute: _number(each, name) for attribute, (name, each) in summaries.items() if each}


def _summary(name: str, given: Any) -> Mapping[str, Any]:
    if not isinstance(given, Mapping) or not (given.get("summaryScore") or given.get("spanScores")):
        raise Refused(f"The scores of {name} must have a summaryScore or spanScores.")
    summary = given.get("summaryScore") or {}
    if not isinstance(summary, Mapping):
        raise Refused(f"The summaryScore of {name} must be an object.")
    return summary


def _number(summary: Mapping[str, Any], name: str) -> float:
    value = summary.get("value")
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise Refused(f"The summaryScore of {name} must have a value.")
    return float(value)


def _thresholds(asked: Any) -> dict[str, float]:
    if not isinstance(asked, Mapping) or not asked:
        raise Refused("Missing requested_attributes", "NO_REQUESTED_ATTRIBUTES")
    return {attribute: _threshold(attribute, how or {}) for attribute, how in asked.items()}


def _threshold(attribute: str, how: Any) -> float:
    attribute_of(attribute)
    if not isinstance(how, Mapping):
        raise Refused(f"The parameters of {attribute} must be an object.")
    kind, threshold = how.get("scoreType"), how.get("scoreThreshold", 0)
    if kind not in (None, "SCORE_TYPE_UNSPECIFIED", "PROBABILITY"):
        raise Refused(f"Requested score type {kind} is not supported by attribute {attribute}")
    if not isinstance(threshold, int | float):
        raise Refused(f"scoreThreshold of {attribute} must be a number.")
    return float(threshold)


def _texts(values: Any, name: str) -> tuple[str, ...]:
    if values is None:
        return ()
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise Refused(f"{name} must be a list of strings.")
    return tuple(values)


def refusal(error: Refused) -> Tree:
    """What Perspective says when it refuses a request."""
    details = {"@type": _ERROR, "errorType": error.error_type, **error.more}
    return _error(400, str(error.message), [details])


def missing_key() -> Tree:
    """What Google says without a key."""
    return _error(403, "Method doesn't allow unregistered callers. Please use an API key to call this API.")


def wrong_key() -> Tree:
    """What Google says to a key that does not work."""
    about = {"reason": "API_KEY_INVALID", "domain": "googleapis.com"}
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", **about}]
    return _error(400, "API key not valid. Please pass a valid API key.", details)


def failure(problem: Problem) -> Tree:
    """One of our own problems in Google's shape."""
    wait = problem.headers.get("Retry-After")
    details = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{wait}s"}] if wait else None
    return _error(problem.status, text_of(problem.detail) if problem.detail else problem.title, details)


def _error(code: int, message: str, details: list[Tree] | None = None) -> Tree:
    status = _STATUSES.get(code, "UNAVAILABLE" if code == 503 else "INTERNAL" if code >= 500 else "INVALID_ARGUMENT")
    error: Tree = {"code": code, "message": message, "status": status}
    return {"error": error | ({"details": details} if details else {})}
