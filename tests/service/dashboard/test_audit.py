"""The audit trail as owners read it."""

import csv
import io

import pytest

from moderation.accounts import Role
from tests.builders import a_submission, received, settled


@pytest.fixture
def revealed(signed_in, sqlite_store):
    """A comment whose author's address Mina looked at, and which she then approved."""
    comment = settled(sqlite_store, received(sqlite_store, a_submission(email="rita@reader.example")))
    mina = signed_in("Mina")
    mina.submit(f"/dashboard/comments/{comment.id}/email")
    mina.submit(f"/dashboard/comments/{comment.id}/decisions", action="approve", revision=comment.revision)
    return comment


def test_an_owner_reads_who_looked_at_an_address(signed_in, revealed):
    page = signed_in("Olga", Role.OWNER).get("/dashboard/sites/demo/audit?kind=email.").text

    assert "<code>email.revealed</code>" in page
    assert "<bdi>Mina</bdi>" in page
    assert f"/dashboard/comments/{revealed.id}" in page
    assert "decision.approve" not in page and "rita@" not in page


def test_the_trail_is_filtered_by_person_and_comes_as_csv(signed_in, revealed):
    olga = signed_in("Olga", Role.OWNER)

    assert "No entry matches" in olga.get(f"/dashboard/sites/demo/audit?by={olga.moderator_id}&kind=email.").text
    rows = list(csv.DictReader(io.StringIO(olga.get("/dashboard/sites/demo/audit.csv?kind=email.").text)))

    assert [(row["action"], row["subject"]) for row in rows] == [("email.revealed", revealed.id)]


def test_a_page_goes_on_where_the_last_one_ended(signed_in, sqlite_store, revealed, monkeypatch):
    monkeypatch.setattr("service.dashboard.audit.SHOWN", 1)
    olga = signed_in("Olga", Role.OWNER)

    first = olga.get("/dashboard/sites/demo/audit").text
    second = olga.get("/dashboard/sites/demo/audit?before=3").text

    assert 'rel="next"' in first
    assert first != second


@pytest.mark.parametrize("url", ["audit", "sites/demo/audit", "sites/demo/audit.csv"])
def test_the_trail_is_for_owners(signed_in, url):
    assert signed_in("Mina", Role.MODERATOR).get(f"/dashboard/{url}").status_code == 403
    assert signed_in("Gina", Role.OWNER, "demo").get("/dashboard/sites/other/audit").status_code == 404


def test_a_kind_that_is_none_is_refused(signed_in):
    assert signed_in("Olga", Role.OWNER).get("/dashboard/sites/demo/audit?kind=x").status_code == 422
