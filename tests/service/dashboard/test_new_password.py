"""A forgotten password is replaced by a link that was mailed."""

from datetime import timedelta

import pytest

from moderation import sign_ins
from service.auth.passwords import hash_password
from tests.builders import NOON
from tests.moderation.test_second_factor import turned_on
from tests.service.dashboard.conftest import Browser, add_moderator, sign_in_token, token_in
from tests.service.dashboard.test_mailed_links import SAID, _without_tokens, browser, mails, mina  # noqa: F401
from tests.service.dashboard.test_signing_in import PASSWORD, sign_in

NEW = "ladder copper meadow nine"


@pytest.fixture
def visitor(app):
    return Browser(app.test_client(), "")


@pytest.fixture
def link(sqlite_store, mina):  # noqa: F811
    """The path of a link to set Mina's password, who has one."""
    sqlite_store.write(lambda uow: uow.accounts.set_password(mina, hash_password(PASSWORD)))
    return sqlite_store.write(lambda uow: sign_ins.new_password_link(uow, mina, "", at=NOON))


def ask(browser, name):  # noqa: F811
    form = {"csrf": token_in(browser.get("/dashboard/sign-in")), "name": name, "forgotten": "yes"}
    return browser.post("/dashboard/sign-in/mail", data=form)


def set_password(visitor, link, password=NEW):
    return visitor.post(link, csrf=token_in(visitor.get("/dashboard/sign-in")), password=password)


def test_the_answer_is_the_same_whether_the_name_is_known_or_not(browser, sqlite_store, dispatch, mina):  # noqa: F811
    add_moderator(sqlite_store, "Ben without an address")

    pages = [ask(browser, name) for name in ("Mina", "Nobody", "Ben without an address")]

    assert all(page.status_code == 200 and SAID in page.text for page in pages)
    assert len({_without_tokens(page) for page in pages}) == 1
    assert mails(sqlite_store) == ["moderator.new_password"]
    assert dispatch.rings == ["delivery"] * 3


def test_a_name_gets_three_links_an_hour_of_either_kind(browser, mina):  # noqa: F811
    assert [ask(browser, "Mina").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_a_link_sets_the_password_once_and_ends_all_sessions(app, visitor, sqlite_store, mina, link):  # noqa: F811
    other = Browser(app.test_client(), mina)
    other.client.set_cookie("rejoinder_session", sign_in_token(sqlite_store, mina, kind="session"))

    page = set_password(visitor, link)

    assert "Your new password is set" in page.text
    assert other.get("/dashboard/").status_code == 303
    assert sign_in(visitor, "Mina", PASSWORD).status_code == 401
    assert "No comments are waiting." in sign_in(visitor, "Mina", NEW).text
    assert set_password(Browser(app.test_client(), ""), link, PASSWORD).status_code == 410
    with sqlite_store.read() as uow:
        assert "moderator.password_replaced" in [entry.fact.action for entry in uow.audit.entries("demo")]


def test_a_weak_password_is_refused_and_the_link_stays_good(visitor, link):
    refused = set_password(visitor, link, "password1234")

    assert refused.status_code == 422 and "first passwords that anybody tries" in refused.text
    assert "Your new password is set" in set_password(visitor, link).text


def test_looking_at_a_link_uses_nothing_up(visitor, link):
    assert [visitor.get(link).status_code for _ in range(3)] == [200] * 3


def test_a_link_ends_after_an_hour(visitor, link, clock):
    clock.wait(timedelta(hours=1))

    assert visitor.get(link).status_code == 410
    assert set_password(visitor, link).status_code == 410


def test_a_link_of_another_kind_sets_no_password(visitor, sqlite_store, mina, link):  # noqa: F811
    sign_in_link = sign_in_token(sqlite_store, mina, kind="link")

    assert set_password(visitor, f"/dashboard/new-password/{sign_in_link}").status_code == 410
    token = link.rpartition("/")[2]
    used = visitor.post(f"/dashboard/sign-in/{token}", csrf=token_in(visitor.get("/dashboard/sign-in")))
    assert used.status_code == 401


def test_a_disabled_moderators_link_sets_nothing(visitor, sqlite_store, mina, link):  # noqa: F811
    sqlite_store.write(lambda uow: uow.accounts.disable(mina, at=NOON))

    assert visitor.get(link).status_code == 410


def test_a_new_password_does_not_get_round_the_second_factor(visitor, sqlite_store, mina, link):  # noqa: F811
    turned_on(sqlite_store, mina)
    set_password(visitor, link)

    assert "Six digits from your authenticator app" in sign_in(visitor, "Mina", NEW).text
