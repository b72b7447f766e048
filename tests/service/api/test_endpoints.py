import pytest

from moderation.accounts import Scope
from moderation.messages import Message
from moderation.webhooks.endpoint import ENDPOINT_EVENTS
from tests.builders import NOON
from tests.service.bodies import COMMENTS, a_body, wrong_fields

ENDPOINTS = "/v1/sites/demo/endpoints"
DELIVERIES = "/v1/sites/demo/deliveries"
HOOK = "https://hooks.example/rejoinder"


def added(client, headers, **fields):
    """A new endpoint's id and secret."""
    answer = client.post(ENDPOINTS, json={"url": HOOK, **fields}, headers=headers).get_json()
    return answer["endpoint"]["id"], answer["secret"]


def actions(store):
    with store.read() as uow:
        return [entry.fact.action for entry in uow.audit.entries("demo")]


def test_an_endpoint_is_added_with_a_secret_shown_once(client, key):
    headers = key()

    endpoint_id, secret = added(client, headers)

    assert secret.startswith("whsec_")
    listed = client.get(ENDPOINTS, headers=headers)
    assert [each["id"] for each in listed.get_json()["endpoints"]] == [endpoint_id]
    assert "whsec_" not in listed.text


def test_an_endpoint_gets_every_event_unless_it_names_some(client, key):
    headers = key()
    added(client, headers)
    added(client, headers, url=f"{HOOK}/approved", events=["comment.approved"])

    subscribed = [each["events"] for each in client.get(ENDPOINTS, headers=headers).get_json()["endpoints"]]

    assert sorted(subscribed, key=len) == [  # both were made in the same millisecond
        ["comment.approved"],
        list(ENDPOINT_EVENTS),
    ]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/", "ftp://x.example/", "x", ""]
)
def test_an_endpoint_that_is_not_public_is_refused(client, key, url):
    answer = client.post(ENDPOINTS, json={"url": url}, headers=key())

    assert "url" in wrong_fields(answer)


def test_a_second_endpoint_with_the_same_url_is_refused_with_the_id_of_the_first(client, key):
    headers = key()
    endpoint_id, _ = added(client, headers)

    answer = client.post(ENDPOINTS, json={"url": HOOK}, headers=headers)

    assert answer.status_code == 422
    assert endpoint_id in wrong_fields(answer)["url"]


def test_a_disabled_endpoint_says_why_by_a_code_and_in_the_readers_language(client, key, sqlite_store):
    headers = key()
    endpoint_id, _ = added(client, headers)
    reason = Message("destination.failing", {"days": 5})
    sqlite_store.write(lambda uow: uow.endpoints.disable("demo", endpoint_id, reason=reason, at=NOON))

    [endpoint] = client.get(ENDPOINTS, headers=headers).get_json()["endpoints"]

    assert endpoint["disabled_reason"] == {
        "code": "destination.failing",
        "params": {"days": 5},
        "text": "It accepted no delivery for 5 days.",
    }


def test_an_unknown_event_is_refused(client, key):
    answer = client.post(ENDPOINTS, json={"url": HOOK, "events": ["comment.eaten"]}, headers=key())

    assert set(wrong_fields(answer)) == {"events.0"}
    assert "events" in wrong_fields(client.post(ENDPOINTS, json={"url": HOOK, "events": []}, headers=key()))


def test_what_is_left_out_of_a_change_stays(client, key):
    headers = key()
    endpoint_id, _ = added(client, headers, events=["comment.approved"])

    changed = client.patch(
        f"{ENDPOINTS}/{endpoint_id}", json={"url": "https://new.example/"}, headers=headers
    ).get_json()

    assert (changed["url"], changed["events"]) == ("https://new.example/", ["comment.approved"])


def test_a_new_secret_lets_the_old_one_sign_for_a_day(client, key):
    headers = key()
    endpoint_id, old = added(client, headers)

    answer = client.post(f"{ENDPOINTS}/{endpoint_id}/rotate", headers=headers).get_json()

    assert answer["secret"] != old
    assert answer["endpoint"]["old_secret_until"] == "2026-01-06T12:00:00.000Z"


def test_a_removed_endpoint_is_gone(client, key):
    headers = key()
    endpoint_id, _ = added(client, headers)

    answer = client.delete(f"{ENDPOINTS}/{endpoint_id}", headers=headers)

    assert (answer.status_code, answer.data) == (204, b"")
    assert client.get(ENDPOINTS, headers=headers).get_json()["endpoints"] == []
    assert client.delete(f"{ENDPOINTS}/{endpoint_id}", headers=headers).status_code == 404


def test_an_endpoint_that_was_disabled_is_enabled_again(client, sqlite_store, key):
    headers = key()
    endpoint_id, _ = added(client, headers)
    sqlite_store.write(lambda uow: uow.endpoints.disable("demo", endpoint_id, reason=Message("http.gone"), at=NOON))
    assert client.post(f"{ENDPOINTS}/{endpoint_id}/test", headers=headers).status_code == 422

    answer = client.post(f"{ENDPOINTS}/{endpoint_id}/enable", headers=headers).get_json()

    assert (answer["disabled_at"], answer["disabled_reason"]) == (None, None)


def test_a_test_event_is_on_its_way_at_once(client, key, dispatch):
    headers = key()
    endpoint_id, _ = added(client, headers)

    answer = client.post(f"{ENDPOINTS}/{endpoint_id}/test", headers=headers)

    (delivery,) = client.get(DELIVERIES, headers=headers).get_json()["deliveries"]
    assert answer.status_code == 202
    assert (delivery["type"], delivery["event_id"]) == ("endpoint.test", answer.get_json()["event_id"])
    assert dispatch.rings[-1] == "delivery"


def test_everything_that_is_done_to_an_endpoint_is_on_record(client, sqlite_store, key):
    headers = key()
    endpoint_id, _ = added(client, headers)
    client.patch(f"{ENDPOINTS}/{endpoint_id}", json={"events": ["comment.approved"]}, headers=headers)
    client.post(f"{ENDPOINTS}/{endpoint_id}/rotate", headers=headers)
    client.post(f"{ENDPOINTS}/{endpoint_id}/enable", headers=headers)
    client.delete(f"{ENDPOINTS}/{endpoint_id}", headers=headers)

    done = ["added", "changed", "rotated", "enabled", "removed"]
    assert actions(sqlite_store) == [f"endpoint.{each}" for each in done]


def test_an_event_can_be_sent_again(client, sqlite_store, key):
    headers = key()
    endpoint_id, _ = added(client, headers)
    client.post(COMMENTS, json=a_body())
    sqlite_store.write(lambda uow: uow.endpoints.disable("demo", endpoint_id, reason=Message("http.gone"), at=NOON))
    (given_up,) = client.get(f"{DELIVERIES}?status=given_up", headers=headers).get_json()["deliveries"]
    again = f"{DELIVERIES}/{given_up['id']}/replay"
    assert client.post(again, headers=headers).status_code == 422
    client.post(f"{ENDPOINTS}/{endpoint_id}/enable", headers=headers)

    answer = client.post(again, headers=headers)

    assert answer.status_code == 202
    assert (answer.get_json()["status"], answer.get_json()["event_id"]) == ("waiting", given_up["event_id"])


def test_of_many_those_that_cannot_be_sent_again_are_named(client, key):
    headers = key()
    endpoint_id, _ = added(client, headers)
    client.post(f"{ENDPOINTS}/{endpoint_id}/test", headers=headers)

    answer = client.post(f"{DELIVERIES}/replay", json={"deliveries": [1, 999]}, headers=headers)

    assert answer.get_json() == {"replayed": [1], "left_out": [999]}


@pytest.mark.parametrize(
    "payload", [{}, {"deliveries": []}, {"deliveries": ["x"]}, {"deliveries": [0]}, {"deliveries": [2**63]}]
)
def test_a_replay_that_names_nothing_is_refused(client, key, payload):
    assert client.post(f"{DELIVERIES}/replay", json=payload, headers=key()).status_code == 422


def test_deliveries_are_listed_newest_first_in_pages(client, key):
    headers = key()
    endpoint_id, _ = added(client, headers)
    for _ in range(3):
        client.post(f"{ENDPOINTS}/{endpoint_id}/test", headers=headers)

    page = client.get(f"{DELIVERIES}?limit=2&endpoint={endpoint_id}", headers=headers).get_json()
    last = client.get(f"{DELIVERIES}?limit=2&cursor={page['next']}", headers=headers).get_json()

    assert [each["id"] for each in page["deliveries"] + last["deliveries"]] == [3, 2, 1]
    assert last["next"] is None


@pytest.mark.parametrize("number", [2**63 - 1, 2**63, 10**30])
def test_a_delivery_with_an_absurd_number_is_not_there(client, key, number):
    assert client.get(f"{DELIVERIES}/{number}", headers=key()).status_code == 404


@pytest.mark.parametrize("cursor", ["x", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk=", "LTE="])
def test_a_cursor_that_is_not_ours_is_no_accident(client, key, cursor):
    assert client.get(f"{DELIVERIES}?cursor={cursor}", headers=key()).status_code in {200, 422}


def test_only_an_owner_touches_webhooks(client, key):
    assert client.get(ENDPOINTS, headers=key(Scope.MODERATE)).status_code == 403
    assert client.get(DELIVERIES, headers=key(Scope.MODERATE)).status_code == 403
