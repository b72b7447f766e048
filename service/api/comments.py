"""The door: a submission comes in."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Response, g, redirect, request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from moderation.accounts import Scope
from moderation.errors import ModerationError
from moderation.intake import Receipt, receive
from moderation.privacy import network_of
from moderation.site import Site
from service import reading
from service.api import form_fields
from service.auth import current_actor
from service.embed.pages import form_with_errors
from service.errors import Problem, ServiceError, Unreadable, problem_of
from service.origins import check_origin, open_to_pages
from service.problems import problem_answer, wants_html
from service.ready import Ready
from service.resources import resources
from service.returning import lies_on, way_back
from service.schemas.submission import SUBMISSION, arrival_from, from_fields, submission_from

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


@open_to_pages
def submit_comment(site_id: str) -> ResponseReturnValue:
    """Send a comment. When the answer comes it is on disk; moderators, or the site's policy, decide next.

    JSON or a form, whose fields may have WordPress' names. A browser that sends a form is sent back to its page.
    """
    site = resources().sites.get(site_id)
    check_origin(site)
    return _take_form(site) if reading.is_form() else _receipt(_take(site, reading.read_json()))


def _take_form(site: Site) -> ResponseReturnValue:
    sent = reading.read_form()
    told, g.sent_as = from_fields(sent)
    if not wants_html():
        return _receipt(_take(site, told))
    try:
        receipt = _take(site, told)
    except (ValidationError, ModerationError, ServiceError) as error:
        return _form_again(site, sent, problem_of(error))
    wanted, public_url = sent.get(form_fields.RETURN_TO, ""), resources().settings.public_url
    return redirect(way_back(site, wanted, public_url=public_url, token=receipt.token), code=303)


def _take(site: Site, told: Mapping[str, Any]) -> Receipt:
    """Check the limits and the fields, then take the submission in."""
    ours, is_stranger = resources(), not _has_key(site)
    if is_stranger:
        ours.limiter.admit_network(site.id, network_of(request.remote_addr or ""))
    checked = SUBMISSION.load(told)
    submission = submission_from(checked)
    if is_stranger and not lies_on(site, submission.thread.url):
        submission = replace(submission, thread=replace(submission.thread, url=""))
    ours.limiter.admit_email(site.id, submission.email)
    arrival = arrival_from(
        checked, address=request.remote_addr or "", idempotency_key=_idempotency_key(), from_form=reading.is_form()
    )
    return receive(ours.store, ours.dispatch, site, submission, arrival, at=ours.now())


def _has_key(site: Site) -> bool:
    """Whether a server with a key of the site sends this. It knows its pages, and speaks for many networks."""
    actor = current_actor() if "Authorization" in request.headers else None
    return actor is not None and actor.may(site.id, Scope.SUBMIT)


def _idempotency_key() -> str:
    key = request.headers.get("Idempotency-Key", "")
    if key and not _KEY.fullmatch(key):
        raise Unreadable("Idempotency-Key must be 1 to 255 visible ASCII characters, such as a UUID.")
    return key


def _receipt(receipt: Receipt) -> ResponseReturnValue:
    status_url = f"{resources().settings.public_url}/v1/status/{receipt.token}"
    told = {"id": receipt.comment_id, "status": "pending", "status_url": status_url}
    return Ready(json.dumps(told), 202, {"Location": status_url}, mimetype="application/json")


def _form_again(site: Site, sent: Mapping[str, str], problem: Problem) -> Response:
    """The form with what was typed still in it, and each error at its field."""
    if problem.status not in {409, 422, 429, 503}:
        return problem_answer(problem)
    values = {ours: sent[g.sent_as[place]] for ours, place in form_fields.OUR_PLACES.items() if place in g.sent_as}
    errors = {each.field: each.problem for each in problem.errors} or {"": problem.detail}
    page = form_with_errors(site, {**sent, **values}, errors, problem.status)
    page.headers.update(problem.headers)
    return page
