"""The text index: in step with the comments, and asked in a way that the database answers from it."""

import pytest
from sqlalchemy import event, text

from moderation.queue import Search
from moderation.search_words import wanted
from moderation.store import queue
from tests.builders import NOON, SECOND, a_site, a_submission, indexed, received
from tests.explaining import explaining


def found(store, query, most=10):
    with store.read() as uow:
        return uow.text_index.find(wanted(query), most=most)


def test_the_comments_with_all_the_words_are_found(store):
    bread = received(store, a_submission("Bread and butter"))
    received(store, a_submission("Bread and wine"))
    indexed(store)

    assert found(store, "bre but") == [bread.id]
    assert found(store, "marzipan") == []
    assert found(store, "bread", most=1) is None


@pytest.mark.parametrize(
    "query", ["100%", "[a]", "面包", "👍", "https://rita.example/", "a_b", "\\ * ^ \" ' - + : ( )"]
)
def test_no_sign_means_anything_to_the_query_language(store, query):
    exact = received(store, a_submission(f"It says {query} here.", name="R", website=""))
    received(store, a_submission("It says here.", name="R", website=""))
    indexed(store)

    assert found(store, query) == [exact.id]


def test_a_text_that_changed_is_found_by_its_new_words_only(store):
    comment = received(store, a_submission("bread"))
    indexed(store)

    def change(uow):
        uow.connection.execute(text("UPDATE comments SET body = 'wine'"))
        uow.text_index.renew([comment.id])

    store.write(change)

    assert found(store, "bread") == []
    assert found(store, "wine") == [comment.id]


def test_a_search_finds_what_was_indexed_since_the_one_before_in_the_same_transaction(store, monkeypatch):
    monkeypatch.setattr(queue, "MAX_READ_TO_COUNT", 1)  # the others are found by the index
    made = [received(store, a_submission("bread"), at=NOON + n * SECOND) for n in range(2)]
    indexed(store)
    search = Search(("demo",), None, text="bread")

    def counted_before_and_after(uow):
        before = uow.queue.counts(search)["pending"].number
        uow.connection.execute(text("UPDATE comments SET body = 'wine'"))
        uow.text_index.renew([each.id for each in made])
        return before, uow.queue.counts(search)["pending"].number

    assert store.write(counted_before_and_after) == (2, 0)


def test_what_was_erased_is_stale_until_it_is_forgotten(store):
    comment, other = received(store, a_submission("bread")), received(store, a_submission("bread"), at=NOON + SECOND)
    indexed(store)
    erase = text("UPDATE comments SET erased_at = 1 WHERE id = :id")
    store.write(lambda uow: uow.connection.execute(erase, {"id": comment.id}))

    with store.read() as uow:
        assert uow.text_index.next_stale(after="", limit=10) == ([comment.id], "")
    indexed(store)

    assert found(store, "bread") == [other.id]


def test_the_words_of_a_removed_site_are_gone(store):
    store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    kept = received(store, a_submission("bread"))
    received(store, a_submission("bread"), site=a_site("other"))
    indexed(store)

    store.write(lambda uow: uow.site_removal.remove("other"))

    assert found(store, "bread") == [kept.id]


def test_stale_comments_are_listed_some_at_a_time(store):
    ids = [received(store, at=NOON + number * SECOND).id for number in range(3)]

    with store.read() as uow:
        first = uow.text_index.next_stale(after="", limit=2)
        rest = uow.text_index.next_stale(after=first[1], limit=2)

    assert (first, rest) == ((ids[:2], ids[1]), (ids[2:], ""))


def test_sqlite_asks_the_index_and_reads_the_words_of_no_other_comment(sqlite_store):
    with explaining(sqlite_store.engine) as steps:
        sqlite_store.write(lambda uow: uow.text_index.find(["bread"], most=10))

    assert [step.partition(" (")[0] for step in steps] == [
        "SCAN word_index VIRTUAL TABLE INDEX 0:M1",
        "SEARCH comment_words USING INTEGER PRIMARY KEY",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("query", ["bread", "b"])
def test_postgresql_asks_the_index_though_it_believes_that_many_have_the_word(postgresql_store, query):
    for number in range(50):
        received(postgresql_store, a_submission(f"bread {number}"))
    indexed(postgresql_store)
    postgresql_store.write(lambda uow: uow.connection.execute(text("ANALYZE comment_words")))
    asked, plans = [], []
    event.listen(
        postgresql_store.engine,
        "before_cursor_execute",
        lambda *args: asked.append((args[2], args[3])) if "tsquery" in args[2] else None,
    )

    def explain(uow):
        uow.text_index.find(wanted(query), most=10)
        ((statement, values),) = asked
        plans.extend(uow.connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars())

    postgresql_store.write(explain)

    assert any("Bitmap Index Scan on ix_comment_words_words" in step for step in plans), plans
