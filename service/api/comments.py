"""Submitting a comment, as JSON or as a form."""

from collections.abc import Mapping
from typing import Any

from flask import Response, g, redirect, request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from moderation.accounts import Scope
from moderation.errors import ModerationError
from moderation.intake import Receipt
from moderation.site import Site
from service.auth.actors import current_actor
from service.http import request_parsing
from service.http.cors import check_origin, open_to_site_pages
from service.http.errors import Problem, ServiceError
from service.http.language import ask_for_language
from service.http.problems import noted, problem_answer, wants_html
from service.rate_limits.reads import count_read
from service.resources import resources
from service.schemas import form_fields
from service.schemas.submission import from_fields
from service.submissions.plain_form import form_with_errors, form_with_preview
from service.submissions.redirects import way_back
from service.submissions.submit import Sender, receipt_body, submit


@open_to_site_pages
def submit_comment(site_id: str) -> ResponseReturnValue:
    """Send a comment. It is on disk when the answer arrives; then the site's policy or moderators decide.

    JSON or a form, whose fields may have WordPress' names. A browser that sends a form is sent back to its page.
    """
    site = resources().sites.get(site_id)
    check_origin(site)
    if request_parsing.is_form():
        return _take_form(site)
    return _receipt(_take(site, request_parsing.read_json(mending="thread")))


def _take_form(site: Site) -> ResponseReturnValue:
    sent = request_parsing.read_form(form_fields.READ, mending=form_fields.OF_PAGE)
    ask_for_language(sent.get(form_fields.LANG, ""))
    fields, g.sent_as = from_fields(sent)
    if not wants_html():
        return _receipt(_take(site, fields))
    if sent.get(form_fields.PREVIEW):
        count_read()
        return form_with_preview(site, _typed(sent))
    try:
        receipt = _take(site, fields)
    except (ValidationError, ModerationError, ServiceError) as error:
        return _form_again(site, sent, noted(error))
    page = fields["thread"].get("url", "")
    wanted, public_url = sent.get(form_fields.RETURN_TO, ""), resources().settings.public_url
    return redirect(way_back(site, wanted, public_url=public_url, token=receipt.token, page=page), code=303)


def _take(site: Site, fields: Mapping[str, Any]) -> Receipt:
    sender = Sender(
        request.remote_addr or "",
        request.headers.get("Idempotency-Key"),
        key_id=_key_id(site),
        has_form=request_parsing.is_form(),
    )
    return submit(resources(), site, fields, sender)


def _key_id(site: Site) -> str:
    """The id of the key of the site with which a server sends this; "" without one."""
    actor = current_actor() if "Authorization" in request.headers else None
    return actor.id if actor is not None and actor.may(site.id, Scope.SUBMIT) else ""


def _receipt(receipt: Receipt) -> ResponseReturnValue:
    body, status_url = receipt_body(receipt, resources().settings.public_url)
    return Response(body, 202, {"Location": status_url}, mimetype="application/json")


def _form_again(site: Site, sent: Mapping[str, str], problem: Problem) -> Response:
    """The form with what was typed still in it, and each error at its field."""
    if problem.status not in {409, 422, 429, 503}:
        return problem_answer(problem)
    errors = {each.field: each.problem for each in problem.errors} or {"": problem.detail}
    page = form_with_errors(site, _typed(sent), errors, problem.status)
    page.headers.update(problem.headers)
    return page


def _typed(sent: Mapping[str, str]) -> dict[str, str]:
    """What was sent, also by the names of Rejoinder's form."""
    values = {name: sent[g.sent_as[place]] for name, place in form_fields.FORM_PLACES.items() if place in g.sent_as}
    return {**sent, **values}
