import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from moderation.accounts import Role
from moderation.store import Store
from service.app import create_app
from service.auth.actors import SESSION_COOKIE
from service.auth.passwords import hash_password
from tests.builders import NOON
from tests.service.conftest import Clock, settings_of
from tests.service.dashboard.conftest import Browser, add_moderator, link_for, sign_in_token, token_in

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


def test_the_eleventh_attempt_for_one_name_from_a_network_is_refused_even_with_the_right_password(
    visitor, sqlite_store, mina
):
    sqlite_store.write(lambda uow: uow.accounts.set_password(mina, hash_password(PASSWORD)))
    for _ in range(10):
        sign_in(visitor, "Mina", "not this one")

    answer = sign_in(visitor, "Mina", PASSWORD)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_wrong_passwords_from_elsewhere_lock_nobody_out(app, visitor, sqlite_store, mina):
    sqlite_store.write(lambda uow: uow.accounts.set_password(mina, hash_password(PASSWORD)))
    guess_from(app, "203.0.113.7", "Mina", times=11)

    assert sign_in(visitor, "Mina", PASSWORD).status_code == 200


def test_a_name_has_a_limit_over_all_networks_that_a_known_browser_passes(app, visitor, sqlite_store, mina):
    sqlite_store.write(lambda uow: uow.accounts.set_password(mina, hash_password(PASSWORD)))
    sign_in(visitor, "Mina", PASSWORD)
    visitor.client.delete_cookie("rejoinder_session")
    for number in range(11):
        guess_from(app, f"203.0.{number}.7", "Mina", times=10)

    unknown = sign_in(Browser(app.test_client(), ""), "Mina", PASSWORD)
    known = sign_in(visitor, "Mina", PASSWORD)

    assert unknown.status_code == 429
    assert known.status_code == 200


def test_a_browser_that_a_link_signed_in_is_known_too(app, visitor, sqlite_store, mina):
    sqlite_store.write(lambda uow: uow.accounts.set_password(mina, hash_password(PASSWORD)))
    use_link(visitor, sqlite_store, mina)
    guess_from(app, "127.0.0.1", "Mina", times=11)

    assert sign_in(visitor, "Mina", PASSWORD).status_code == 200


def test_a_known_browser_is_known_for_its_moderator_alone_and_has_a_limit_too(app, visitor, sqlite_store, mina):
    use_link(visitor, sqlite_store, add_moderator(sqlite_store, "Nora"))
    for name in ("Mina", "Nora"):
        guess_from(app, "127.0.0.1", name, times=11)

    of_another = sign_in(visitor, "Mina", "a guess").status_code
    of_its_own = [sign_in(visitor, "Nora", "a guess").status_code for _ in range(11)]

    assert of_another == 429
    assert of_its_own == [401] * 10 + [429]


def use_link(browser: Browser, store: Store, moderator_id: str) -> None:
    """Sign in by a link, then lose the session."""
    link = f"/dashboard/sign-in/{link_for(store, moderator_id)}"
    assert browser.post(link, csrf=token_in(browser.get(link))).status_code == 200
    browser.client.delete_cookie("rejoinder_session")


def test_a_forged_cookie_makes_no_browser_known(app, visitor, mina):
    guess_from(app, "127.0.0.1", "Mina", times=11)
    for forged in ("x", "x.y", ".", "", "ü.ü"):
        visitor.client.set_cookie("rejoinder_browser", forged)

        assert sign_in(visitor, "Mina", "a guess").status_code == 429


def test_sign_ins_and_failures_are_in_the_audit_trail_of_the_installation(visitor, sqlite_store, mina):
    sqlite_store.write(lambda uow: uow.accounts.set_password(mina, hash_password(PASSWORD)))
    link = f"/dashboard/sign-in/{link_for(sqlite_store, mina)}"

    sign_in(visitor, "Mina", "a guess")
    sign_in(visitor, "Nobody", "a guess")
    sign_in(visitor, "Mina", PASSWORD)
    visitor.client.delete_cookie("rejoinder_session")
    for _ in range(2):
        visitor.post(link, csrf=token_in(visitor.get("/dashboard/sign-in")))
        visitor.client.delete_cookie("rejoinder_session")

    with sqlite_store.read() as uow:
        entries = [entry.fact for entry in uow.audit.entries("")]
    assert [(each.action, each.by_id, each.subject, each.detail) for each in entries] == [
        ("moderator.sign_in_failed", "", mina, {"way": "password"}),
        ("moderator.sign_in_failed", "", "", {"way": "password"}),
        ("moderator.signed_in", mina, mina, {"way": "password"}),
        ("moderator.signed_in", mina, mina, {"way": "link"}),
        ("moderator.sign_in_failed", "", "", {"way": "link"}),
    ]


def test_refused_attempts_do_not_fill_the_audit_trail(visitor, sqlite_store, mina):
    for _ in range(20):
        sign_in(visitor, "Mina", "a guess")
        visitor.post("/dashboard/sign-in/unknown", csrf=token_in(visitor.get("/dashboard/sign-in")))

    with sqlite_store.read() as uow:
        assert len(list(uow.audit.entries(""))) == 20


def guess_from(app: Flask, address: str, name: str, *, times: int) -> None:
    """Somebody at this address tries passwords for this name."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    for _ in range(times):
        sign_in(Browser(client, ""), name, "not this one")


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


def test_a_moderator_sees_their_sessions_and_ends_another_one(app, signed_in, sqlite_store):
    mina = signed_in("Mina")
    phone = app.test_client()
    phone.set_cookie(SESSION_COOKIE, sign_in_token(sqlite_store, mina.moderator_id, kind="session"))
    assert phone.get("/dashboard/password").status_code == 200

    page = mina.get("/dashboard/sessions").text
    [session_id] = re.findall(r"/dashboard/sessions/([0-9a-f]+)/end", page)
    assert "this browser" in page
    ended = mina.submit(f"/dashboard/sessions/{session_id}/end")

    assert "The session is ended" in ended.text
    assert phone.get("/dashboard/password").status_code == 303
    assert mina.get("/dashboard/password").status_code == 200


def test_nobody_ends_a_session_of_somebody_else(signed_in, sqlite_store):
    mina, ben = signed_in("Mina"), signed_in("Ben")
    with sqlite_store.read() as uow:
        [session] = uow.accounts.sessions(mina.moderator_id, "", at=NOON)

    assert ben.submit(f"/dashboard/sessions/{session.id}/end").status_code == 404

    assert mina.get("/dashboard/password").status_code == 200
