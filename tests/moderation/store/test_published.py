"""What anybody may know across threads: the same on both databases, and read from indexes."""

from moderation.comment import ThreadRef
from tests.builders import NOON, SECOND, a_decision, a_site, a_submission, received
from tests.explaining import explaining


def published(store, body, *, thread="a-page", number=0):
    at = NOON + number * SECOND
    comment = received(store, a_submission(body, thread=thread), at=at)
    store.write(lambda uow: uow.decisions.add([a_decision(comment)]))
    store.write(lambda uow: uow.threads.touch([comment.thread.id], at=at))
    return comment


def test_the_latest_comments_come_first_of_a_site_or_of_one_thread(store):
    old, new = published(store, "old", thread="a"), published(store, "new", thread="b", number=2)
    middle = published(store, "middle", thread="a", number=1)
    received(store, a_submission("waits"), at=NOON + 3 * SECOND)

    with store.read() as uow:
        of_site = uow.published.latest("demo", limit=2)
        of_thread = uow.published.latest("demo", thread_id=old.thread.id, limit=5)

    assert [(each.id, each.thread) for each in of_site] == [(new.id, ThreadRef("b")), (middle.id, ThreadRef("a"))]
    assert [each.id for each in of_thread] == [middle.id, old.id]


def test_comments_are_counted_by_key(store):
    for thread in ("a", "a", "b"):
        published(store, "text", thread=thread)

    with store.read() as uow:
        assert uow.published.counts("demo", ["a", "b", "c"]) == {"a": 2, "b": 1}


def test_threads_come_in_the_order_of_their_change_in_pages(store):
    for number, thread in enumerate("abcb"):
        published(store, "text", thread=thread, number=number)

    with store.read() as uow:
        first, cursor = uow.published.threads(a_site(), limit=2, at=NOON)
        rest, end = uow.published.threads(a_site(), cursor=cursor, limit=2, at=NOON)

    assert [(each.key, each.count, each.changed_at) for each in (*first, *rest)] == [
        ("a", 1, NOON),
        ("c", 1, NOON + 2 * SECOND),
        ("b", 2, NOON + 3 * SECOND),
    ]
    assert end == ""


def test_each_is_read_from_an_index_in_its_order(sqlite_store):
    comment = published(sqlite_store, "text")

    with explaining(sqlite_store.engine) as steps:
        sqlite_store.write(lambda uow: uow.published.latest("demo", limit=2))
        sqlite_store.write(lambda uow: uow.published.latest("demo", thread_id=comment.thread.id, limit=2))
        sqlite_store.write(lambda uow: uow.published.threads(a_site(), since=NOON, limit=2, at=NOON))
        sqlite_store.write(lambda uow: uow.published.counts("demo", ["a-page"]))
        sqlite_store.write(lambda uow: uow.threads.find("demo", "a-page"))

    assert steps
    assert [
        step for step in steps if step.startswith("SCAN") and "json_each" not in step and "anon" not in step
    ] == []
    assert [step for step in steps if "TEMP B-TREE" in step and "GROUP BY" not in step] == []
