"""Groups in the queue: one card, one decision, one undo; and what does not belong to them."""

import re

import pytest

from moderation.accounts import Role
from moderation.comment import Comment, Status
from moderation.store import Store
from tests.builders import NOON, SECOND, a_score, a_submission, received, settled
from tests.service.dashboard.test_in_place import pick, send, status_of, waiting

SPAM = a_score(spam=0.93, evidence=())


def some_spam(store: Store, count: int = 4) -> list[Comment]:
    return [
        settled(store, received(store, a_submission(f"Cheap pills number {n}", email=f"{n}@shop.example")), SPAM)
        for n in range(count)
    ]


@pytest.fixture
def known(sqlite_store, signed_in) -> list[Comment]:
    """Three clean comments by an author of whom one was approved before."""
    first = waiting(sqlite_store, "The first one")
    send(signed_in("Ben"), "/dashboard/decisions", pick=pick(first), action="approve")
    return [waiting(sqlite_store, f"A kind word, number {n}") for n in range(3)]


def runs_in(html: str) -> list[str]:
    return re.findall(r'data-run="(\w+)"', html)


def test_likely_spam_of_strangers_is_one_card_with_each_text_on_it(signed_in, sqlite_store):
    some_spam(sqlite_store)

    page = signed_in().get("/dashboard/").text

    assert runs_in(page) == ["spam"]
    assert "4 comments are probably spam" in page
    assert all(f"Cheap pills number {n}" in page for n in range(4))


def test_clean_comments_of_known_authors_are_one_card(signed_in, known):
    page = signed_in().get("/dashboard/").text

    assert runs_in(page) == ["fine"]
    assert "3 comments are probably fine" in page


def test_two_alike_are_no_group(signed_in, sqlite_store):
    some_spam(sqlite_store, 2)

    assert runs_in(signed_in().get("/dashboard/").text) == []


def test_another_order_shows_each_comment_alone(signed_in, sqlite_store):
    some_spam(sqlite_store)

    assert runs_in(signed_in().get("/dashboard/?order=oldest").text) == []


def test_who_may_not_decide_sees_each_comment_alone(signed_in, sqlite_store):
    some_spam(sqlite_store)

    assert runs_in(signed_in("Vera", Role.VIEWER).get("/dashboard/").text) == []


def test_a_group_is_decided_without_a_script_and_undone_at_once(signed_in, sqlite_store):
    comments = some_spam(sqlite_store)
    browser = signed_in()

    page = browser.submit("/dashboard/decisions?why=spam", pick=pick(*comments), action="reject").text
    [(action, inner)] = re.findall(r'<form[^>]*action="([^"]*/undo[^"]*)"[^>]*>(.*?)</form>', page, re.DOTALL)
    fields = {name: re.findall(f'name="{name}" value="([^"]+)"', inner) for name in ("batch", "decision")}
    assert {status_of(sqlite_store, comment) for comment in comments} == {Status.REJECTED}

    browser.submit(action.replace("&amp;", "&"), **fields)

    assert {status_of(sqlite_store, comment) for comment in comments} == {Status.PENDING}


def test_what_was_left_out_of_a_group_comes_back_alone(signed_in, sqlite_store):
    *rest, left = some_spam(sqlite_store)

    _, answer = send(
        signed_in(), "/dashboard/decisions", pick=pick(*rest), show=pick(left), action="reject", reason="spam"
    )

    assert sorted(answer["done"]) == sorted(comment.id for comment in rest)
    assert [card["id"] for card in answer["cards"]] == [left.id]
    assert status_of(sqlite_store, left) is Status.PENDING


def test_a_group_is_as_long_as_people_read_and_the_next_begins_behind_it(signed_in, sqlite_store):
    some_spam(sqlite_store, 30)

    page = signed_in().get("/dashboard/").text

    assert "25 comments are probably spam" in page
    assert "5 comments are probably spam" in page


def test_a_long_text_is_read_alone(signed_in, sqlite_store):
    some_spam(sqlite_store, 3)
    settled(
        sqlite_store,
        received(sqlite_store, a_submission("Long. " * 200, email="l@shop.example"), at=NOON + SECOND),
        SPAM,
    )

    page = signed_in().get("/dashboard/").text

    assert "3 comments are probably spam" in page
    assert page.count('class="body"') == 1
