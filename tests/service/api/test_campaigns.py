"""Campaigns over the API."""

import pytest

from moderation.accounts import Scope
from tests.builders import sent_copies

OFFER = "Dear {}, our agency sells followers cheaply, write to us today and get the first hundred for free."


@pytest.fixture
def copies(sqlite_store):
    return sent_copies(sqlite_store, [OFFER.format(n) for n in range(6)])


def test_campaigns_are_listed_and_decided_as_one(client, key, copies):
    [found] = client.get("/v1/campaigns", headers=key(Scope.READ)).get_json()["campaigns"]
    assert (found["id"], found["size"], found["pending"]) == (copies[0].id, 6, 6)

    url = f"/v1/campaigns/{found['id']}/decisions"
    answer = client.post(url, json={"action": "reject", "reason": "spam"}, headers=key(Scope.MODERATE))

    assert (answer.status_code, len(answer.get_json()["decisions"]), answer.get_json()["left"]) == (201, 6, 0)
    assert client.get("/v1/campaigns", headers=key(Scope.READ)).get_json() == {"campaigns": []}


def test_a_decision_about_a_campaign_needs_a_reason_and_a_campaign(client, key, copies):
    headers = key(Scope.MODERATE)

    without = client.post(f"/v1/campaigns/{copies[0].id}/decisions", json={"action": "reject"}, headers=headers)
    unknown = client.post("/v1/campaigns/cmt_0/decisions", json={"action": "approve"}, headers=headers)

    assert (without.status_code, without.get_json()["errors"][0]["field"]) == (422, "reason")
    assert unknown.status_code == 404


def test_campaigns_of_another_site_do_not_exist(client, key, copies):
    assert client.get("/v1/campaigns?site=other", headers=key(Scope.READ)).status_code == 404
