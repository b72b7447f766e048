"""What owners do over the API for people who ask: export what somebody wrote, erase it, erase one comment."""

import pytest
from sqlalchemy import select

from moderation.accounts import Scope
from moderation.sender_rule import SenderKind
from moderation.senders import add_sender_rule
from moderation.store.tables import comments
from tests.builders import ADA, NOON, a_site, a_submission, received

EMAIL = "canary@reader.example"
ASKED = {"email": EMAIL}
EXPORT, ERASE = "/v1/sites/demo/people/export", "/v1/sites/demo/people/erase"


@pytest.fixture
def both(sqlite_store):
    """One comment by one person on each of two sites."""
    sqlite_store.write(lambda uow: uow.sites.add(a_site("garden"), at=NOON))
    return [
        received(sqlite_store, a_submission(f"Said on {site_id}.", email=EMAIL), site=a_site(site_id))
        for site_id in ("demo", "garden")
    ]


def bodies(store):
    with store.read() as uow:
        return sorted(uow.connection.scalars(select(comments.c.body)))


def trail(store):
    with store.read() as uow:
        return [each.fact for each in uow.audit.entries("demo")]


def test_an_owner_exports_what_a_person_wrote_on_their_site(client, key, both):
    answer = client.post(EXPORT, json={"email": EMAIL.upper()}, headers=key(Scope.ADMIN))

    assert answer.status_code == 200
    assert (answer.json["format"], answer.json["email"]) == ("rejoinder-person", EMAIL.upper())
    assert [each["body"] for each in answer.json["comments"]] == ["Said on demo."]


def test_an_owner_erases_what_a_person_wrote_on_their_site(client, key, sqlite_store, both):
    answer = client.post(ERASE, json=ASKED, headers=key(Scope.ADMIN))

    assert (answer.status_code, answer.json) == (200, {"comments": 1, "checks": 0})
    assert bodies(sqlite_store) == ["", "Said on garden."]
    assert client.post(ERASE, json=ASKED, headers=key(Scope.ADMIN)).json == {"comments": 0, "checks": 0}


def test_a_block_of_an_erased_person_ends_where_the_owner_says_so(client, key, sqlite_store, both):
    sqlite_store.write(lambda uow: add_sender_rule(uow, both[0], SenderKind.ADDRESS, ADA, at=NOON))

    left = []
    for fields in (ASKED, {**ASKED, "with_rules": True}):
        assert client.post(ERASE, json=fields, headers=key(Scope.ADMIN)).status_code == 200
        with sqlite_store.read() as uow:
            left.append(len(uow.sender_rules.of_sites(["demo"], at=NOON, limit=2)))

    assert left == [1, 0]


def test_an_owner_erases_one_comment_once(client, key, dispatch, sqlite_store, both):
    owner = key(Scope.ADMIN)

    answers = [client.delete(f"/v1/comments/{both[0].id}", headers=owner) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 404]
    assert bodies(sqlite_store) == ["", "Said on garden."]
    assert client.get(f"/v1/comments/{both[0].id}", headers=owner).status_code == 404
    assert "delivery" in dispatch.rings


def test_the_trail_says_who_did_it_and_not_to_whom(client, key, sqlite_store, both):
    owner = key(Scope.ADMIN)
    client.post(EXPORT, json=ASKED, headers=owner)
    client.post(ERASE, json=ASKED, headers=owner)

    facts = trail(sqlite_store)

    assert [each.action for each in facts] == ["person.exported", "person.erased", "comment.erased"]
    assert len({each.by_id for each in facts}) == 1 and facts[0].by_id.startswith("key_")
    assert "canary" not in str(facts)


@pytest.mark.parametrize(
    ("scope", "site_id", "statuses"),
    [
        (None, "", [401, 401, 401]),
        (Scope.READ, "demo", [403, 403, 403]),
        (Scope.MODERATE, "demo", [403, 403, 403]),
        (Scope.ADMIN, "garden", [404, 404, 404]),
    ],
)
def test_others_export_and_erase_nothing(client, key, sqlite_store, both, scope, site_id, statuses):
    headers = key(scope, site_id) if scope else {}

    answers = [
        client.post(EXPORT, json=ASKED, headers=headers),
        client.post(ERASE, json=ASKED, headers=headers),
        client.delete(f"/v1/comments/{both[0].id}", headers=headers),
    ]

    assert [answer.status_code for answer in answers] == statuses
    assert "Said on demo." not in "".join(answer.text for answer in answers)
    assert bodies(sqlite_store) == ["Said on demo.", "Said on garden."]
    assert trail(sqlite_store) == []


def test_what_is_no_address_is_refused_by_name_and_not_repeated(client, key):
    answer = client.post(ERASE, json={"email": "canary"}, headers=key(Scope.ADMIN))

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == ["email"]
    assert "canary" not in answer.text
