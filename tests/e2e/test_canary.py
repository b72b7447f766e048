"""The canary: an e-mail address put in through every door comes out of none."""

import json
import urllib.parse
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from moderation.dispatch import connect
from tests.receiver import Receiver
from tests.stack import Answer, Stack
from tests.waiting import eventually

pytestmark = pytest.mark.slow

PUBLIC = ("/v1/sites/demo/threads/a-page/comments", "/sites/demo/form?thread=a-page")
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}


def test_an_address_put_in_through_every_door_comes_out_of_none(stack: Stack, receiver: Receiver) -> None:
    canary = f"canary-{uuid.uuid4().hex}"
    email = f"{canary}@example.org"
    stack.start()

    answers = list(_put_in(stack, email))
    eventually(lambda: _is_quiet(stack))
    answers += list(_read_everything(stack, answers))
    eventually(lambda: "comment.rejected" in receiver.types())

    assert sum(answer.status in (202, 303) for answer in answers) >= 5
    heard = {
        "an answer": "\n".join(f"{answer.text} {dict(answer.headers)}" for answer in answers),
        "a log": stack.logs(),
        "Redis": _redis_dump(stack),
        "a webhook": "\n".join(each.raw for each in receiver.received),
    }
    assert [place for place, said in heard.items() if canary in urllib.parse.unquote(said)] == []


def _put_in(stack: Stack, email: str) -> Iterator[Answer]:
    """Every way in, with good and with bad company."""
    yield stack.comment("As JSON.", email=email)
    yield stack.comment("With a name that is the address.", email=email, name="")
    yield stack.comment("", email=email, website="javascript:alert(1)", parent="cmt_none")
    yield stack.comment("Not an address.", email=email + "@@")
    yield stack.comment("Too long.", email=email * 20)
    for body in ("Once.", "Twice, differently."):
        yield stack.comment(body, email=email, headers={"Idempotency-Key": "the-same-key"})
    yield stack.comment("From elsewhere.", email=email, headers={"Origin": "https://evil.example"})
    for fields in (
        {"name": "Rita", "email": email, "body": "As our form.", "thread_key": "a-page"},
        {"author": "Rita", "email": email, "comment": "As WordPress' form.", "comment_post_ID": "a-page"},
        {"author": "", "email": email, "comment": "", "comment_post_ID": "a-page"},
        {
            "name": "Rita",
            "email": email,
            "body": "x",
            "thread_key": "a-page",
            "return_to": f"https://evil.example/{email}",
        },
    ):
        yield stack.post_form("/v1/sites/demo/comments", fields, headers=FORM)
    yield stack.post_raw("/v1/sites/demo/comments", b'{"email": "' + email.encode() + b'", "name": \xff}')
    yield stack.post_raw("/v1/sites/demo/comments", b'{"email": "' + email.encode() + b'"' + b"[" * 50_000)
    yield stack.post("/v1/sites/nowhere/comments", {"email": email})
    for wrong in ({}, {"body": ""}, {"email": email + "@@"}, {"website": f"mailto:{email}"}, {"address": email}):
        check = {"body": "A text to check.", "name": "Rita", "email": email, **wrong}
        yield stack.post("/v1/sites/demo/checks", check, key=stack.key)
    key = stack.store.write(lambda uow: uow.keys.add_akismet("demo", "a client", at=datetime.now(UTC)))[1]
    for operation in ("comment-check", "submit-spam"):
        for wrong in ({}, {"comment_author_email": email + "@@"}, {"comment_author_url": email}, {"api_key": email}):
            comment = {"api_key": key, "comment_content": "As for Akismet.", "comment_author_email": email, **wrong}
            yield stack.post_form(f"/1.1/{operation}", comment, headers=FORM)


def _read_everything(stack: Stack, answers: list[Answer]) -> Iterator[Answer]:
    """Every way out, for the public and for moderators."""
    accepted = [json.loads(answer.text) for answer in answers if answer.status == 202]
    for each in accepted:
        yield stack.get(each["status_url"])
        yield stack.get(f"/v1/comments/{each['id']}", key=stack.key)
        yield stack.get(f"/thanks?token={each['status_url'].rsplit('/', 1)[1]}")
    first, second = (stack.get(f"/v1/comments/{each['id']}", key=stack.key).json for each in accepted[:2])
    yield _decide(stack, first, {"action": "approve"})
    yield _decide(stack, first, {"action": "approve"})
    yield _decide(stack, second, {"action": "reject", "reason": "other"})
    for path in ("/v1/queue?status=pending", "/v1/queue?status=approved", "/v1/sites/demo/deliveries", "/metrics"):
        yield stack.get(path, key=stack.key)
    for path in (
        "/v1/sites/demo/threads/a-page/comments",
        "/v1/sites/demo/threads/a-page/comments.html",
        "/v1/sites/demo/threads/a-page/comments.md",
        "/v1/sites/demo/threads/a-page/comments.atom",
        "/v1/sites/demo/comments.atom",
        "/v1/sites/demo/threads",
        "/sites/demo/form?thread=a-page",
        "/ready",
        "/v1/openapi.json",
    ):
        yield stack.get(path)


def _decide(stack: Stack, comment: dict, request: dict) -> Answer:
    request = request | {"revision": comment["revision"]}
    return stack.post(f"/v1/comments/{comment['id']}/decisions", request, key=stack.key)


def _is_quiet(stack: Stack) -> bool:
    with stack.store.read() as uow:
        return uow.statistics.unscored() == 0


def _redis_dump(stack: Stack) -> str:
    with connect(stack.settings.redis_url) as redis:
        return " ".join(f"{key!r} {redis.dump(key)!r}" for key in redis.keys("*"))
