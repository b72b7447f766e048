"""`rejoinder moderator email` and `notify`, and invitations by mail."""

import pytest

from moderation.mail.notify import Notify
from moderation.outbox.delivery import DeliverySearch

ADDRESS = "mina-canary@example.org"


@pytest.fixture
def mina(console, store):
    """A moderator without an address, where mail is on."""
    console.environment |= {"REJOINDER_SMTP_URL": "smtp://localhost", "REJOINDER_MAIL_FROM": "c@blog.example"}
    return console.json("moderator", "add", "Mina")["id"]


def choices(store, moderator_id):
    with store.read() as uow:
        return uow.mailboxes.choices(moderator_id)


def trail(store):
    with store.read() as uow:
        return [(entry.fact.action, dict(entry.fact.detail)) for entry in uow.audit.entries("demo")]


def test_an_address_is_kept_encrypted_and_is_not_in_the_audit_trail(console, store, mina, home):
    said = console("moderator", "email", "Mina", ADDRESS).output

    with store.read() as uow:
        assert uow.mailboxes.email_of(mina).reveal() == ADDRESS
    assert choices(store, mina) == {"demo": Notify.HOURLY}
    assert trail(store)[-1] == ("moderator.email_set", {})
    kept = b"".join(path.read_bytes() for path in home.glob("rejoinder.db*"))
    assert ADDRESS not in said and ADDRESS.encode() not in kept


def test_an_address_can_be_forgotten(console, store, mina):
    console("moderator", "email", "Mina", ADDRESS)

    assert console.json("moderator", "email", "Mina", "--none") == {"name": "Mina", "has_email": False}

    with store.read() as uow:
        assert uow.mailboxes.email_of(mina) is None
    assert choices(store, mina) == {}
    assert trail(store)[-1] == ("moderator.email_removed", {})


def test_an_address_that_is_none_and_one_without_a_mail_server_are_refused(console, store, mina):
    assert "This is not an email address" in console.refusal("moderator", "email", "Mina", "mina")

    del console.environment["REJOINDER_SMTP_URL"], console.environment["REJOINDER_MAIL_FROM"]

    assert "No mail is sent: set REJOINDER_SMTP_URL" in console.refusal("moderator", "email", "Mina", ADDRESS)


@pytest.mark.parametrize("given", [(), (ADDRESS, "--none")])
def test_either_an_address_or_none_is_to_be_given(console, mina, given):
    assert console("moderator", "email", "Mina", *given).exit_code == 2


@pytest.mark.parametrize("when", Notify)
def test_a_moderator_is_told_when_they_want_to_be(console, store, mina, when):
    console("moderator", "email", "Mina", ADDRESS)

    console.json("moderator", "notify", "Mina", "--site", "demo", "--when", when.value)

    assert choices(store, mina) == {"demo": when}
    assert trail(store)[-1] == ("moderator.notify", {"when": when.value})


def test_to_choose_one_needs_an_address_and_a_role(console, store, mina):
    notify = ("moderator", "notify", "Mina", "--when", "daily", "--site")

    assert "has no e-mail address" in console.refusal(*notify, "demo")
    assert "There is no such site" in console.refusal(*notify, "nowhere")


def test_a_new_role_comes_with_a_mailbox(console, store, mina):
    console("moderator", "email", "Mina", ADDRESS)
    console("site", "add", "second", "--origin", "https://second.example")

    console("moderator", "grant", "Mina", "--role", "owner", "--site", "second")

    assert choices(store, mina) == {"demo": Notify.HOURLY, "second": Notify.HOURLY}


def test_an_invitation_goes_by_mail_and_not_to_the_terminal(console, store, mina):
    result = console("moderator", "add", "Ben", "--email", ADDRESS)

    with store.read() as uow:
        [mail] = uow.deliveries.page(DeliverySearch("demo", channel="email")).deliveries
    assert mail.type == "moderator.sign_in"
    assert "on its way" in result.output
    assert "http" not in result.output and ADDRESS not in result.output
