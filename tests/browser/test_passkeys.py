"""Passkeys in a real Chromium, with the virtual authenticator of its debugging protocol."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from moderation import second_factors
from moderation.accounts import Role
from service.auth.actors import SESSION_COOKIE
from service.auth.passwords import hash_password
from tests.moderation.test_second_factor import code_at

pytestmark = pytest.mark.slow

NOW = datetime.now(UTC)
PASSWORD = "crumb stone ferment window"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def mina(service):
    mina = service.store.write(lambda uow: uow.accounts.add_moderator("Mina", Role.MODERATOR, ["demo"], at=NOW))
    service.store.write(lambda uow: uow.accounts.set_password(mina, hash_password(PASSWORD)))
    return mina


class Device:
    """A tab's authenticator: it keeps passkeys and verifies its user without asking."""

    def __init__(self, page, **changes):
        self._session = page.context.new_cdp_session(page)
        self._session.send("WebAuthn.enable")
        self._id = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, **changes}})[
            "authenticatorId"
        ]

    def passkeys(self):
        return self._session.send("WebAuthn.getCredentials", {"authenticatorId": self._id})["credentials"]

    def verifies(self, is_right):
        """Whether the finger is the right one from now on."""
        wanted = {"authenticatorId": self._id, "isUserVerified": is_right}
        self._session.send("WebAuthn.setUserVerified", wanted)


@pytest.fixture
def device(page):
    return Device(page)


def open_as(page, service, moderator_id, path):
    cookie = service.store.write(
        lambda uow: uow.accounts.issue_sign_in(moderator_id, kind="session", lifetime=timedelta(days=1), at=NOW)
    )
    page.context.add_cookies([{"name": SESSION_COOKIE, "value": cookie, "url": service.url}])
    page.goto(f"{service.url}{path}")


def add_passkey(page, service, moderator_id, name="My laptop", password=PASSWORD):
    open_as(page, service, moderator_id, "/dashboard/passkeys")
    page.get_by_label("What you call it").fill(name)
    page.get_by_label("Your password").fill(password)
    page.get_by_role("button", name="Add a passkey").click()


def sign_in(page, service):
    page.context.clear_cookies()
    page.goto(f"{service.url}/dashboard/sessions")
    page.get_by_role("button", name="Sign in with a passkey").click()


def test_a_passkey_is_added_and_signs_in_to_the_page_that_was_asked_for(page, service, mina, device):
    add_passkey(page, service, mina)
    expect(page.get_by_text("The passkey is added.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Name of My laptop")).to_have_value("My laptop")

    sign_in(page, service)

    expect(page.get_by_role("heading", name="Your sessions")).to_be_visible()
    page.goto(f"{service.url}/dashboard/passkeys")
    expect(page.get_by_text("used just now")).to_be_visible()
    assert page.evaluate("window.reports") == []


def test_a_passkey_needs_no_second_step(page, service, mina, device):
    add_passkey(page, service, mina)
    expect(page.get_by_text("The passkey is added.")).to_be_visible()
    secret = service.store.write(lambda uow: second_factors.begin(uow, mina, at=NOW))
    service.store.write(lambda uow: second_factors.confirm(uow, mina, code_at(secret, NOW), at=NOW))

    sign_in(page, service)

    expect(page.get_by_role("heading", name="Your sessions")).to_be_visible()


def test_a_device_that_does_not_verify_its_user_signs_nobody_in(page, service, mina, device):
    add_passkey(page, service, mina)
    expect(page.get_by_text("The passkey is added.")).to_be_visible()

    device.verifies(False)
    sign_in(page, service)

    expect(page.get_by_role("alert")).to_contain_text("Your browser gave no passkey.")
    expect(page.get_by_label("Password")).to_be_visible()


def test_a_wrong_password_makes_no_passkey(page, service, mina, device):
    add_passkey(page, service, mina, password="not this one")

    expect(page.get_by_role("alert")).to_contain_text("current password is wrong")
    assert device.passkeys() == []


def test_a_device_makes_one_passkey_for_an_account(page, service, mina, device):
    add_passkey(page, service, mina)
    expect(page.get_by_text("The passkey is added.")).to_be_visible()

    add_passkey(page, service, mina, name="Again")

    expect(page.get_by_role("alert")).to_contain_text("Your browser made no passkey.")
    assert len(device.passkeys()) == 1


def test_a_passkey_is_renamed_and_removed_and_signs_in_no_more(page, service, mina, device):
    add_passkey(page, service, mina)
    page.get_by_role("textbox", name="Name of My laptop").fill("The old laptop")
    page.get_by_role("button", name="Save the name of My laptop").click()
    expect(page.get_by_role("textbox", name="Name of The old laptop")).to_be_visible()

    page.get_by_role("button", name="Remove the passkey The old laptop").click()
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()
    sign_in(page, service)

    expect(page.get_by_role("alert")).to_contain_text("This passkey was refused.")


def test_a_passkey_of_a_disabled_moderator_signs_nobody_in(page, service, mina, device):
    add_passkey(page, service, mina)
    expect(page.get_by_text("The passkey is added.")).to_be_visible()

    service.store.write(lambda uow: uow.accounts.disable(mina, at=NOW))
    sign_in(page, service)

    expect(page.get_by_role("alert")).to_contain_text("This passkey was refused.")


def test_what_was_signed_once_signs_in_once(page, service, mina, device):
    add_passkey(page, service, mina)
    expect(page.get_by_text("The passkey is added.")).to_be_visible()
    sent = []
    page.on("request", lambda each: sent.append(each) if each.url.endswith("/sign-in/passkey") else None)
    sign_in(page, service)
    expect(page.get_by_role("heading", name="Your sessions")).to_be_visible()
    body = next(each.post_data for each in sent if each.method == "POST")

    kept = [each for each in page.context.cookies() if each["name"] != SESSION_COOKIE]
    page.context.clear_cookies()
    page.context.add_cookies(kept)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = page.context.request.post(f"{service.url}/dashboard/sign-in/passkey", data=body, headers=form)

    assert "This passkey was refused." in answer.text()


def test_without_javascript_the_page_offers_no_passkey(plain_page, service):
    plain_page.goto(f"{service.url}/dashboard/sign-in")

    expect(plain_page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(plain_page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
