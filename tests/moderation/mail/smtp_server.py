"""A real SMTP server on loopback that takes mail or refuses it, as the test chooses."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, TypeVar

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from tests.stack import free_port

USER, PASSWORD = "comments@blog.example", "p@ss word"


class PostOffice:
    """Keeps what arrives. rcpt, data: what it answers instead, "" for yes; given the recipient's address."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, EmailMessage]] = []
        self.rcpt: Callable[[str], str] = lambda address: ""
        self.data: Callable[[str], str] = lambda address: ""
        self.released = threading.Event()
        self.url = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        if refusal := self.rcpt(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        [address] = envelope.rcpt_tos
        if refusal := self.data(address):
            return refusal
        mail = message_from_bytes(envelope.content or b"", policy=policy.default)  # type: ignore[arg-type]
        self.arrived.append((address, mail))  # type: ignore[arg-type]
        return "250 OK"


Office = TypeVar("Office", bound=PostOffice)


@contextmanager
def serving(
    office: Office, *, tls: ssl.SSLContext | None = None, implicit: bool = False, login: bool = False
) -> Iterator[Office]:
    """A server that runs. tls: for STARTTLS, or from the start if `implicit`; login: whether it asks for one."""
    arguments: dict[str, Any] = {"ssl_context" if implicit else "tls_context": tls} if tls else {}
    if tls and not implicit:
        arguments["require_starttls"] = True
    if login:
        has_tls = bool(tls) and not implicit  # the server sees no TLS where it is there from the start
        arguments |= {"authenticator": _authenticate, "auth_required": has_tls, "auth_require_tls": has_tls}
    controller = Controller(office, hostname="127.0.0.1", port=free_port(), **arguments)
    controller.start()
    office.url = f"127.0.0.1:{controller.port}"
    try:
        yield office
    finally:
        office.released.set()
        controller.stop()


def post_office(**options: Any) -> AbstractContextManager[PostOffice]:
    """The same, with an office that keeps what arrives."""
    return serving(PostOffice(), **options)


def _authenticate(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
    is_right = isinstance(given, LoginPassword) and (given.login, given.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=is_right, handled=False)
