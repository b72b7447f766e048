"""What each request costs, in statements, commits and rings. Times differ from machine to machine; counts do not."""

from math import inf

import pytest
from sqlalchemy import event

from service.api import threads
from service.app import create_app
from service.caches import sites
from tests.counting import Counts
from tests.moderation.store.announcing import an_endpoint
from tests.service.bodies import BLOG, COMMENTS, a_body

THREAD = "/v1/sites/demo/threads/a-page/comments"


@pytest.fixture
def client(settings, store, dispatch, clock, monkeypatch):
    """A client of the service, on each database. Its cached sites stay fresh, however slow the machine is."""
    monkeypatch.setattr(sites, "FRESH_S", inf)
    return create_app(settings, store=store, dispatch=dispatch, now=clock).test_client()


@pytest.fixture
def looks(store):
    """What the reading side is asked: SQLite reads on connections of its own."""
    engine = getattr(store._database, "_readers", store.engine)
    counts = Counts()
    event.listen(engine, "before_cursor_execute", counts.note_statement)
    yield counts
    event.remove(engine, "before_cursor_execute", counts.note_statement)


def test_a_comment_on_a_known_page_costs_three_statements_and_one_commit(client, counts):
    client.post(COMMENTS, json=a_body())
    counts.forget()

    client.post(COMMENTS, json=a_body(body="Another one."))

    figures = [statement.split()[0] for statement in counts.statements]
    assert figures == ["SELECT", "INSERT", "INSERT"]  # the lookup, the comment, the tally
    assert counts.commits == 1


def test_the_first_comment_of_a_page_costs_one_more(client, counts):
    client.post(COMMENTS, json=a_body())
    counts.forget()

    client.post(COMMENTS, json=a_body(thread="a-new-page"))

    assert len(counts.statements) == 4
    assert counts.commits == 1


@pytest.mark.parametrize(
    ("said_first", "said_next", "statements"),
    [
        ({}, {"title": "A page"}, 4),
        ({}, {"url": f"{BLOG}/a-page"}, 4),
        ({"title": "A page"}, {"title": "Another"}, 3),
        ({"title": "A page"}, {"title": "Another", "url": f"{BLOG}/a-page"}, 4),
        ({"title": "A page", "url": f"{BLOG}/a-page"}, {"title": "Another", "url": f"{BLOG}/another"}, 3),
        ({}, {"url": "https://evil.example"}, 3),
    ],
)
def test_a_comment_costs_one_more_only_when_it_says_of_its_page_what_nobody_said(
    client, counts, said_first, said_next, statements
):
    client.post(COMMENTS, json=a_body(thread={"key": "a-page"} | said_first))
    counts.forget()

    client.post(COMMENTS, json=a_body(thread={"key": "a-page"} | said_next, body="Another one."))

    assert len(counts.statements) == statements


def test_a_comment_does_not_look_up_a_site_that_was_read_just_now(client, looks, store):
    client.post(COMMENTS, json=a_body())
    looks.forget()

    client.post(COMMENTS, json=a_body(body="Another one."))

    assert not [statement for statement in looks.statements if "FROM sites" in statement]


def test_a_comment_rings_once_for_its_score(client, dispatch):
    client.post(COMMENTS, json=a_body())

    assert dispatch.rings == ["scoring"]


def test_a_comment_that_is_announced_rings_each_bell_once(client, dispatch, store):
    an_endpoint(store)

    client.post(COMMENTS, json=a_body())

    assert dispatch.rings == ["scoring", "delivery"]


def test_a_thread_that_is_known_costs_one_small_look(client, looks):
    client.post(COMMENTS, json=a_body())
    client.get(THREAD)
    looks.forget()

    client.get(THREAD)

    assert len(looks.statements) == 1
    assert "FROM threads" in looks.statements[0]


def test_a_thread_is_rendered_once_for_each_change(client, looks):
    client.post(COMMENTS, json=a_body())
    for _ in range(5):
        client.get(THREAD)

    """Its outline, and the page that is shown."""
    assert len([statement for statement in looks.statements if "FROM comments" in statement]) == 2


def test_an_approval_in_a_long_thread_renders_only_the_page_that_is_read(client, store, looks, monkeypatch):
    rendered = []
    monkeypatch.setattr(threads, "_item", lambda comment, reply_to, is_rich: rendered.append(comment.id) or {})
    for number in range(7):
        client.post(COMMENTS, json=a_body(body=f"Number {number}."))
    store.write(lambda uow: uow.connection.exec_driver_sql("UPDATE comments SET status = 'approved'"))

    for version in range(3):
        store.write(lambda uow: uow.connection.exec_driver_sql("UPDATE threads SET version = version + 1"))
        for _ in range(2):
            assert client.get(f"{THREAD}?limit=2").get_json()["count"] == 7
        assert len(rendered) == 2 * (version + 1)


def test_an_invalid_comment_writes_nothing(client, counts):
    client.post(COMMENTS, json=a_body(email="x"))

    assert counts.commits == 0
