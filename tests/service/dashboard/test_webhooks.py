import pytest

from moderation.accounts import Role
from moderation.comment import Email
from moderation.mail.announce import send_sign_in_link
from moderation.messages import Message
from moderation.outbox.delivery import Attempt
from moderation.store import Store
from moderation.webhooks.events import EventType
from tests.builders import NOON, received
from tests.moderation.store.announcing import claim, record
from tests.service.dashboard.conftest import add_moderator

DELIVERIES = "/v1/sites/demo/deliveries"
URL = "https://blog.example/hooks"


@pytest.fixture
def endpoint(sqlite_store: Store):
    """An endpoint that wants everything."""
    events = [EventType.RECEIVED, EventType.APPROVED]
    return sqlite_store.write(lambda uow: uow.endpoints.add("demo", url=URL, events=events, at=NOON))[0]


def test_an_owner_sees_the_endpoints_and_what_was_sent(signed_in, sqlite_store, endpoint):
    received(sqlite_store)

    page = signed_in("Olga", Role.OWNER).client.get("/dashboard/webhooks", follow_redirects=True).text

    assert URL in page and "enabled" in page
    assert "comment.received" in page and "waiting" in page


def test_a_disabled_endpoint_says_why_and_can_be_enabled_again(signed_in, sqlite_store, endpoint, dispatch):
    reason = "answered 410 Gone"
    gone = Message("http.gone")
    sqlite_store.write(lambda uow: uow.endpoints.disable("demo", endpoint.id, reason=gone, at=NOON))
    browser = signed_in("Olga", Role.OWNER)
    assert reason in browser.get("/dashboard/sites/demo/webhooks").text

    page = browser.submit(f"/dashboard/sites/demo/endpoints/{endpoint.id}/enable").text

    assert reason not in page and "The endpoint is enabled." in page
    with sqlite_store.read() as uow:
        assert list(uow.audit.entries("demo"))[-1].fact.action == "endpoint.enabled"


def test_an_owner_sees_that_an_endpoint_asked_for_a_pause(signed_in, sqlite_store, endpoint):
    received(sqlite_store)
    record(sqlite_store, claim(sqlite_store), 429, retry_after_s=7_200)

    page = signed_in("Olga", Role.OWNER).client.get("/dashboard/sites/demo/webhooks").text

    assert "asked for a pause until" in page
    assert "The receiver answered 429." in page and "asked to wait 7,200 s" in page


def test_an_owner_sends_an_event_again(signed_in, sqlite_store, endpoint, dispatch):
    received(sqlite_store)

    page = signed_in("Olga", Role.OWNER).submit("/dashboard/sites/demo/deliveries/1/replay").text

    assert "was queued again" in page
    assert dispatch.rings == ["delivery"]


def test_an_owner_sends_a_test_event(signed_in, endpoint):
    page = signed_in("Olga", Role.OWNER).submit(f"/dashboard/sites/demo/endpoints/{endpoint.id}/test").text

    assert "endpoint.test" in page


def test_an_owner_adds_an_endpoint_and_sees_its_secret_once(signed_in, sqlite_store):
    browser, url = signed_in("Olga", Role.OWNER), "https://hooks.example/rejoinder"

    added = browser.submit("/dashboard/sites/demo/endpoints", url=url, events="comment.approved")

    assert added.status_code == 201 and "whsec_" in added.text
    assert "whsec_" not in browser.get("/dashboard/sites/demo/webhooks").text
    with sqlite_store.read() as uow:
        [endpoint] = uow.endpoints.all("demo")
    assert (endpoint.url, endpoint.events) == (url, (EventType.APPROVED,))


def test_an_address_that_is_not_public_is_refused_and_stays_in_its_field(signed_in):
    page = signed_in("Olga", Role.OWNER).submit(
        "/dashboard/sites/demo/endpoints", url="https://127.0.0.1/hooks", events="comment.approved"
    )

    assert page.status_code == 422
    assert "this address is not public" in page.text and 'value="https://127.0.0.1/hooks"' in page.text


def test_an_endpoint_gets_other_events_a_new_secret_and_is_removed(signed_in, sqlite_store, endpoint):
    browser, base = signed_in("Olga", Role.OWNER), f"/dashboard/sites/demo/endpoints/{endpoint.id}"

    browser.submit(f"{base}/events", events="comment.rejected")
    rotated = browser.submit(f"{base}/secret")
    removed = browser.submit(f"{base}/remove")

    assert "whsec_" in rotated.text and "is removed" in removed.text
    with sqlite_store.read() as uow:
        assert uow.endpoints.all("demo") == []
        actions = [entry.fact.action for entry in uow.audit.entries("demo")]
    assert actions == ["endpoint.changed", "endpoint.rotated", "endpoint.removed"]


@pytest.mark.parametrize(
    ("role", "site", "status"),
    [(Role.MODERATOR, "demo", 403), (Role.VIEWER, "demo", 403), (Role.OWNER, "garden", 404)],
)
def test_webhooks_are_for_the_owners_of_the_site(signed_in, garden, endpoint, role, site, status):
    browser = signed_in("Mina", role, site)
    base = "/dashboard/sites/demo"

    answers = [
        browser.get(f"{base}/webhooks"),
        browser.submit(f"{base}/endpoints/{endpoint.id}/test"),
        browser.submit(f"{base}/endpoints/{endpoint.id}/enable"),
        browser.submit(f"{base}/deliveries/1/replay"),
    ]

    assert [answer.status_code for answer in answers] == [status] * 4


@pytest.fixture
def mailed(sqlite_store: Store):
    """A mail to Mina that her server refused for good."""
    mina = add_moderator(sqlite_store, "Mina")

    def add(uow):
        uow.mailboxes.set_email(mina, Email("mina-canary@reader.example"), at=NOON)
        assert send_sign_in_link(uow, mina, at=NOON)

    sqlite_store.write(add)
    [claimed] = claim(sqlite_store, "email")
    refused = Attempt(NOON, None, 12, Message("smtp.no_recipient", {"status": "550 5.1.1"}))
    sqlite_store.write(lambda uow: uow.delivery_queue.record([(claimed, refused)], at=NOON))


def test_an_owner_sees_the_mails_and_whose_address_was_stopped_but_not_the_address(signed_in, mailed, endpoint):
    owner = signed_in("Olga", Role.OWNER)

    mails = owner.get("/dashboard/sites/demo/webhooks?channel=email").text
    webhooks = owner.get("/dashboard/sites/demo/webhooks").text

    assert "Mina (m…@reader.example)" in mails and "moderator.sign_in" in mails
    assert "takes no mail for this address (550 5.1.1)" in mails and "stopped" in mails
    assert "mina-canary" not in mails + webhooks
    assert "moderator.sign_in" not in webhooks and URL not in mails


def test_the_api_lists_one_channel_or_all(client, key, mailed, sqlite_store, endpoint):
    received(sqlite_store)
    headers = key()

    channels = {
        query: [
            each["channel"] for each in client.get(f"{DELIVERIES}{query}", headers=headers).get_json()["deliveries"]
        ]
        for query in ("", "?channel=email", "?channel=webhook")
    }

    assert channels == {"": ["webhook", "email"], "?channel=email": ["email"], "?channel=webhook": ["webhook"]}
    assert client.get(f"{DELIVERIES}?channel=pigeon", headers=headers).status_code == 422
    assert "mina-canary" not in client.get(DELIVERIES, headers=headers).text
