"""Hands one mail to the mail server, and says what became of it without repeating an address.

A server's answer often quotes the address that it refuses, so problems keep only its numbers.
"""

import re
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from moderation.comment import Email
from moderation.config.smtp_server import Security, SmtpServer
from moderation.messages import NOTHING, Message

STEP_S = 10.0
TOTAL_S = 30.0
"""How long the server may take for one answer, and for a whole mail. Shorter than the lease of a delivery."""

_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?:\s|$)", re.ASCII)
_ABOUT_US = re.compile(r"[45]\.7\.", re.ASCII)
"""Enhanced codes (RFC 3463) of security and policy: not the address is wrong, but we may not send to it."""
_SLOW = Message("smtp.timeout", {"seconds": round(STEP_S)})
_NOT_THE_ADDRESS = frozenset({530, 535, 538})


@dataclass(frozen=True, slots=True)
class Envelope:
    """A composed mail, ready to be sent. content: with all headers, lines ending in CRLF."""

    sender: Email
    recipient: Email
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try. problem: NOTHING when the server took the mail over.

    said: the server's words, which may hold an address; only for whoever typed that address.
    """

    problem: Message
    latency_ms: int
    said: str = field(default="", repr=False)


def send(server: SmtpServer, envelope: Envelope) -> Outcome:
    """Hand the mail in. Never raises for what a server or a network does."""

    def transmit(connection: smtplib.SMTP) -> None:
        connection.sendmail(envelope.sender.reveal(), [envelope.recipient.reveal()], envelope.content)

    return _tried(server, envelope.sender, transmit)


def check(server: SmtpServer, sender: Email) -> Outcome:
    """Connect and sign in, and send nothing."""
    return _tried(server, sender, lambda connection: None)


def _tried(server: SmtpServer, sender: Email, work: Callable[[smtplib.SMTP], None]) -> Outcome:
    began, late = time.perf_counter(), threading.Event()
    problem, said = NOTHING, ""
    try:
        with _connected(server, sender.reveal().rpartition("@")[2], late) as connection:
            work(connection)
    except (OSError, ValueError) as error:  # ValueError: TLS on a connection that was cut in the middle
        problem = Message("smtp.timeout", {"seconds": round(TOTAL_S)}) if late.is_set() else problem_of(error)
        said = _said(error)
    return Outcome(problem, round((time.perf_counter() - began) * 1000), said)


@contextmanager
def _connected(server: SmtpServer, own_name: str, late: threading.Event) -> Iterator[smtplib.SMTP]:
    """A connection, encrypted and signed in. It is cut after TOTAL_S, and `late` set."""
    connection = _opened(server, own_name)
    timer = threading.Timer(TOTAL_S, _cut, (connection, late))
    timer.daemon = True
    timer.start()
    try:
        if server.security is Security.STARTTLS:
            connection.starttls(context=ssl.create_default_context())
        if server.user:
            connection.login(server.user, server.password)
        yield connection
        with suppress(OSError):  # the mail is handed over, whatever the answer to a goodbye
            connection.quit()
    finally:
        timer.cancel()
        connection.close()


def _opened(server: SmtpServer, own_name: str) -> smtplib.SMTP:
    if server.security is Security.TLS:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, own_name, timeout=STEP_S, context=context)
    return smtplib.SMTP(server.host, server.port, own_name, timeout=STEP_S)


def _cut(connection: smtplib.SMTP, late: threading.Event) -> None:
    late.set()
    with suppress(OSError):
        if connection.sock:
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)


def problem_of(error: OSError | ValueError) -> Message:
    """What went wrong, in words of our own."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            [(code, said)] = error.recipients.values()
            return _of_recipient(code, _text(said))
        case smtplib.SMTPAuthenticationError() if error.smtp_code >= 500:
            return Message("smtp.login", {"status": _status(error.smtp_code, _text(error.smtp_error))})
        case smtplib.SMTPResponseException():
            return _of_mail(error.smtp_code, _text(error.smtp_error))
        case smtplib.SMTPNotSupportedError():
            return Message("smtp.no_login" if "AUTH" in str(error) else "smtp.no_tls")
        case smtplib.SMTPServerDisconnected():
            return _SLOW if isinstance(error.__context__, TimeoutError) else Message("smtp.closed")
        case smtplib.SMTPException():
            return Message("smtp.no_login" if "authentication" in str(error) else "smtp.closed")
    return _of_connection(error)


def _of_connection(error: OSError | ValueError) -> Message:
    match error:
        case ssl.SSLCertVerificationError():
            return Message("tls.certificate", {"error": error.verify_message})
        case ssl.SSLError():
            return Message("tls.failed", {"error": error.reason or type(error).__name__})
        case socket.gaierror():
            return Message("connect.unresolved")
        case TimeoutError():
            return _SLOW
    return Message("connect.failed", {"error": type(error).__name__})


def _of_recipient(code: int, said: str) -> Message:
    enhanced = _ENHANCED.match(said)
    is_about_us = code in _NOT_THE_ADDRESS or bool(enhanced and _ABOUT_US.match(enhanced[1]))
    if 500 <= code < 600 and not is_about_us:
        return Message("smtp.no_recipient", {"status": _status(code, said)})
    return _of_mail(code, said)


def _of_mail(code: int, said: str) -> Message:
    return Message("smtp.refused" if 500 <= code < 600 else "smtp.later", {"status": _status(code, said)})


def _status(code: int, said: str) -> str:
    """The code and, if there is one, the enhanced code: "550 5.1.1"."""
    enhanced = _ENHANCED.match(said)
    return f"{code} {enhanced[1]}" if enhanced else str(code)


def _said(error: OSError | ValueError) -> str:
    match error:
        case smtplib.SMTPRecipientsRefused():
            return "; ".join(f"{code} {_text(said)}" for code, said in error.recipients.values())
        case smtplib.SMTPResponseException():
            return f"{error.smtp_code} {_text(error.smtp_error)}"
    return ""


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
