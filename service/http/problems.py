"""A problem as an answer: problem+json for programs, a page for people, with what they wrote still in its form."""

import logging
from typing import Any

from flask import Flask, Response, g, json, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from moderation.errors import StoreBusy
from service.http.errors import FieldError, Problem, problem_of
from service.http.language import _, text_of
from service.http.security_headers import content_policy
from service.resources import resources

log = logging.getLogger("rejoinder.service")

_TYPES = ("application/problem+json", "application/json", "text/html")


def answer_problems(app: Flask) -> None:
    """Turn whatever is raised into a problem answer."""

    @app.errorhandler(Exception)
    def answer(error: Exception) -> Response:
        if isinstance(error, HTTPException) and (error.code or 500) < 400:
            return make_response(error.get_response())
        return problem_answer(noted(error))


def noted(error: Exception) -> Problem:
    """The problem that an error is to those outside; what whoever runs this must know of it goes into the log."""
    problem = problem_of(error)
    if problem.status == 500:
        log.error("request failed route=%s", request.url_rule, exc_info=error)
    if isinstance(error, StoreBusy):
        resources().database_health.note(error, at=resources().now())
    return problem


def wants_html() -> bool:
    """Whether a browser's page asks, rather than a program: only browsers prefer HTML to JSON."""
    return request.accept_mimetypes.best_match(_TYPES, default=_TYPES[0]) == "text/html"


def problem_answer(problem: Problem) -> Response:
    """The problem in the form that the client prefers."""
    response = _page(problem) if wants_html() else _json(problem)
    response.status_code = problem.status
    response.headers.update(problem.headers)
    response.vary.add("Accept")
    return response


def problem_members(problem: Problem) -> dict[str, Any]:
    """The members of a problem answer."""
    members: dict[str, Any] = {
        "type": f"{resources().settings.public_url}/v1/docs#problem-{problem.kind}",
        "title": _(problem.title),
        "status": problem.status,
        "detail": text_of(problem.detail),
    }
    if problem.errors:
        members["errors"] = [_field_error(each) for each in _as_sent(problem.errors)]
    return {**members, **problem.extra}


def _field_error(error: FieldError) -> dict[str, str]:
    return {"field": error.field, "problem": text_of(error.problem)}


def _json(problem: Problem) -> Response:
    return Response(json.dumps(problem_members(problem)), mimetype="application/problem+json")


def _page(problem: Problem) -> Response:
    page = render_template("problem.html", problem=problem, errors=_as_sent(problem.errors))
    response = Response(page, mimetype="text/html")
    response.headers["Content-Security-Policy"] = content_policy(style_src="'self'", form_action="'self'")
    return response


def _as_sent(errors: tuple[FieldError, ...]) -> list[FieldError]:
    """The errors under the names by which the fields were sent: a form of WordPress has an `author`, not a `name`."""
    sent_as: dict[str, str] = g.get("sent_as", {})
    return [FieldError(sent_as.get(each.field, each.field), each.problem) for each in errors]
