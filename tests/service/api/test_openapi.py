import json
import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis.errors import Unsatisfiable

from moderation.accounts import Scope
from tests.service.bodies import BROWSER, COMMENTS, a_form

NEVER_WRONG = {
    "GET /v1/status/{token}",
    "POST /v1/status/{token}/withdraw",
    "GET /health",
    "GET /metrics",
    "GET /v1/docs",
}
"""Operations that take nothing, or any text: no wrong request to them can be made up."""


def test_every_route_of_the_program_is_in_the_document(app, client):
    spec = client.get("/v1/openapi.json").get_json()

    urls = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/v1/", "/health", "/ready", "/metrics"))
        and rule.endpoint != "coral.moderate"  # Coral's own format, described in docs/recipes.md
    ]
    there = {
        (re.sub(r"<(?:[^:>]*:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in urls
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert there == {(path, method) for path, operations in spec["paths"].items() for method in operations}


def test_the_document_is_openapi_3_1_and_names_its_server(client):
    spec = client.get("/v1/openapi.json").get_json()

    assert spec["openapi"] == "3.1.0"
    assert spec["servers"] == [{"url": "http://localhost:8080"}]


def test_every_operation_says_what_it_does(client):
    for operation, _, _ in operations_of(client):
        assert operation["summary"].endswith((".", "?")), operation["operationId"]


def test_only_operations_with_a_scope_need_a_key(client):
    """Asked without a key, and with nothing else right."""
    needs_key = {
        operation["operationId"]
        for operation, method, url in operations_of(client)
        if client.open(url, method=method).status_code == 401
    }

    assert needs_key == {o["operationId"] for o, _, _ in operations_of(client) if "x-scope" in o}
    assert len(needs_key) > 15


def test_the_scope_in_the_document_is_the_smallest_that_is_enough(client, key):
    """Asked with a key of each scope, and with nothing else right."""
    enough = {}
    for operation, method, url in operations_of(client):
        statuses = {scope: client.open(url, method=method, headers=key(scope)).status_code for scope in Scope}
        enough[operation["operationId"]] = next(scope for scope in Scope if statuses[scope] != 403)

    assert enough == {o["operationId"]: o.get("x-scope", next(iter(Scope))) for o, _, _ in operations_of(client)}


def operations_of(client):
    """Every operation of the document, with its method and a URL on which nothing is."""
    paths = client.get("/v1/openapi.json").get_json()["paths"]
    for path, operations in paths.items():
        url = re.sub(r"{(\w+)}", lambda name: _VALUES.get(name[1], "nothing"), path)
        yield from ((operation, method.upper(), url) for method, operation in operations.items())


_VALUES = {"site_id": "demo", "delivery_id": "0"}


def test_no_schema_of_an_answer_has_an_email_but_those_that_were_asked_for_it(client):
    schemas = client.get("/v1/openapi.json").get_json()["components"]["schemas"]

    holders = {name for name, schema in schemas.items() if "mail" in str(schema.get("properties", {}).keys()).lower()}
    takes = {"Submission", "Form", "Check", "Person", "ErasePerson"}
    assert holders - {"Retention", "FormToken"} == takes | {"Email", "PersonExport"}  # days, and yes or no


@pytest.mark.parametrize("changes", [{}, {"email": "x"}, {"parent": "cmt_gone"}], ids=["taken", "wrong", "no parent"])
def test_what_a_browser_gets_for_its_form_is_in_the_document(client, changes):
    spec = client.get("/v1/openapi.json").get_json()["paths"]["/v1/sites/{site_id}/comments"]["post"]["responses"]

    answer = client.post(COMMENTS, data=a_form(**changes), headers=BROWSER)

    assert answer.mimetype in spec[str(answer.status_code)]["content"]


def test_every_refusal_is_documented_as_json_and_as_a_page(client):
    spec = client.get("/v1/openapi.json").get_json()["paths"]

    refusals = [answer for path in spec.values() for each in path.values() for answer in each["responses"].items()]
    kinds = {frozenset(answer["content"]) for status, answer in refusals if status >= "400"}
    assert kinds == {frozenset({"application/problem+json", "text/html"})}


def test_the_page_shows_every_route_and_shape_without_a_script(client):
    page = client.get("/v1/docs")

    spec = client.get("/v1/openapi.json").get_json()
    for name in (*spec["paths"], *(f'id="schema-{name}"' for name in spec["components"]["schemas"])):
        assert name in page.text
    for operation in (each for operations in spec["paths"].values() for each in operations.values()):
        assert f'<a href="#{operation["operationId"]}">' in page.text
    assert "<script" not in page.text
    assert "script-src" not in page.headers["Content-Security-Policy"]


def test_the_page_tells_texts_from_lists(client):
    page = client.get("/v1/docs").text

    assert "list of string" in page
    assert "list of any" not in page


def test_every_kind_of_problem_has_its_place_on_the_page(client):
    page = client.get("/v1/docs").text
    problems = [client.get("/v1/queue"), client.get("/v1/nothing"), client.put("/v1/queue"), client.get("/ready")]

    for answer in problems:
        anchor = answer.get_json()["type"].partition("#")[2]
        assert f'id="{anchor}"' in page


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_every_response_is_one_that_the_document_promises(app, key, mode):
    """By all checks of schemathesis: also that what fits the document is taken, and that what does not is refused."""
    import schemathesis  # not at the top: to import it takes longer than the fast tests of this file

    document = schemathesis.openapi.from_wsgi("/v1/openapi.json", app)
    headers, not_asked = key(), set()

    operations = [found.ok() for found in document.exclude(path="/ready").get_all_operations()]

    for operation in operations:

        @settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=schemathesis.GenerationMode(mode)))
        def keeps_its_promise(case):
            case.query.pop("cursor", None)  # no schema tells those that we gave from any other text
            assume("\\u0000" not in json.dumps(case.body, default=str))  # refused wherever it is
            case.call_and_validate(headers=headers)

        try:
            keeps_its_promise()
        except Unsatisfiable:
            not_asked.add(operation.label)

    assert len(operations) > 20
    assert not_asked == (NEVER_WRONG if mode == "negative" else set())
