import json
import math
from io import BytesIO
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.schemas.policy import POLICY, ThresholdsSchema
from service.schemas.review import DECISION_REQUEST, DECISION_REQUESTS
from service.schemas.submission import SUBMISSION
from service.schemas.threads import THREAD_CHANGE
from service.schemas.webhooks import ENDPOINT_CHANGE, NEW_ENDPOINT, REPLAY
from tests.service.bodies import BROWSER, COMMENTS, a_body, a_form

HEADERS = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

UNREADABLE = {
    "no JSON": b"{",
    "nothing": b"",
    "not an object": b"[1]",
    "a lone text": b'"x"',
    "invalid UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "an overlong NUL": b'{"name": "\xc0\x80"}',
    "an encoded surrogate": b'{"name": "\xed\xa0\x80"}',
    "a raw NUL": b'{"name": "a\x00b"}',
    "an escaped NUL": b'{"name": "a\\u0000b"}',
    "a NUL in a field's name": b'{"na\\u0000me": "x"}',
    "a lone surrogate": b'{"name": "\\ud800"}',
    "a lone surrogate deep inside": b'{"thread": {"key": ["\\udfff"]}}',
    "100,000 lists": b"[" * 100_000,
    "20,000 objects": b'{"a":' * 13_000,
    "NaN": b'{"name": NaN}',
    "infinity": b'{"name": -Infinity}',
    "a field twice": b'{"name": "x", "name": "y"}',
    "a field twice inside": b'{"thread": {"key": "x", "key": "y"}}',
    "many fields": json.dumps(dict.fromkeys(map(str, range(51)))).encode(),
    "a MiB of lists": b'{"name": [' + b"[]," * 340_000 + b"[]]}",
    "a MiB of numbers": b'{"name": [' + b"1," * 500_000 + b"1]}",
    "a MiB of texts": b'{"name": [' + b'"x",' * 260_000 + b'"x"]}',
    "a MiB of escapes without an end": b'{"name": "' + b'\\"' * 500_000 + b"\\",
    "a huge number": b'{"name": ' + b"9" * 5_000 + b"}",
}


def test_what_cannot_be_read_is_a_400_that_says_why(client):
    answers = {what: client.post(COMMENTS, data=raw, headers=HEADERS) for what, raw in UNREADABLE.items()}

    assert {what: answer.status for what, answer in answers.items()} == dict.fromkeys(UNREADABLE, "400 BAD REQUEST")
    assert {answer.mimetype for answer in answers.values()} == {"application/problem+json"}
    assert all(answer.get_json()["detail"] for answer in answers.values())


UNREADABLE_FORMS = {
    "invalid UTF-8": b"name=%FF%FE&body=x",
    "raw invalid UTF-8": b"name=\xff&body=x",
    "a NUL": b"name=a%00b&body=x",
    "an encoded surrogate": b"name=%ED%A0%80",
    "a NUL in a field's name": b"na%00me=x",
    "a field twice": b"name=x&name=y",
    "a thousand fields": b"&".join(b"f%d=x" % number for number in range(1_000)),
}


def test_a_form_that_cannot_be_read_is_a_400_that_says_why(client):
    answers = {what: client.post(COMMENTS, data=raw, headers=FORM) for what, raw in UNREADABLE_FORMS.items()}

    assert {what: answer.status for what, answer in answers.items()} == dict.fromkeys(answers, "400 BAD REQUEST")
    assert all(answer.get_json()["detail"] for answer in answers.values())


MULTIPART = {"Content-Type": "multipart/form-data; boundary=xx"}


@pytest.mark.parametrize(
    "value", [b"\xff", b"a\x00b", b"\xed\xa0\x80"], ids=["invalid UTF-8", "a NUL", "a surrogate"]
)
def test_a_multipart_form_is_read_as_strictly(client, value):
    raw = b'--xx\r\nContent-Disposition: form-data; name="name"\r\n\r\n' + value + b"\r\n--xx--\r\n"

    assert client.post(COMMENTS, data=raw, headers=MULTIPART).status_code == 400


@pytest.mark.parametrize(
    "raw",
    [
        b'--xx\r\nContent-Disposition: form-data; name="' + b"a" * 2_000 + b'"\r\n\r\nx\r\n--xx--\r\n',
        b"--xx\r\n" + b"A: b\r\n" * 500 + b"\r\nx\r\n--xx--\r\n",
        b"\r\n--x" * 500,
    ],
    ids=["a long name", "many headers", "no part"],
)
def test_a_part_with_a_long_head_is_refused_before_it_is_read(client, raw):
    assert client.post(COMMENTS, data=raw, headers=MULTIPART).status_code == 400


def test_a_part_that_comes_twice_is_refused_too(client):
    part = b'--xx\r\nContent-Disposition: form-data; name="name"\r\n\r\nx\r\n'

    assert client.post(COMMENTS, data=part * 2 + b"--xx--\r\n", headers=MULTIPART).status_code == 400


def test_a_field_that_means_nothing_here_may_come_often(client):
    raw = urlencode([*a_form().items(), ("interest", "bread"), ("interest", "butter")])

    assert client.post(COMMENTS, data=raw, headers=FORM).status_code == 202


@pytest.mark.parametrize(
    "url",
    [
        "/v1/sites/demo/threads/x/comments?limit=3&limit=4",
        "/v1/sites/demo/threads/x/comments?limit=3&limit=3",
        "/v1/sites/demo/form?thread=x&thread=y",
        "/v1/queue?status=pending&status=approved",
        "/v1/sites/demo/deliveries?limit=3&limit=4",
    ],
)
def test_a_field_of_the_query_comes_once(client, key, url):
    answer = client.get(url, headers=key())

    assert answer.status_code == 400
    assert "twice" in answer.get_json()["detail"]


def test_a_part_without_a_name_is_no_field(client):
    raw = b"--xx\r\nContent-Disposition: form-data\r\n\r\nAda\r\n--xx--\r\n"

    answer = client.post(COMMENTS, data=raw, headers=MULTIPART)

    assert answer.status_code == 422
    assert "name" in {each["field"] for each in answer.get_json()["errors"]}


def test_many_parts_are_refused_before_they_are_read(client):
    part = b'--xx\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n'

    answer = client.post(COMMENTS, data=part * 500 + b"--xx--\r\n", headers=MULTIPART)

    assert answer.status_code == 413


def test_a_body_over_the_cap_is_refused_with_the_cap_in_bytes_and_characters(client):
    answer = client.post(COMMENTS, json=a_body(body="x" * 1_048_576))

    assert answer.status_code == 413
    assert "1,048,576 bytes" in answer.get_json()["detail"]
    assert "65,525 characters" in answer.get_json()["detail"]


@pytest.mark.parametrize("kind", [HEADERS["Content-Type"], FORM["Content-Type"], "multipart/form-data"])
def test_the_longest_text_is_taken_however_it_is_encoded(client, kind):
    for letter in ("x", "\n", '"', "\\", "ж", "😀"):
        text = f"{letter * 65_523}ok"
        content = {"json": a_body(body=text)} if kind == HEADERS["Content-Type"] else {"data": a_form(body=text)}

        assert client.post(COMMENTS, content_type=kind, **content).status_code == 202, letter


def test_a_browser_whose_text_is_too_long_finds_it_again(client):
    text = "😀" * 65_526

    answer = client.post(COMMENTS, data=a_form(body=text), headers=BROWSER)

    assert answer.status_code == 422
    assert text in answer.text
    assert "This has 65,526 characters; at most 65,525 are allowed." in answer.text


def in_chunks(raw):
    """As a server hands on a chunked body: no length, and an end of its own."""
    return {"wsgi.input": BytesIO(raw), "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}


def test_a_body_without_a_length_is_capped_too(client):
    raw = json.dumps(a_body(body="x" * 1_048_576)).encode()

    answer = client.post(COMMENTS, headers=HEADERS, environ_overrides=in_chunks(raw))

    assert answer.status_code == 413


def test_a_body_without_a_length_that_is_short_is_read(client):
    raw = json.dumps(a_body()).encode()

    answer = client.post(COMMENTS, headers=HEADERS, environ_overrides=in_chunks(raw))

    assert answer.status_code == 202


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "", "application/json/x"])
def test_a_body_of_another_type_is_not_read(client, kind):
    answer = client.post(COMMENTS, data=b"{}", headers={"Content-Type": kind})

    assert answer.status_code == 415
    assert "application/json" in answer.get_json()["detail"]


def test_another_method_says_which_one_is_right(client):
    answer = client.delete(COMMENTS)

    assert answer.status_code == 405
    assert answer.mimetype == "application/problem+json"
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "sent", ["two words", "", "\xe9", "k" * 256, "one,two"], ids=["a space", "empty", "not ASCII", "long", "two keys"]
)
def test_a_key_for_repeating_must_be_plain(client, sent):
    answer = client.post(COMMENTS, json=a_body(), environ_overrides={"HTTP_IDEMPOTENCY_KEY": sent})

    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.get_json()["detail"]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters()), inner, max_size=3),
    max_leaves=8,
)
bodies = st.fixed_dictionaries(
    {}, optional=dict.fromkeys((*a_body(), "website", "parent", "form_token", "leave_empty"), anything)
)


@settings(max_examples=75, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=anything | bodies | bodies.map(lambda document: {**a_body(), **document}))
def test_no_json_whatever_breaks_the_door(client, document):
    answer = client.post(COMMENTS, data=json.dumps(document), headers=HEADERS)

    assert answer.status_code in {202, 400, 422}
    assert math.isfinite(answer.content_length)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=400), kind=st.sampled_from([HEADERS, FORM, MULTIPART]))
def test_no_bytes_whatever_break_the_door(client, raw, kind):
    assert client.post(COMMENTS, data=raw, headers=kind).status_code in {400, 413, 422}


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.dictionaries(
        st.sampled_from([*a_form(), "website", "parent", "url", "comment", "return_to"]), st.text()
    )
)
def test_no_form_whatever_breaks_the_door(client, changes):
    answer = client.post(COMMENTS, data={**a_form(), **changes}, headers={"Accept": "text/html"})

    assert answer.status_code in {303, 400, 422}


BODIES = (
    POLICY,
    ThresholdsSchema(),
    DECISION_REQUEST,
    DECISION_REQUESTS,
    SUBMISSION,
    THREAD_CHANGE,
    NEW_ENDPOINT,
    ENDPOINT_CHANGE,
    REPLAY,
)
"""What is sent as JSON."""


@pytest.mark.parametrize("value", [None, [None]], ids=["null", "null in a list"])
@pytest.mark.parametrize("schema", BODIES, ids=lambda schema: type(schema).__name__)
def test_where_nothing_may_be_null_it_is_said_what_would_be_right(schema, value):
    problems = schema.validate(dict.fromkeys(schema.fields, value))

    assert problems
    assert "may not be null" not in str(problems)


def test_a_whole_number_may_be_written_with_a_fraction_of_nothing():
    assert DECISION_REQUEST.load({"action": "approve", "revision": 3.0})["revision"] == 3
    assert set(DECISION_REQUEST.validate({"action": "approve", "revision": 3.5})) == {"revision"}
