"""Setting up a second factor, signing in with it, and what happens when it is lost."""

import re
from base64 import b32decode
from datetime import timedelta

import pytest

from moderation.accounts import Role
from service.auth.actors import SESSION_COOKIE
from service.auth.passwords import hash_password
from tests.moderation.test_second_factor import code_at, turned_on
from tests.service.dashboard.conftest import Browser, add_moderator, link_for, token_in
from tests.service.dashboard.test_signing_in import PASSWORD, sign_in

A_MINUTE = timedelta(minutes=1)
STEP = "/dashboard/sign-in/code"


@pytest.fixture
def visitor(app):
    return Browser(app.test_client(), "")


@pytest.fixture
def mina(sqlite_store):
    mina = add_moderator(sqlite_store, "Mina")
    sqlite_store.write(lambda uow: uow.accounts.set_password(mina, hash_password(PASSWORD)))
    return mina


@pytest.fixture
def factor(sqlite_store, mina, clock):
    """Mina's secret and recovery codes; a minute later, so that the next code is a new one."""
    made = turned_on(sqlite_store, mina)
    clock.wait(A_MINUTE)
    return made


def give(visitor, code, **fields):
    return visitor.post(STEP, csrf=token_in(visitor.get(STEP)), code=code, **fields)


def facts(store, *sites):
    with store.read() as uow:
        trails = [uow.audit.page(site, before=None, limit=50) for site in ("", *sites)]
    return [(entry.fact.action, entry.fact.detail.get("way")) for trail in trails for entry in trail]


def test_a_second_factor_is_set_up_with_a_password_and_a_first_code(signed_in, sqlite_store, clock):
    mina = signed_in()
    sqlite_store.write(lambda uow: uow.accounts.set_password(mina.moderator_id, hash_password(PASSWORD)))

    refused = mina.submit("/dashboard/second-factor", current="not this one")
    begun = mina.submit("/dashboard/second-factor", current=PASSWORD)
    [shown] = re.findall(r'class="secret" translate="no">([A-Z2-7 ]+)<', begun.text)
    secret = b32decode(shown.replace(" ", ""))
    mistyped = mina.submit("/dashboard/second-factor/confirm", code="000000", secret=shown)
    done = mina.submit("/dashboard/second-factor/confirm", code=code_at(secret, clock()), secret=shown)

    assert refused.status_code == 422 and "current password is wrong" in refused.text
    assert '<svg viewBox="0 0 ' in begun.text
    assert mistyped.status_code == 422 and shown in mistyped.text
    assert len(re.findall(r"<li><code>[a-z2-9-]{14}</code>", done.text)) == 10
    assert "10 recovery codes are left" in mina.get("/dashboard/second-factor").text
    assert ("moderator.second_factor_on", None) in facts(sqlite_store, "demo")


def test_the_secret_of_a_set_up_is_shown_once(signed_in):
    mina = signed_in()

    begun = mina.submit("/dashboard/second-factor")

    [shown] = re.findall(r'class="secret" translate="no">([A-Z2-7 ]+)<', begun.text)
    assert shown not in mina.get("/dashboard/second-factor").text
    assert shown not in mina.submit("/dashboard/second-factor/confirm", code="000000", secret="").text


def test_a_password_is_not_enough_and_the_code_leads_to_the_page_that_was_asked_for(
    visitor, sqlite_store, factor, clock
):
    token = token_in(visitor.get("/dashboard/sign-in"))
    asked = {"name": "Mina", "password": PASSWORD, "next": "/dashboard/sessions"}

    first = visitor.post("/dashboard/sign-in", csrf=token, **asked)

    assert "Six digits from your authenticator app" in first.text
    assert visitor.client.get_cookie(SESSION_COOKIE) is None
    assert visitor.get("/dashboard/").status_code == 303
    wanted = re.search(r'name="next" value="([^"]+)"', first.text)[1]
    assert "Your sessions" in give(visitor, code_at(factor[0], clock()), next=wanted).text
    assert ("moderator.signed_in", "code") in facts(sqlite_store)


def test_a_link_is_not_enough_either(visitor, sqlite_store, mina, factor, clock):
    link = f"/dashboard/sign-in/{link_for(sqlite_store, mina)}"

    page = visitor.post(link, csrf=token_in(visitor.get(link)))

    assert "Six digits from your authenticator app" in page.text
    assert "No comments are waiting." in give(visitor, code_at(factor[0], clock())).text


def test_a_code_signs_in_once(app, visitor, factor, clock):
    sign_in(visitor, "Mina", PASSWORD)
    give(visitor, code_at(factor[0], clock()))
    thief = Browser(app.test_client(), "")
    sign_in(thief, "Mina", PASSWORD)

    replayed = give(thief, code_at(factor[0], clock()))

    assert replayed.status_code == 401
    assert "wrong or was used before" in replayed.text


def test_a_recovery_code_signs_in_once(app, visitor, sqlite_store, factor):
    sign_in(visitor, "Mina", PASSWORD)
    assert "No comments are waiting." in give(visitor, factor[1][0]).text
    again = Browser(app.test_client(), "")
    sign_in(again, "Mina", PASSWORD)

    assert give(again, factor[1][0]).status_code == 401
    assert ("moderator.signed_in", "recovery code") in facts(sqlite_store)
    assert ("moderator.sign_in_failed", "code") in facts(sqlite_store)


def test_without_the_first_step_there_is_no_second_one(app, visitor, factor, clock):
    token = token_in(visitor.get("/dashboard/sign-in"))

    page = visitor.post(STEP, csrf=token, code=code_at(factor[0], clock()))

    assert "<h1>Sign in</h1>" in page.text
    assert visitor.client.get_cookie(SESSION_COOKIE) is None


def test_the_first_step_is_forgotten_after_ten_minutes_and_after_its_use(visitor, factor, clock):
    sign_in(visitor, "Mina", PASSWORD)
    clock.wait(timedelta(minutes=10))

    assert visitor.get(STEP).status_code == 303

    sign_in(visitor, "Mina", PASSWORD)
    half = visitor.client.get_cookie("rejoinder_half").value
    give(visitor, code_at(factor[0], clock()))
    visitor.client.set_cookie("rejoinder_half", half)
    assert visitor.client.get(STEP).status_code == 303


def test_codes_are_limited_by_name_and_network(visitor, factor, clock):
    sign_in(visitor, "Mina", PASSWORD)
    for _ in range(10):
        give(visitor, "000000")

    answer = give(visitor, code_at(factor[0], clock()))

    assert answer.status_code == 429


def test_codes_are_limited_over_all_networks(app, visitor, factor, clock):
    sign_in(visitor, "Mina", PASSWORD)
    token = token_in(visitor.get(STEP))
    form = {"csrf": token, "code": "000000"}

    statuses = [
        visitor.client.post(STEP, data=form, environ_overrides={"REMOTE_ADDR": f"203.0.{number}.7"}).status_code
        for number in range(51)
    ]

    assert statuses == [401] * 50 + [429]


def test_turning_it_off_takes_a_code(signed_in, sqlite_store, clock):
    mina = signed_in()
    secret, _ = turned_on(sqlite_store, mina.moderator_id)
    clock.wait(A_MINUTE)

    refused = mina.submit("/dashboard/second-factor/off", code="000000")
    done = mina.submit("/dashboard/second-factor/off", code=code_at(secret, clock()))

    assert refused.status_code == 422
    assert "The second factor is off." in done.text


def test_new_recovery_codes_take_a_code(signed_in, sqlite_store, clock):
    mina = signed_in()
    secret, old = turned_on(sqlite_store, mina.moderator_id)
    clock.wait(A_MINUTE)

    assert mina.submit("/dashboard/second-factor/codes", code="").status_code == 422
    page = mina.submit("/dashboard/second-factor/codes", code=code_at(secret, clock()))

    assert len(re.findall(r"<li><code>[a-z2-9-]{14}</code>", page.text)) == 10
    assert old[0] not in page.text


def test_an_owner_resets_what_a_moderator_lost(signed_in, app, sqlite_store, mina, factor):
    owner = signed_in("Olga", Role.OWNER)
    row = owner.get("/dashboard/sites/demo/moderators").text

    page = owner.submit(f"/dashboard/sites/demo/moderators/{mina}/second-factor/reset")

    assert "Reset the second factor of Mina" in row
    assert "Their second factor and passkeys are removed" in page.text
    assert "No comments are waiting." in sign_in(Browser(app.test_client(), ""), "Mina", PASSWORD).text
    assert ("moderator.second_factor_reset", None) in facts(sqlite_store, "demo")


def test_an_owner_does_not_get_round_their_own_second_factor(signed_in, sqlite_store):
    owner = signed_in("Olga", Role.OWNER)
    turned_on(sqlite_store, owner.moderator_id)

    page = owner.submit(f"/dashboard/sites/demo/moderators/{owner.moderator_id}/second-factor/reset")

    assert page.status_code == 422 and "with a code" in page.text
