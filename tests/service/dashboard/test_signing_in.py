from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from moderation.accounts import Role
from moderation.store import Store
from service.app import create_app
from service.auth.passwords import hash_password
from tests.builders import NOON
from tests.service.conftest import Clock, settings_of
from tests.service.dashboard.conftest import Browser, add_moderator, link_for, token_in

PASSWORD = "crumb stone ferment window"


@pytest.fixture
def mina(sqlite_store: Store) -> str:
    return add_moderator(sqlite_store, "Mina")


@pytest.fixture
def visitor(app: Flask) -> Browser:
    return Browser(app.test_client(), "")


def sign_in(visitor: Browser, name: str, password: str):
    token = token_in(visitor.get("/dashboard/sign-in"))
    return visitor.post("/dashboard/sign-in", csrf=token, name=name, password=password)


def test_a_link_that_is_only_looked_at_can_still_be_used(visitor, sqlite_store, mina):
    link = f"/dashboard/sign-in/{link_for(sqlite_store, mina)}"

    for _ in range(3):
        page = visitor.get(link)

    assert "No comments are waiting." in visitor.post(link, csrf=token_in(page)).text


def test_a_link_signs_in_once(app, visitor, sqlite_store, mina):
    link = f"/dashboard/sign-in/{link_for(sqlite_store, mina)}"
    visitor.post(link, csrf=token_in(visitor.get(link)))
    late = Browser(app.test_client(), "")

    answer = late.post(link, csrf=token_in(late.get(link)))

    assert answer.status_code == 401
    assert "used before or has expired" in answer.text


def test_name_and_password_sign_in(visitor, sqlite_store, mina):
    sqlite_store.write(lambda uow: uow.accounts.set_password(mina, hash_password(PASSWORD)))

    assert "No comments are waiting." in sign_in(visitor, "Mina", PASSWORD).text


def test_a_disabled_moderator_signs_in_neither_by_password_nor_by_link(visitor, sqlite_store, mina):
    link = f"/dashboard/sign-in/{link_for(sqlite_store, mina)}"
    sqlite_store.write(lambda uow: uow.accounts.set_password(mina, hash_password(PASSWORD)))

    sqlite_store.write(lambda uow: uow.accounts.disable(mina, at=NOON))

    assert sign_in(visitor, "Mina", PASSWORD).status_code == 401
    assert visitor.post(link, csrf=token_in(visitor.get(link))).status_code == 401


def test_a_wrong_password_an_unknown_name_and_no_password_get_the_same_answer(visitor, sqlite_store, mina):
    add_moderator(sqlite_store, "Newcomer")
    sqlite_store.write(lambda uow: uow.accounts.set_password(mina, hash_password(PASSWORD)))

    answers = [sign_in(visitor, name, "not this one") for name in ("Mina", "Nobody", "Newcomer")]

    assert {answer.status_code for answer in answers} == {401}
    assert len({without_what_was_typed(answer.text) for answer in answers}) == 1


def test_every_wrong_pair_costs_one_check_of_a_password(visitor, sqlite_store, mina, monkeypatch):
    sqlite_store.write(lambda uow: uow.accounts.set_password(mina, hash_password(PASSWORD)))
    checked = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda *arguments: checked.append(arguments[1][:9]) or verify(*arguments)
    )

    for name in ("Mina", "Nobody", "no\0body"):
        sign_in(visitor, name, "not this one")

    assert checked == ["$argon2id"] * 3


def without_what_was_typed(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if 'name="csrf"' not in line and 'name="name"' not in line)


def test_the_eleventh_attempt_for_one_name_is_refused_even_with_the_right_password(visitor, sqlite_store, mina):
    sqlite_store.write(lambda uow: uow.accounts.set_password(mina, hash_password(PASSWORD)))
    for _ in range(10):
        sign_in(visitor, "Mina", "not this one")

    answer = sign_in(visitor, "Mina", PASSWORD)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_one_network_may_not_try_many_names(visitor):
    answers = [sign_in(visitor, f"name {number}", "guess").status_code for number in range(31)]

    assert answers == [401] * 30 + [429]


def test_a_session_cookie_is_for_this_browser_alone(visitor, sqlite_store, mina):
    link = f"/dashboard/sign-in/{link_for(sqlite_store, mina)}"

    answer = visitor.client.post(link, data={"csrf": token_in(visitor.get(link))})

    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie


def test_over_https_cookies_never_travel_in_the_clear(tmp_path, sqlite_store, dispatch, clock, mina):
    settings = settings_of(tmp_path, public_url="https://comments.example")
    visitor = Browser(create_app(settings, store=sqlite_store, dispatch=dispatch, now=clock).test_client(), "")

    cookie = visitor.get("/dashboard/sign-in").headers["Set-Cookie"]

    assert "Secure" in cookie


@pytest.mark.parametrize(
    ("public_url", "remedy"),
    [
        ("https://comments.example", "Signing in needs https: open https://comments.example/dashboard/."),
        ("http://comments.example", "Open http://comments.example/dashboard/ and allow cookies for this address"),
    ],
)
def test_a_browser_that_sends_no_cookie_back_reads_why_and_where_to_go(
    tmp_path, sqlite_store, dispatch, clock, mina, public_url, remedy
):
    app = create_app(settings_of(tmp_path, public_url=public_url), store=sqlite_store, dispatch=dispatch, now=clock)
    visitor = Browser(app.test_client(use_cookies=False), "")
    link = f"/dashboard/sign-in/{link_for(sqlite_store, mina)}"

    answers = [visitor.post(link, csrf=token_in(visitor.get(link))), sign_in(visitor, "Mina", PASSWORD)]

    for answer in answers:
        assert answer.status_code == 400
        assert remedy in answer.text and "too old" not in answer.text
    with_cookies = Browser(app.test_client(), "")
    assert with_cookies.post(link, csrf=token_in(with_cookies.get(link))).status_code == 200  # the link still works


def test_signing_in_never_goes_on_with_a_session_that_was_there_before(app, sqlite_store, signed_in, mina):
    browser = signed_in("Planted")
    planted = browser.client.get_cookie("rejoinder_session").value
    link = f"/dashboard/sign-in/{link_for(sqlite_store, mina)}"

    browser.post(link, csrf=browser.token())

    assert browser.client.get_cookie("rejoinder_session").value != planted
    thief = app.test_client()
    thief.set_cookie("rejoinder_session", planted)
    assert thief.get("/dashboard/").status_code == 303


def test_signing_out_ends_the_session_for_whoever_kept_the_cookie(app, signed_in):
    browser = signed_in()
    kept = browser.client.get_cookie("rejoinder_session").value

    browser.submit("/dashboard/sign-out")

    thief = app.test_client()
    thief.set_cookie("rejoinder_session", kept)
    assert thief.get("/dashboard/").headers["Location"] == "/dashboard/sign-in"


def test_a_session_nobody_uses_ends_after_a_day(signed_in, clock: Clock):
    browser = signed_in()

    clock.wait(timedelta(hours=25))

    assert "Sign in" in browser.client.get("/dashboard/", follow_redirects=True).text


def test_a_session_in_use_lasts_two_weeks_and_no_longer(signed_in, clock: Clock):
    browser = signed_in()

    lasted = 0
    while browser.get("/dashboard/").status_code == 200:
        clock.wait(timedelta(hours=12))
        lasted += 12

    assert lasted == 14 * 24


def test_a_moderator_sets_a_password_and_signs_in_with_it(visitor, signed_in):
    signed_in("Mina 2").submit("/dashboard/password", password=PASSWORD)

    assert sign_in(visitor, "Mina 2", PASSWORD).status_code == 200


def test_a_new_password_ends_every_other_session(app, sqlite_store, signed_in):
    browser = signed_in()
    elsewhere = Browser(app.test_client(), browser.moderator_id)
    link = f"/dashboard/sign-in/{link_for(sqlite_store, browser.moderator_id)}"
    elsewhere.post(link, csrf=token_in(elsewhere.get(link)))

    assert "is set" in browser.submit("/dashboard/password", password=PASSWORD).text

    assert browser.get("/dashboard/").status_code == 200
    assert elsewhere.get("/dashboard/").status_code == 303


def test_changing_a_password_needs_the_one_before(signed_in):
    browser = signed_in()
    browser.submit("/dashboard/password", password=PASSWORD)

    refused = browser.submit("/dashboard/password", password="another one entirely", current="a guess")
    changed = browser.submit("/dashboard/password", password="another one entirely", current=PASSWORD)

    assert "current password is wrong" in refused.text
    assert "is set" in changed.text


def test_a_short_password_is_refused_with_the_rule(signed_in):
    answer = signed_in().submit("/dashboard/password", password="short")

    assert answer.status_code == 422
    assert "A password needs 12 to 200 characters" in answer.text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MODERATOR, Role.OWNER])
def test_every_role_may_look(signed_in, role):
    assert signed_in("Somebody", role).get("/dashboard/").status_code == 200


def test_whoever_is_not_signed_in_is_asked_to(client: FlaskClient):
    for url in ("/dashboard/", "/dashboard/comments/cmt_1", "/dashboard/password"):
        assert client.get(url).headers["Location"].partition("?")[0] == "/dashboard/sign-in"
