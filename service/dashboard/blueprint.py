"""What all pages share: the session, the CSRF token of every form, the headers, and errors as pages."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from moderation.accounts import Scope
from moderation.errors import NotFound
from service.dashboard import rail, session
from service.dashboard.comment_urls import comment_urls
from service.dashboard.discs import hue, initials
from service.dashboard.labels import (
    ago,
    decision_sentence,
    delivery_status,
    field_name,
    label_name,
    language_words,
    problem_sentence,
    reason_name,
    status_name,
)
from service.http.dates import short_date
from service.http.language import text_of
from service.http.problems import noted
from service.http.security_headers import content_policy
from service.resources import resources

STATIC = Path(__file__).parent.parent / "static" / "dashboard"

bp = Blueprint("dashboard", __name__, url_prefix="/dashboard", static_folder=str(STATIC), static_url_path="/static")

POLICY_PARTS = {
    "style_src": "'self'",
    "script_src": "'self'",
    "img_src": "'self'",
    "connect_src": "'self'",
    "form_action": "'self'",
}
OWN_POLICIES: dict[str, str] = {}
"""The content policy of pages that need more than the others, by endpoint. The module of such a page adds its own."""

HEADERS = {
    "Content-Security-Policy": content_policy(**POLICY_PARTS),
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}

bp.before_request(session.require_session)
bp.after_request(session.keep_visitor)


@bp.after_request
def add_headers(response: Response) -> Response:
    """Nothing inline, in no frame, no copies; only the files of the look itself may be kept, under their hash."""
    response.headers.update(HEADERS)
    if response.status_code == 200 and request.endpoint in OWN_POLICIES:
        response.headers["Content-Security-Policy"] = OWN_POLICIES[request.endpoint]
    if request.endpoint == "dashboard.static" and response.status_code in (200, 304):
        is_hashed = bool(request.args)  # modules name each other without a hash, so browsers ask whether they changed
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_hashed else "no-cache"
    return response


@bp.context_processor
def shared_words() -> dict[str, object]:
    """What every template may use."""
    actor = session.actor_or_none()
    return {
        "asset": asset_url,
        "comment_url": comment_urls(),
        "csrf_token": session.csrf_token,
        "actor": actor,
        "rail": lambda: rail.entries(actor) if actor else [],
        "hue": hue,
        "initials": initials,
        "is_owner": bool(actor and actor.sites(Scope.ADMIN)),
        "now": resources().now(),
        "ago": ago,
        "exactly": short_date,
        "decision_sentence": decision_sentence,
        "delivery_status": delivery_status,
        "field_name": field_name,
        "label_name": label_name,
        "language_words": language_words,
        "problem_sentence": problem_sentence,
        "reason_name": reason_name,
        "status_name": status_name,
    }


@bp.route("/<path:rest>", methods=["GET", "POST"])
def show_nothing(rest: str) -> ResponseReturnValue:
    """Any other address: a page that leads back."""
    raise NotFound("page", rest)


@bp.errorhandler(Exception)
def show_problem(error: Exception) -> ResponseReturnValue:
    """An error as a page that says what is wrong and what to do. Redirects pass."""
    if isinstance(error, HTTPException) and (error.code or 500) < 400:
        return error.get_response()
    problem = noted(error)
    if session.wants_json():
        said = [problem_sentence(each.field, each.problem) for each in problem.errors] or [text_of(problem.detail)]
        return {"problem": " ".join(said)}, problem.status, dict(problem.headers)
    page = render_template("dashboard/error.html", problem=problem)
    return page, problem.status, dict(problem.headers)


def asset_url(name: str) -> str:
    """The URL of a static file, which changes whenever the file does."""
    return url_for("dashboard.static", filename=name, v=_version_of(name))


@cache
def _version_of(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
