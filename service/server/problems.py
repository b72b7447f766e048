"""Problems (RFC 9457) that the server itself answers with, before or instead of the app."""

import json
from http import HTTPStatus


def problem(status: HTTPStatus, detail: str) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Headers and body of a response that closes the connection; a 503 asks for five seconds of patience."""
    fields = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    body = json.dumps(fields).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append((b"retry-after", b"5"))
    return headers, body


def problem_response(status: HTTPStatus, detail: str) -> bytes:
    """The same as the bytes of an HTTP/1.1 response."""
    headers, body = problem(status, detail)
    lines = [f"HTTP/1.1 {status.value} {status.phrase}".encode(), *(name + b": " + value for name, value in headers)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body
