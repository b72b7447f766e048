"""The mail server takes a mail or not, and what it says becomes a problem without an address in it."""

import inspect
import socket
import ssl
from urllib.parse import quote

import pytest

from moderation.comment import Email
from moderation.config.smtp_server import smtp_url
from moderation.mail import smtp
from moderation.mail.addresses import Mailbox
from moderation.mail.compose import Letter, Paragraph, compose
from moderation.mail.smtp import check, send
from moderation.messages import NOTHING
from tests.builders import NOON
from tests.moderation.mail.smtp_server import PASSWORD, USER, post_office
from tests.stack import free_port
from tests.worker.far_side import FarSide, a_certificate

CANARY = Email("canary@reader.example")
OURS = Mailbox(Email("comments@blog.example"), "The blog")
LETTER = Letter("A subject", [Paragraph("A text.")])
LOGIN = f"{quote(USER)}:{quote(PASSWORD)}@"


def post(url, recipient=CANARY):
    return send(smtp_url(url), compose(LETTER, OURS, recipient, id="evt_1", at=NOON))


@pytest.fixture
def office():
    with post_office() as office:
        yield office


@pytest.fixture
def certified(tmp_path, monkeypatch):
    """A server's TLS context whose certificate this process trusts."""
    context, file = a_certificate(tmp_path, "mail.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    monkeypatch.setattr(ssl, "create_default_context", inspect.unwrap(ssl.create_default_context))  # read it anew
    return context


def test_a_mail_arrives_at_its_address(office):
    outcome = post(f"smtp://{office.url}")

    [(address, mail)] = office.arrived
    assert outcome.problem == NOTHING
    assert (address, mail["To"], mail["From"]) == (
        CANARY.reveal(),
        CANARY.reveal(),
        "The blog <comments@blog.example>",
    )


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_login_goes_through_tls(certified, monkeypatch, scheme):
    monkeypatch.setattr("moderation.config.smtp_server._is_loopback", lambda host: False)

    with post_office(tls=certified, implicit=scheme == "smtps", login=True) as office:
        outcome = post(f"{scheme}://{LOGIN}{office.url}")

    assert outcome.problem == NOTHING
    assert len(office.arrived) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_nothing_is_sent_to_a_server_whose_certificate_is_not_trusted(tmp_path, monkeypatch, scheme):
    monkeypatch.setattr("moderation.config.smtp_server._is_loopback", lambda host: False)
    context, _ = a_certificate(tmp_path, "mail.example")

    with post_office(tls=context, implicit=scheme == "smtps") as office:
        outcome = post(f"{scheme}://{office.url}")

    assert outcome.problem.code == "tls.certificate"
    assert office.arrived == []


def test_nothing_is_sent_to_a_server_without_tls(office, monkeypatch):
    monkeypatch.setattr("moderation.config.smtp_server._is_loopback", lambda host: False)

    outcome = post(f"smtp://{LOGIN}{office.url}")

    assert outcome.problem.code == "smtp.no_tls"
    assert office.arrived == []


def test_without_tls_mail_is_sent_where_the_url_says_so(office, monkeypatch):
    monkeypatch.setattr("moderation.config.smtp_server._is_loopback", lambda host: False)

    outcome = post(f"smtp://{office.url}?starttls=no")

    assert outcome.problem == NOTHING


def test_a_wrong_password_is_named(certified, monkeypatch):
    monkeypatch.setattr("moderation.config.smtp_server._is_loopback", lambda host: False)

    with post_office(tls=certified, login=True) as office:
        outcome = post(f"smtp://{quote(USER)}:wrong@{office.url}")

    assert (outcome.problem.code, outcome.problem.params) == ("smtp.login", {"status": "535 5.7.8"})


@pytest.mark.parametrize(
    ("answer", "code", "status"),
    [
        ("450 4.2.0 <{}>: Greylisted, try again in 300 s", "smtp.later", "450 4.2.0"),
        ("421 Too many connections for {}", "smtp.later", "421"),
        ("550 5.1.1 <{}>: no such user", "smtp.no_recipient", "550 5.1.1"),
        ("552 The mailbox of {} is full", "smtp.no_recipient", "552"),
        ("554 5.7.1 <{}>: Relay access denied", "smtp.refused", "554 5.7.1"),
        ("530 Authentication required before {}", "smtp.refused", "530"),
    ],
)
def test_a_refused_recipient_is_told_from_a_refused_sender(office, answer, code, status):
    office.rcpt = answer.format

    outcome = post(f"smtp://{office.url}")

    assert (outcome.problem.code, outcome.problem.params) == (code, {"status": status})
    assert CANARY.reveal() in outcome.said
    assert CANARY.reveal() not in f"{outcome} {outcome.problem} {outcome.problem.to_json()}"


@pytest.mark.parametrize(("answer", "code"), [("451 Local error", "smtp.later"), ("554 5.6.0 Spam", "smtp.refused")])
def test_a_refused_text_does_not_speak_against_the_address(office, answer, code):
    office.data = lambda address: answer

    assert post(f"smtp://{office.url}").problem.code == code


def test_a_refused_connection_is_a_problem():
    assert post(f"smtp://127.0.0.1:{free_port()}").problem.code == "connect.failed"


def test_a_server_that_does_not_answer_is_given_up(monkeypatch):
    monkeypatch.setattr(smtp, "STEP_S", 0.05)
    silent = FarSide(lambda far, connection: far.released.wait())

    outcome = post(f"smtp://127.0.0.1:{silent.port}")

    silent.close()
    assert outcome.problem.code == "smtp.timeout"


def test_a_server_that_answers_drop_by_drop_is_cut_off(monkeypatch):
    monkeypatch.setattr(smtp, "TOTAL_S", 0.05)

    def drip(far: FarSide, connection: socket.socket) -> None:
        connection.sendall(b"220 Hello\r\n250-")
        while not far.released.wait(0.01):
            connection.sendall(b"x")

    slow = FarSide(drip)

    outcome = post(f"smtp://127.0.0.1:{slow.port}")

    slow.close()
    assert outcome.problem.code == "smtp.timeout"


def test_a_server_that_hangs_up_is_a_problem():
    rude = FarSide(lambda far, connection: connection.sendall(b"220 Hello\r\n"))

    outcome = post(f"smtp://127.0.0.1:{rude.port}")

    rude.close()
    assert outcome.problem.code in {"smtp.closed", "connect.failed"}


def test_a_check_sends_nothing(office):
    assert check(smtp_url(f"smtp://{office.url}"), OURS.email).problem == NOTHING
    assert office.arrived == []
