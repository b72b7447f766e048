"""Answers in the words of Akismet: `true` for spam, `false` for none, and the headers that its clients read."""

from flask import Response

from moderation.actions import Action
from moderation.checks import Verdict
from moderation.policy import Policy
from moderation.reasons import Reason
from service.compat.akismet_form import AkismetRequest
from service.http.errors import Problem
from service.http.language import text_of

GUID, PRO_TIP = "X-akismet-guid", "X-akismet-pro-tip"
ERROR, DEBUG_HELP = "X-akismet-error", "X-akismet-debug-help"

DISCARD = {PRO_TIP: "discard"}

NO_OBJECTION = frozenset({Reason.UNSURE, Reason.FIRST_COMMENT, Reason.LANGUAGE})
"""Why a comment is held in which nothing was found."""

RETRY = "retry"
"""The plugin's reason for asking again after an outage. It reads only the body then, and publishes after `false`."""


def text_answer(text: str, headers: dict[str, str] | None = None, *, status: int = 200) -> Response:
    """A body of plain text. Headers are reduced to ASCII on one line."""
    shown = {name: _header_text(value) for name, value in (headers or {}).items()}
    return Response(text, status, shown, content_type="text/plain; charset=utf-8")


def verdict_answer(asked: AkismetRequest, verdict: Verdict, policy: Policy, guid: str) -> Response:
    """The answer to comment-check.

    What the policy holds must not be published. Akismet knows only spam and not spam, so a held comment is `true`,
    which clients keep for a moderator. WordPress' plugin can do better: with an X-akismet-error it leaves a comment
    pending, whatever the body says. A policy that approves nothing holds clean comments too: to the question whether
    such a comment is spam the answer is `false`, and the client's own settings decide whether it is published.
    """
    headers = {GUID: guid}
    if verdict.match.action is Action.APPROVE:
        return text_answer("false", headers)
    if verdict.match.action is Action.REJECT:
        return text_answer("true", headers | DISCARD)
    if asked.is_comment_of_plugin and asked.recheck_reason != RETRY:
        return text_answer("false", headers | {ERROR: f"Held for a moderator: {verdict.match.reason}"})
    if verdict.match.reason in NO_OBJECTION and not policy.may_approve:
        return text_answer("false", headers)
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
