"""Proof of work in a flood: who is asked, what is held without it, and that nothing is refused or lost."""

import pytest

from moderation import proof_of_work
from moderation.actions import Action
from moderation.form_switches import FormSwitches
from moderation.policy import Policy
from moderation.proof_of_work import LIFETIME
from moderation.reasons import Reason
from moderation.rules import History, matches
from tests.builders import NOON, SECOND, a_site
from tests.proofs import ask_for_proof, flood, solve
from tests.service.bodies import BROWSER, COMMENTS, a_body, a_form

SITE = "/v1/sites/demo"


@pytest.fixture(autouse=True)
def _easy(monkeypatch):
    """Little work."""
    monkeypatch.setattr(proof_of_work, "COST", 1)
    monkeypatch.setattr(proof_of_work, "COUNTERS", range(2, 5))


@pytest.fixture
def flooded(sqlite_store):
    """The store of a site that asks for proofs and is under a flood."""
    ask_for_proof(sqlite_store)
    flood(sqlite_store)
    return sqlite_store


def solution_from(client, site="demo"):
    return solve(client.get(f"/v1/sites/{site}/challenge").get_json())


def send(client, store, **changes):
    """The comment that a body becomes."""
    answer = client.post(COMMENTS, json=a_body(**changes))
    assert answer.status_code == 202
    with store.read() as uow:
        return uow.comments.get(answer.get_json()["id"])


def test_in_a_flood_the_form_is_told_and_a_solution_makes_a_comment_like_any_other(client, flooded):
    parts = client.get(f"{SITE}/form?thread=a-page").get_json()["parts"]

    comment = send(client, flooded, altcha=solution_from(client))

    assert parts == ["proof.mjs"]
    assert comment.signals == set()


@pytest.mark.parametrize("sent", [{}, {"altcha": ""}, {"altcha": None}, {"altcha": "no solution"}])
def test_without_a_solution_a_comment_is_taken_and_held_and_its_author_told_why(client, flooded, sent):
    comment = send(client, flooded, **sent)

    assert comment.signals == {"no_proof"}
    [match] = matches(comment, History(approved=3), Policy(hold_traps=False))
    assert (match.action, match.reason) == (Action.HOLD, Reason.NO_PROOF)
    assert "Very many comments" in Reason.NO_PROOF.spec.public


def test_a_form_without_javascript_is_held_and_its_author_is_thanked(client, flooded):
    answer = client.post(COMMENTS, data=a_form(), headers=BROWSER)

    with flooded.read() as uow:
        newest = uow.comments.get(answer.headers["Location"].partition("token=")[2].partition(".")[0])
    assert answer.status_code == 303
    assert newest.signals == {"no_token", "no_proof"}


def test_a_form_of_the_pages_own_may_have_altchas_widget(client, flooded):
    answer = client.post(COMMENTS, data={**a_form(), "altcha": solution_from(client)}, headers=BROWSER)

    with flooded.read() as uow:
        newest = uow.comments.get(answer.headers["Location"].partition("token=")[2].partition(".")[0])
    assert newest.signals == {"no_token"}


def test_a_solution_counts_once(client, flooded):
    solution = solution_from(client)

    first, second = [send(client, flooded, altcha=solution, body=f"{each} word.") for each in ("One", "Another")]

    assert (first.signals, second.signals) == (set(), {"no_proof"})


def test_the_same_comment_sent_again_after_a_lost_answer_is_still_one_and_not_held(client, flooded):
    again = {"headers": {"Idempotency-Key": "a-key"}, "json": a_body(altcha=solution_from(client))}

    first, second = client.post(COMMENTS, **again).get_json(), client.post(COMMENTS, **again).get_json()

    assert first == second
    with flooded.read() as uow:
        assert uow.comments.get(first["id"]).signals == set()


def test_an_expired_solution_is_none_by_the_servers_clock(client, clock, flooded):
    solution = solution_from(client)
    clock.wait(LIFETIME + SECOND)
    flood(flooded, at=clock())

    assert send(client, flooded, altcha=solution).signals == {"no_proof"}


def test_another_sites_solution_is_none(client, flooded):
    flooded.write(lambda uow: uow.sites.add(a_site("other", form=FormSwitches(proof=True)), at=NOON))

    assert send(client, flooded, altcha=solution_from(client, "other")).signals == {"no_proof"}


def test_without_a_flood_nobody_is_asked(client, sqlite_store):
    ask_for_proof(sqlite_store)

    assert client.get(f"{SITE}/form?thread=a-page").get_json()["parts"] == []
    assert send(client, sqlite_store).signals == set()
    assert send(client, sqlite_store, altcha="nonsense").signals == set()


def test_where_it_is_off_nobody_is_asked_in_a_flood_either(client, sqlite_store):
    flood(sqlite_store)

    assert client.get(f"{SITE}/form?thread=a-page").get_json()["parts"] == []
    assert client.get(f"{SITE}/challenge").status_code == 404
    assert send(client, sqlite_store).signals == set()


def test_challenges_are_for_any_page_and_limited_like_other_reads(limited, sqlite_store):
    ask_for_proof(sqlite_store)
    client = limited(limit_reads="1/minute")

    first, second = [client.get(f"{SITE}/challenge", headers={"Origin": "https://copy.example"}) for _ in range(2)]

    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert (first.status_code, second.status_code) == (200, 429)
