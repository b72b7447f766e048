"""`rejoinder mail`."""

import pytest

from tests.moderation.mail.smtp_server import post_office

NO_MAIL = "No mail is sent: set REJOINDER_SMTP_URL and REJOINDER_MAIL_FROM first; see docs/mail.md."


@pytest.fixture
def office(console, store):
    with post_office() as office:
        console.environment |= {
            "REJOINDER_SMTP_URL": f"smtp://{office.url}",
            "REJOINDER_MAIL_FROM": "Comments <comments@blog.example>",
        }
        yield office


def test_a_test_mail_arrives(console, office):
    result = console.json("mail", "test", "ada@example.org")

    [(address, mail)] = office.arrived
    assert result["host"] == "127.0.0.1"
    assert (address, mail["Subject"]) == ("ada@example.org", "Test mail of Rejoinder")
    assert "http://localhost:8080" in mail.get_body(("plain",)).get_content()


def test_a_refused_test_mail_is_told_in_the_servers_words_to_who_typed_the_address(console, office):
    office.rcpt = lambda address: f"550 5.1.1 <{address}>: no such user"

    problem = console.refusal("mail", "test", "ada@example.org")

    assert problem == (
        "The mail server takes no mail for this address (550 5.1.1). "
        "It said: 550 5.1.1 <ada@example.org>: no such user"
    )


def test_without_a_mail_server_the_settings_are_named(console, store):
    assert console.refusal("mail", "test", "ada@example.org") == NO_MAIL


def test_a_test_mail_to_no_address_is_refused(console, office):
    assert "This is not an email address" in console.refusal("mail", "test", "ada")
    assert office.arrived == []
