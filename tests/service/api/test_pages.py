"""What a page gives beside a comment: its reader can mend nothing of it, so nothing of it refuses the comment."""

import json

import pytest

from tests.builders import NOON, SECOND
from tests.service.bodies import COMMENTS, a_body, wrong_fields

FORM = {"name": "Ada", "email": "ada@reader.example", "body": "Hello.", "thread_key": "/a"}


def page_of(store, answer):
    """The thread of the comment that was accepted, and the fields of its page that are reported to the owner."""
    with store.read() as uow:
        comment = uow.comments.get(answer.get_json()["id"])
        problems = uow.page_problems.since("demo", at=NOON - SECOND)
    return comment.thread, {(problem.field, problem.key) for problem in problems}


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("A page\n\twith  lines\u2028", "A page with lines"),
        ("ü" * 501, "ü" * 499 + "…"),
        ("t" * 499 + "\ud83d", "t" * 499 + "\ufffd"),
        ("a\0b", "a\ufffdb"),
    ],
)
def test_a_title_that_cannot_be_shown_is_cut(client, sqlite_store, title, kept):
    body = json.dumps(a_body(thread={"key": "/a", "title": title}))

    answer = client.post(COMMENTS, data=body, content_type="application/json")

    thread, _ = page_of(sqlite_store, answer)
    assert (answer.status_code, thread.title) == (202, kept)


@pytest.mark.parametrize(
    "url",
    [
        "a/page",
        "about:blank",
        "mailto:ada@reader.example",
        "https://blog.example/" + "a" * 2_000,
        "https://blog.example:99999/",
        "https://user:pass@blog.example/",
        "blob:https://blog.example/1",
        "https://[broken",
        "https://blog.example/\udc00",
    ],
)
def test_an_address_that_is_none_is_left_out_and_told_to_the_owner(client, sqlite_store, url):
    body = json.dumps(a_body(thread={"key": "/a", "url": url}))

    answer = client.post(COMMENTS, data=body, content_type="application/json")

    thread, problems = page_of(sqlite_store, answer)
    assert (answer.status_code, thread.url) == (202, "")
    assert problems == {("url", "/a")}


def test_a_key_that_is_too_long_is_cut_and_told_to_the_owner(client, sqlite_store):
    answers = [client.post(COMMENTS, json=a_body(thread={"key": "/" + "漢" * 600 + end})) for end in "ab"]

    (one, problems), (other, _) = (page_of(sqlite_store, answer) for answer in answers)
    assert [answer.status_code for answer in answers] == [202, 202]
    assert one.key != other.key
    assert [field for field, _ in problems] == ["key"]


def test_nothing_is_told_of_a_page_that_is_as_it_should_be(client, sqlite_store):
    page = {"key": "/" + "a" * 499, "url": "https://blog.example/a", "title": "A page"}

    thread, problems = page_of(sqlite_store, client.post(COMMENTS, json=a_body(thread=page)))

    assert (thread.url, thread.title, problems) == ("https://blog.example/a", "A page", set())


@pytest.mark.parametrize(
    "given",
    [
        {"thread_title": "two\r\nlines"},
        {"thread_title": "ü" * 501},
        {"thread_title": "a\0b"},
        {"thread_url": "a/page"},
        {"thread_url": "https://blog.example/" + "a" * 2_000},
        {"thread_key": "/" + "%E6%BC%A2" * 600},
    ],
)
def test_a_form_is_not_refused_for_its_page_either(client, given):
    answer = client.post(COMMENTS, data={**FORM, **given})

    assert answer.status_code == 202


def test_a_page_without_a_key_is_refused_because_nobody_could_find_the_comment(client):
    answer = client.post(COMMENTS, json=a_body(thread={"url": "https://blog.example/a"}))

    assert list(wrong_fields(answer)) == ["thread.key"]


def test_a_title_that_is_no_text_is_a_mistake_of_the_program_that_sends_it(client):
    answer = client.post(COMMENTS, json=a_body(thread={"key": "/a", "title": 7}))

    assert list(wrong_fields(answer)) == ["thread.title"]
