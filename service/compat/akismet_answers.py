"""Answers in the words of Akismet: `true` for spam, `false` for none, and the headers that its clients read."""

from flask import Response

from moderation.actions import Action
from moderation.checks import Verdict
from service.compat.akismet_form import AkismetRequest
from service.http.errors import Problem
from service.http.language import text_of

GUID, PRO_TIP = "X-akismet-guid", "X-akismet-pro-tip"
ERROR, DEBUG_HELP = "X-akismet-error", "X-akismet-debug-help"

DISCARD = {PRO_TIP: "discard"}

RETRY = "retry"
"""The plugin's reason for asking again after an outage. It reads only the body then, and publishes after `false`."""


def text_answer(text: str, headers: dict[str, str] | None = None, *, status: int = 200) -> Response:
    """A body of plain text. Headers are reduced to ASCII on one line."""
    shown = {name: _header_text(value) for name, value in (headers or {}).items()}
    return Response(text, status, shown, content_type="text/plain; charset=utf-8")


def verdict_answer(asked: AkismetRequest, verdict: Verdict, guid: str) -> Response:
    """The answer to comment-check.

    What the policy holds must not be published. Akismet knows only spam and not spam, so a held comment is `true`,
    which clients keep for a moderator. WordPress' plugin can do better: with an X-akismet-error it leaves a comment
    pending, whatever the body says.
    """
    headers = {GUID: guid}
    if verdict.match.action is Action.APPROVE:
        return text_answer("false", headers)
    if verdict.match.action is Action.REJECT:
        return text_answer("true", headers | DISCARD)
    if asked.is_comment_of_plugin and asked.recheck_reason != RETRY:
        return text_answer("false", headers | {ERROR: f"Held for a moderator: {verdict.match.reason}"})
    return text_answer("true", headers)


def problem_text(problem: Problem, guid: str) -> Response:
    """The answer when there is none: no client takes it for `false`.

    The guid makes WordPress' plugin keep the comment pending and ask again later; without one WordPress would decide
    alone.
    """
    detail = text_of(problem.detail) if problem.detail else problem.title
    headers = {**problem.headers, GUID: guid, DEBUG_HELP: detail}
    return text_answer(detail, headers, status=problem.status)


def invalid_answer(guid: str = "") -> Response:
    """The answer to a key that does not exist. Without a guid it is one to verify-key, which is no failure."""
    explained = {GUID: guid, DEBUG_HELP: "This key is unknown or revoked."} if guid else {}
    return text_answer("invalid", explained)


def _header_text(text: str) -> str:
    return " ".join(text.encode("ascii", "replace").decode().split())
