"""A file that is uploaded to the real server, and whose import is killed: each comment is there once."""

import socket
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from moderation.accounts import Role
from moderation.imports.run import BATCH
from moderation.imports.uploads import UploadStatus, folder
from service.auth import csrf
from service.auth.actors import SESSION_COOKIE
from tests.faults.test_import import assert_each_once, export
from tests.stack import Stack
from tests.waiting import eventually

pytestmark = pytest.mark.slow

PATH = "/dashboard/sites/demo/imports"
BOUNDARY = "a-boundary-of-the-test"
__all__ = ["export"]


@pytest.fixture
def session(stack: Stack) -> str:
    """The session of an owner."""
    now = datetime.now(UTC)
    olga = stack.store.write(lambda uow: uow.accounts.add_moderator("Olga", Role.OWNER, ["demo"], at=now))
    day = timedelta(days=1)
    return stack.store.write(lambda uow: uow.accounts.issue_sign_in(olga, kind="session", lifetime=day, at=now))


def form(stack: Stack, session: str, file: bytes) -> bytes:
    """The body that a browser sends."""
    fields = {"csrf": csrf.issue_token(stack.store.sealer, session), "kind": "wordpress"}
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items()]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="export.xml"\r\n\r\n'
    return "".join(parts).encode() + head.encode() + file + f"\r\n--{BOUNDARY}--\r\n".encode()


def post(stack: Stack, session: str, path: str, body: bytes, kind: str) -> int:
    """Send a form; the status of the page that it leads to."""
    headers = {"Cookie": f"{SESSION_COOKIE}={session}", "Content-Type": kind}
    try:
        with urllib.request.urlopen(urllib.request.Request(stack.url + path, body, headers)) as answer:
            return answer.status
    except urllib.error.HTTPError as problem:
        return problem.code


def upload(stack: Stack, session: str, file: bytes) -> int:
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return post(stack, session, PATH, form(stack, session, file), kind)


def last(stack: Stack):
    with stack.store.read() as uow:
        [newest, *_] = uow.uploads.all("demo")
    return newest


def test_an_import_that_is_killed_goes_on_where_it_was(stack: Stack, session: str, export: Path) -> None:
    stack.start("valkey", "web", "sweep")
    padding = b"<!-- " + b"x" * 3_000_000 + b" -->"  # more than any other request may have

    assert upload(stack, session, export.read_bytes() + padding) == 200
    eventually(lambda: last(stack).status is UploadStatus.DONE)
    stack.kill("sweep")
    stack.spawn("sweep", failpoint="import.after_batch")
    token = csrf.issue_token(stack.store.sealer, session)
    begin = f"{PATH}/{last(stack).id}/begin"
    assert post(stack, session, begin, f"csrf={token}".encode(), "application/x-www-form-urlencoded") == 200
    eventually(lambda: stack.has_ended("sweep"))
    with stack.store.read() as uow:
        assert uow.statistics.comments_of("demo") == BATCH
    stack.start("sweep")

    eventually(lambda: last(stack).status is UploadStatus.DONE)
    assert last(stack).counts["already_there"] == BATCH
    assert_each_once(stack)


def test_whoever_is_not_signed_in_is_turned_away_before_the_file_is_read(stack: Stack) -> None:
    stack.start("valkey", "web")
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000000\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n--{BOUNDARY}\r\n"
    )

    with socket.create_connection(("127.0.0.1", stack.port), timeout=30) as connection:
        connection.sendall(head.encode())
        answer = connection.recv(65_536).decode()

    assert "303" in answer.split("\r\n")[0] and "/dashboard/sign-in" in answer
    assert "connection: close" in answer.lower()


def test_a_file_that_arrives_slowly_takes_longer_than_a_request_may(stack: Stack, session: str, export: Path) -> None:
    stack.start("valkey", "web")
    body = form(stack, session, export.read_bytes())
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
        f"Cookie: {SESSION_COOKIE}={session}\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n"
    )

    with socket.create_connection(("127.0.0.1", stack.port), timeout=30) as connection:
        connection.sendall(head.encode() + body[:1000])
        eventually(lambda: any(path.suffix == ".part" for path in folder(stack.home).iterdir()))
        connection.sendall(body[1000:])
        answer = connection.recv(65_536).decode()

    assert " 303 " in answer.split("\r\n")[0]
    assert last(stack).size == export.stat().st_size
