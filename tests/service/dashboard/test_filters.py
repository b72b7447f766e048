"""Filters that combine, and lists that are saved under a name."""

import re

import pytest

from moderation.accounts import Role
from tests.builders import NOON, a_score, a_submission, an_arrival, received, settled


def waiting(store, body, score=None, *, email="rita@reader.example", address="192.0.2.1", at=NOON):
    submission = a_submission(body, email=email)
    return settled(store, received(store, submission, an_arrival(address=address), at=at), score, at=at)


@pytest.fixture
def some(sqlite_store):
    """Four comments that differ in everything."""
    waiting(sqlite_store, "Plain words")
    waiting(sqlite_store, "See https://shop.example/a", a_score(spam=0.6, language="fi"), email="ida@shop.example")
    waiting(sqlite_store, "Angry words", a_score(abuse=0.7), address="198.51.100.9")
    return sqlite_store


def shown(browser, query):
    """The texts of the rows."""
    page = browser.get(f"/dashboard/?{query}")
    assert page.status_code == 200, page.text
    return sorted(re.findall(r'class="row-text" dir="auto">([A-Z]\w+)', page.text))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("spam_from=50", ["See"]),
        ("spam_to=10&abuse_to=10", ["Plain"]),
        ("abuse_from=70", ["Angry"]),
        ("link=https://shop.example", ["See"]),
        ("language=fi", ["See"]),
        ("network=198.51.100.0/24", ["Angry"]),
        ("by=policy&abuse_from=70", ["Angry"]),
        ("by=mod_0", []),
        ("first_day=2026-01-05&last_day=2026-01-05", ["Angry", "Plain", "See"]),
        ("last_day=2026-01-04", []),
        ("first_day=2026-01-06", []),
    ],
)
def test_filters_combine(signed_in, some, query, expected):
    assert shown(signed_in(), query) == expected


def test_decided_comments_of_some_days_come_in_the_order_of_their_arrival(signed_in):
    browser = signed_in()

    assert 'value="newest" selected' in browser.get("/dashboard/?status=approved&last_day=2026-01-04").text
    assert 'value="decided" selected' in browser.get("/dashboard/?status=approved").text


def test_a_mail_domain_finds_its_addresses_and_is_not_in_the_url(signed_in, some):
    found = signed_in().submit("/dashboard/search", author="@SHOP.example")

    assert "shop.example" not in found.request.url
    assert found.text.count("data-card=") == 1


@pytest.mark.parametrize("query", ["spam_from=150", "spam_from=x", "first_day=yesterday", "last_day=2026-13-01"])
def test_what_cannot_be_meant_is_answered_with_what_can(signed_in, some, query):
    assert signed_in().get(f"/dashboard/?{query}").status_code == 422


def test_a_view_is_saved_for_oneself_or_shared_and_removed_by_its_owner(signed_in, some):
    mina, olga = signed_in(), signed_in("Olga", Role.MODERATOR)
    mina.submit("/dashboard/views?spam_from=50", name="Likely spam")
    mina.submit("/dashboard/views?abuse_from=50", name="Angry ones", shared="yes")

    own, hers = mina.get("/dashboard/?spam_from=50").text, olga.get("/dashboard/?abuse_from=50").text

    assert ">Likely spam</a>" in own and ">Angry ones</a>" in own
    assert ">Likely spam</a>" not in hers and ">Angry ones</a>" in hers
    assert "Remove the view" not in hers
    [remove] = re.findall(r'action="(/dashboard/views/[^"?]+/remove)', own)
    olga.submit(remove)
    assert ">Likely spam</a>" in mina.get("/dashboard/").text
    mina.submit(remove)
    assert ">Likely spam</a>" not in mina.get("/dashboard/").text


def test_a_view_of_an_author_keeps_a_comment_and_no_address(signed_in, some):
    mina = signed_in()
    found = mina.submit("/dashboard/search", author="ida@shop.example")
    mina.submit(f"/dashboard/views?{found.request.query_string.decode()}", name="Ida", shared="yes")

    with some.read() as uow:
        [view] = uow.saved_views.seen_by("nobody")
    assert view.query.startswith("author_of=cmt_") and "author=" not in view.query
    assert shown(signed_in("Olga", Role.MODERATOR), view.query) == ["See"]


def test_a_view_of_a_mail_domain_finds_it_and_shows_it_in_no_url(signed_in, some):
    mina = signed_in()
    found = mina.submit("/dashboard/search", author="@shop.example")
    mina.submit(f"/dashboard/views?{found.request.query_string.decode()}", name="The shop")

    [link] = re.findall(r'href="/dashboard/\?([^"]*)"[^>]*>The shop<', mina.get("/dashboard/").text)

    assert "shop.example" not in link
    assert shown(mina, link) == ["See"]


def test_an_author_without_a_comment_is_no_view(signed_in, some):
    mina = signed_in()
    found = mina.submit("/dashboard/search", author="nobody@shop.example")

    answer = mina.submit(f"/dashboard/views?{found.request.query_string.decode()}", name="Nobody")

    assert answer.status_code == 422 and "take the author" in answer.text


def test_a_view_about_a_site_that_one_does_not_read_is_not_shown(signed_in, some, garden):
    signed_in("Greta", Role.OWNER, "garden").submit("/dashboard/views?site=garden", name="Garden", shared="yes")

    assert ">Garden</a>" not in signed_in().get("/dashboard/").text
