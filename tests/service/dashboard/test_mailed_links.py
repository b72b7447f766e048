"""Asking for a sign-in link by mail."""

import pytest

from moderation.comment import Email
from moderation.outbox.delivery import DeliverySearch
from service.app import create_app
from tests.builders import NOON
from tests.service.conftest import settings_of
from tests.service.dashboard.conftest import add_moderator, token_in

ASK = "/dashboard/sign-in/mail"
SAID = "If a moderator of this name has an email address, a link is on its way to it."


@pytest.fixture
def browser(tmp_path, sqlite_store, dispatch, clock):
    """A browser of nobody, where mail is on."""
    settings = settings_of(tmp_path, smtp_url="smtp://localhost", mail_from="c@blog.example")
    return create_app(settings, store=sqlite_store, dispatch=dispatch, now=clock).test_client()


@pytest.fixture
def mina(sqlite_store):
    moderator_id = add_moderator(sqlite_store, "Mina")
    sqlite_store.write(lambda uow: uow.mailboxes.set_email(moderator_id, Email("mina-canary@example.org"), at=NOON))
    return moderator_id


def ask(browser, name):
    return browser.post(ASK, data={"csrf": token_in(browser.get("/dashboard/sign-in")), "name": name})


def mails(store):
    with store.read() as uow:
        return [each.type for each in uow.deliveries.page(DeliverySearch("demo", channel="email")).deliveries]


def test_whoever_has_an_address_gets_a_link(browser, sqlite_store, dispatch, mina):
    page = ask(browser, "Mina")

    assert page.status_code == 200 and SAID in page.text
    assert mails(sqlite_store) == ["moderator.sign_in"]
    assert dispatch.rings == ["delivery"]


def test_the_answer_is_the_same_for_every_name(browser, sqlite_store, mina):
    add_moderator(sqlite_store, "Ben without an address")
    disabled = add_moderator(sqlite_store, "Carl")
    sqlite_store.write(lambda uow: uow.mailboxes.set_email(disabled, Email("carl@example.org"), at=NOON))
    sqlite_store.write(lambda uow: uow.accounts.disable(disabled, at=NOON))

    pages = [ask(browser, name) for name in ("Mina", "Nobody", "Ben without an address", "Carl", "", "a\0b")]

    assert {page.status_code for page in pages} == {200}
    assert len({_without_tokens(page) for page in pages}) == 1
    assert mails(sqlite_store) == ["moderator.sign_in"]


def _tokens(page):
    return [each.partition('"')[0] for each in page.text.split('name="csrf" value="')[1:]]


def _without_tokens(page):
    text = page.text
    for token in _tokens(page):
        text = text.replace(token, "")
    return text


def test_each_request_is_in_the_audit_trail_without_the_name(browser, sqlite_store, mina):
    ask(browser, "Mina")
    ask(browser, "Nobody")

    with sqlite_store.read() as uow:
        asked = [entry.fact for entry in uow.audit.entries("")]
    assert [(fact.action, fact.subject) for fact in asked] == [
        ("moderator.link_asked", mina),
        ("moderator.link_asked", ""),
    ]


def test_nobody_can_fill_an_inbox(browser, sqlite_store, mina):
    statuses = [ask(browser, "Mina").status_code for _ in range(5)]

    assert statuses == [200, 200, 200, 429, 429]
    assert len(mails(sqlite_store)) == 3


def test_a_network_cannot_ask_for_every_name(browser, mina):
    statuses = [ask(browser, f"Name {number}").status_code for number in range(11)]

    assert statuses == [200] * 10 + [429]


def test_without_a_mail_server_there_is_no_such_form(client, mina):
    assert "Mail me a link" not in client.get("/dashboard/sign-in").text
    assert client.post(ASK, data={"csrf": token_in(client.get("/dashboard/sign-in"))}).status_code == 404
