"""Owners export and erase what a person wrote on their sites; everybody else finds nothing."""

import json

import pytest
from sqlalchemy import select

from moderation.accounts import Role
from moderation.store.tables import comments
from tests.builders import a_site, a_submission, received

EMAIL = "canary@reader.example"


@pytest.fixture
def both(sqlite_store, garden):
    """One comment by one person on each of two sites."""
    return [
        received(sqlite_store, a_submission(f"Said on {site_id}.", email=EMAIL), site=a_site(site_id))
        for site_id in ("demo", garden)
    ]


def bodies(store):
    with store.read() as uow:
        return sorted(uow.connection.scalars(select(comments.c.body)))


def test_an_owner_finds_exports_and_erases_what_is_on_their_site(signed_in, sqlite_store, both):
    owner = signed_in("Mina", Role.OWNER, "demo")

    found = owner.submit("/dashboard/people", address=EMAIL.upper())
    exported = owner.submit("/dashboard/people/export", address=EMAIL)
    erased = owner.submit("/dashboard/people/erase", address=EMAIL)

    assert "1 comment" in found.text and "Said on demo." in found.text and "Said on garden." not in found.text
    assert [each["body"] for each in json.loads(exported.text)["comments"]] == ["Said on demo."]
    assert "Erased 1 text." in erased.text
    assert bodies(sqlite_store) == ["", "Said on garden."]


def test_the_trail_says_who_did_it_and_not_to_whom(signed_in, sqlite_store, both):
    owner = signed_in("Mina", Role.OWNER, "demo")
    owner.submit("/dashboard/people/export", address=EMAIL)
    owner.submit("/dashboard/people/erase", address=EMAIL)

    with sqlite_store.read() as uow:
        facts = [each.fact for each in uow.audit.entries("demo")]
    assert [(each.action, each.by_id) for each in facts] == [
        (action, owner.moderator_id) for action in ("person.exported", "person.erased", "comment.erased")
    ]
    assert "canary" not in str(facts)


def test_the_address_is_in_no_url(signed_in, both):
    owner = signed_in("Mina", Role.OWNER, "demo")

    answer = owner.client.post("/dashboard/people/erase", data={"csrf": owner.token(), "address": EMAIL})

    assert answer.headers["Location"] == "/dashboard/people?erased=1"


def test_an_owner_erases_one_comment_from_its_page(signed_in, sqlite_store, both):
    owner = signed_in("Mina", Role.OWNER, "demo")
    assert "Erase this comment" in owner.get(f"/dashboard/comments/{both[0].id}").text

    answers = [owner.submit(f"/dashboard/comments/{each.id}/erase") for each in both]

    assert [answer.status_code for answer in answers] == [200, 404]
    assert bodies(sqlite_store) == ["", "Said on garden."]
    assert owner.get(f"/dashboard/comments/{both[0].id}").status_code == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MODERATOR])
def test_others_erase_and_export_nothing(signed_in, sqlite_store, both, role):
    browser = signed_in("Ben", role, "demo")

    answers = [
        browser.get("/dashboard/people"),
        *(browser.submit(f"/dashboard/people{rest}", address=EMAIL) for rest in ("", "/export", "/erase")),
        browser.submit(f"/dashboard/comments/{both[0].id}/erase"),
    ]

    assert [answer.status_code for answer in answers] == [403] * 5
    assert "Erase this comment" not in browser.get(f"/dashboard/comments/{both[0].id}").text
    assert bodies(sqlite_store) == ["Said on demo.", "Said on garden."]


def test_what_is_no_address_is_refused(signed_in, both):
    answer = signed_in("Mina", Role.OWNER, "demo").submit("/dashboard/people", address="canary")

    assert answer.status_code == 422
