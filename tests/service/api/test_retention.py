"""For how long a site keeps things, over the API."""

from moderation.accounts import Scope


def test_an_owner_reads_and_replaces_it(client, sqlite_store, key):
    replaced = client.put(
        "/v1/sites/demo/retention", json={"spam_days": 7, "email_days": None}, headers=key(Scope.ADMIN)
    )

    expected = {"spam_days": 7, "rejected_days": 180, "email_days": None, "network_days": 30, "delivery_days": 30}
    assert replaced.json == expected
    assert client.get("/v1/sites/demo/retention", headers=key(Scope.ADMIN)).json == expected
    with sqlite_store.read() as uow:
        assert list(uow.audit.entries("demo"))[-1].fact.action == "retention.changed"


def test_days_out_of_range_are_refused_by_name(client, key):
    answer = client.put("/v1/sites/demo/retention", json={"spam_days": 0}, headers=key(Scope.ADMIN))

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == ["spam_days"]
