"""Coral's external moderation phase: each comment is checked before Coral shows it. See docs/recipes.md.

Coral skips a phase that fails, and goes on to publish. So once the signature is right, whatever goes wrong is an
answer that holds the comment.
"""

import hmac
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from moderation.actions import Action
from moderation.checks import Verdict
from moderation.comment import Email, Submission, SubmissionMetadata, ThreadRef
from moderation.messages import N_, Message
from moderation.reasons import Reason
from moderation.site import Site
from moderation.thread_key import MAX_KEY
from service.http.errors import Unauthorized
from service.http.problems import noted
from service.http.request_parsing import json_object, read_body
from service.http.urls import web_url
from service.resources import resources
from service.schemas.submission import MAX_BODY, MAX_WEBSITE
from service.submissions.check import check

SIGNATURE = "X-Coral-Signature"
MAX_SIGNATURES = 8
"""Coral signs with every secret that has not expired."""

HELD = {"status": "PREMOD"}
STAFF = frozenset({"STAFF", "MODERATOR", "ADMIN"})
SPAM, TOXIC = "COMMENT_DETECTED_SPAM", "COMMENT_DETECTED_TOXIC"

bp = Blueprint("coral", __name__)


@bp.post("/v1/sites/<site_id>/coral")
def moderate(site_id: str) -> Response:
    """What becomes of a comment: 204 leaves it to Coral, which publishes it as the site is set up."""
    site, body = resources().sites.get(site_id), read_body()
    key_id = _signer(site, body)
    try:
        return _moderated(site, key_id, json_object(body))
    except Exception as error:
        noted(error)
        return jsonify(HELD)


def _signer(site: Site, body: bytes) -> str:
    """The id of the key with whose secret the body is signed. Raises Unauthorized."""
    sent = [each.strip() for each in request.headers.get(SIGNATURE, "").split(",")[:MAX_SIGNATURES]]
    with resources().store.read() as uow:
        secrets = uow.keys.signing_secrets(site.id)
    for key_id, secret in secrets:
        expected = f"sha256={hmac.digest(secret, body, 'sha256').hex()}"
        if any(hmac.compare_digest(expected.encode(), each.encode()) for each in sent):
            return key_id
    raise Unauthorized(
        Message(
            N_("No working key of the site signed this. Add the secret that Coral shows: rejoinder key add --coral.")
        )
    )


def _moderated(site: Site, key_id: str, fields: Mapping[str, Any]) -> Response:
    if _inner(fields, "author").get("role") in STAFF:
        return Response(status=204)
    resources().limiter.admit_check(key_id)
    is_edit = fields.get("action") == "EDIT"
    arrival = SubmissionMetadata(sender=key_id)
    return _answer(check(resources(), site, _submission(fields), arrival, is_again=is_edit))


def _submission(fields: Mapping[str, Any]) -> Submission:
    """The comment. Coral sends its author's id only, which says nothing to the classifier."""
    text, story = _inner(fields, "comment").get("body"), _inner(fields, "story")
    if not isinstance(text, str):
        raise ValueError("the request has no comment.body")
    url = web_url(str(story.get("url") or "")[:MAX_WEBSITE])
    return Submission(name="", email=Email(""), body=text[:MAX_BODY], thread=ThreadRef(url[:MAX_KEY], url))


def _answer(verdict: Verdict) -> Response:
    """Spam and abuse are flagged, so that moderators see why they have the comment."""
    if verdict.match.action is Action.APPROVE:
        return Response(status=204)
    is_rejected, reason = verdict.match.action is Action.REJECT, verdict.match.reason
    if not reason.spec.label:
        return jsonify({"status": "REJECTED"} if is_rejected else HELD)
    flag = {"actionType": "FLAG", "reason": SPAM if reason is Reason.SPAM else TOXIC}
    return jsonify({"status": "REJECTED" if is_rejected else "SYSTEM_WITHHELD", "actions": [flag]})


def _inner(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = fields.get(name)
    return inner if isinstance(inner, Mapping) else {}
