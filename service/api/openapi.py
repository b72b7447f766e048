"""The OpenAPI 3.1 document of every route, made from the routes and their schemas."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from service.api.route import Route
from service.http.errors import PROBLEMS
from service.http.request_parsing import FORM_TYPES
from service.schemas.operation import PROBLEM
from service.submissions.submit import KEY

Tree = dict[str, Any]

ABOUT = """Rejoinder takes comments in, scores them for spam and abuse, and lets moderators decide.

A key goes into the `Authorization` header as `Bearer rj_…`; `rejoinder key add SITE --scope moderate` makes one.
Every refusal is `application/problem+json` (RFC 9457) and names each wrong field with what would be right;
a client that prefers `text/html` gets a page instead, and a browser its form back with everything that was typed."""

_TURN = re.compile(r"<(?:(?P<kind>\w+)(?:\([^)]*\))?:)?(?P<name>\w+)>")

_PARAMETERS: dict[str, Tree] = {
    "site_id": {"description": "The site's id.", "schema": {"type": "string", "pattern": "^[a-z0-9-]{1,63}$"}},
    "key": {
        "description": "The thread's key, percent-encoded, slashes too.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 500},
    },
    "token": {"description": "From the `status_url` of the receipt.", "schema": {"type": "string"}},
    "appeal_id": {"description": "The appeal's id.", "schema": {"type": "string"}},
    "check_id": {"description": "The check's id.", "schema": {"type": "string"}},
    "comment_id": {"description": "The comment's id.", "schema": {"type": "string"}},
    "campaign_id": {"description": "The campaign's id, that of its first comment.", "schema": {"type": "string"}},
    "decision_id": {"description": "The decision's id.", "schema": {"type": "string"}},
    "endpoint_id": {"description": "The endpoint's id.", "schema": {"type": "string"}},
    "delivery_id": {
        "description": "The delivery's id.",
        "schema": {"type": "integer", "format": "int64", "minimum": 0},
    },
}

_IDEMPOTENCY_KEY: Tree = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "Your own name for this comment: sent again with it, the same comment gets the same answer.",
    "schema": {"type": "string", "pattern": f"^{KEY}$"},
}


def document(routes: Iterable[Route], *, public_url: str, version: str) -> Tree:
    """The document, as JSON values."""
    plugin = MarshmallowPlugin(schema_name_resolver=_name_of)
    spec = APISpec(
        title="Rejoinder",
        version=version,
        openapi_version="3.1.0",
        plugins=[plugin],
        info={"description": ABOUT, "license": {"name": "MIT", "identifier": "MIT"}},
        servers=[{"url": public_url}],
    )
    spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    spec.components.schema("Problem", schema=PROBLEM)
    for route in routes:
        spec.path(path=_TURN.sub(r"{\g<name>}", route.url), operations={route.method.lower(): _operation(route)})
    for key, name in plugin.converter.refs.items():  # type: ignore[union-attr]
        spec.components.schemas[name].update(getattr(key[0], "condition", {}))
    return spec.to_dict()


def _name_of(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Schema")


def _group_of(route: Route) -> str:
    return route.view.__module__.rpartition(".")[2]


def _operation(route: Route) -> Tree:
    summary, _, more = (route.view.__doc__ or "").strip().partition("\n\n")
    operation: Tree = {
        "operationId": route.view.__name__,
        "summary": " ".join(summary.split()),
        "tags": [_group_of(route)],
        "parameters": list(_parameters(route)),
        "responses": _responses(route),
    }
    if more:
        operation["description"] = " ".join(more.split())
    if route.scope:
        operation["security"] = [{"key": []}]
        operation["x-scope"] = route.scope.value
    if route.takes:
        operation["requestBody"] = {"required": True, "content": _content(route)}
    return operation


def _parameters(route: Route) -> Iterator[Tree]:
    for found in _TURN.finditer(route.url):
        name = found["name"]
        yield {"in": "path", "name": name, "required": True, **_PARAMETERS[name]}
    if route.takes_form:
        yield _IDEMPOTENCY_KEY
    if route.asks:
        yield {"in": "query", "schema": route.asks}


def _content(route: Route) -> Tree:
    content: Tree = {"application/json": {"schema": route.takes}}
    if route.takes_form:
        content |= {kind: {"schema": route.takes_form} for kind in sorted(FORM_TYPES)}
    return content


def _responses(route: Route) -> Tree:
    schema = {"schema": route.gives} if route.gives else {}
    content = {} if route.status == 204 else {"content": {route.kind: schema}}
    responses: Tree = {str(route.status): {"description": "Done.", **content}}
    if route.takes_form:
        responses["303"] = {
            "description": "A browser that sent a form goes back to its page.",
            "headers": {"Location": {"required": True, "schema": {"type": "string", "format": "uri"}}},
            "content": _PAGE,
        }
    problem = {"content": {"application/problem+json": {"schema": PROBLEM}, **_PAGE}}
    for status in sorted(_refusals(route)):
        has_body = status >= 400
        responses[str(status)] = {"description": _TITLES[status], **(problem if has_body else {})}
    return responses


_PAGE: Tree = {"text/html": {"schema": {"type": "string"}}}
"""What a client that prefers HTML gets."""

_TITLES = {status: title for status, _, title in PROBLEMS.values()} | {
    400: "The request cannot be read",
    304: "Nothing changed since the ETag that you sent",
    403: "This is not allowed",
    409: "It does not fit what is there by now",
    503: "Something does not work",
}


def _refusals(route: Route) -> set[int]:
    """The statuses with which this route may refuse."""
    statuses = {400, 503, *route.refuses}
    statuses |= {401, 403} if route.scope else set()
    statuses |= {404} if "<" in route.url else set()
    statuses |= {413, 415, 422} if route.takes else set()
    statuses |= {422} if route.asks or "<key" in route.url else set()
    return statuses
