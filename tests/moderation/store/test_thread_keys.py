"""Threads that moved: an old key leads to the thread, and nothing that stood under it is lost."""

import pytest
from sqlalchemy import delete

from moderation import site_admin
from moderation.comment import ThreadRef
from moderation.errors import Invalid, NotFound
from moderation.store.tables import old_keys
from tests.builders import NOON, SECOND, a_submission, received

SIGNED = {"by_id": "console", "at": NOON + SECOND}


def move(store, key, new_key):
    return store.write(lambda uow: site_admin.move_thread(uow, "demo", key, new_key, **SIGNED))


def merge(store, key, into):
    return store.write(lambda uow: site_admin.merge_threads(uow, "demo", key, into, **SIGNED))


def thread(store, key):
    with store.read() as uow:
        return uow.threads.get("demo", key)


def test_a_moved_thread_has_its_new_key_whichever_key_is_asked_for(store):
    before = received(store, a_submission(thread="old")).thread

    moved = move(store, "old", "new")

    assert (moved.id, moved.key) == (before.id, "new")
    assert thread(store, "old") == thread(store, "new") == moved
    assert moved.version > before.version


def test_a_thread_that_moves_twice_answers_to_all_its_keys(store):
    received(store, a_submission(thread="first"))

    move(store, "first", "second")
    move(store, "second", "third")

    assert {thread(store, key).key for key in ("first", "second", "third")} == {"third"}


def test_a_thread_that_moves_back_has_its_first_key_again(store):
    received(store, a_submission(thread="first"))
    move(store, "first", "second")

    move(store, "second", "first")

    assert {thread(store, key).key for key in ("first", "second")} == {"first"}


def test_a_comment_with_an_old_key_lands_in_the_thread_that_moved(store):
    first = received(store, a_submission("first", thread="old"))
    move(store, "old", "new")

    reply = received(store, a_submission("a reply", thread="old", parent=first.id))

    assert (reply.thread.id, reply.thread.key, reply.parent_id) == (first.thread.id, "new", first.id)


def test_a_key_that_led_elsewhere_can_be_given_to_another_thread(store):
    received(store, a_submission(thread="old"))
    other = received(store, a_submission(thread="other")).thread
    move(store, "old", "new")

    move(store, "other", "old")

    assert thread(store, "old").id == other.id
    assert thread(store, "other").id == other.id


def test_the_key_of_another_thread_is_refused_with_the_command_that_merges(store):
    received(store, a_submission(thread="a"))
    received(store, a_submission(thread="b"))

    with pytest.raises(Invalid, match="rejoinder thread merge"):
        move(store, "a", "b")


def test_the_comments_of_both_threads_stand_under_one_after_a_merge(store):
    a, b = received(store, a_submission("a", thread="a")), received(store, a_submission("b", thread="b"))

    merged = merge(store, "a", "b")

    with store.read() as uow:
        threads = {uow.comments.get(comment.id).thread.id for comment in (a, b)}
    assert threads == {merged.id} == {b.thread.id}
    assert thread(store, "a") == thread(store, "b") == merged


def test_old_keys_of_a_merged_thread_lead_to_the_other(store):
    received(store, a_submission(thread="old"))
    received(store, a_submission(thread="b"))
    move(store, "old", "a")

    merge(store, "a", "b")

    assert {thread(store, key).key for key in ("old", "a", "b")} == {"b"}


def test_a_thread_is_not_merged_into_itself_under_any_of_its_keys(store):
    received(store, a_submission(thread="old"))
    move(store, "old", "new")

    with pytest.raises(Invalid):
        merge(store, "old", "new")


def test_a_page_without_a_thread_can_neither_move_nor_be_merged_into(store):
    received(store, a_submission(thread="a"))

    with pytest.raises(NotFound):
        move(store, "nowhere", "new")
    with pytest.raises(NotFound):
        merge(store, "a", "nowhere")


def test_old_keys_go_with_their_site(store):
    received(store, a_submission(thread="old"))
    move(store, "old", "new")

    store.write(lambda uow: uow.site_removal.remove("demo"))

    with store.read() as uow:
        assert uow.threads.find("demo", "old") is None


def test_only_a_thread_that_was_published_has_a_time_of_its_last_change(store):
    store.write(lambda uow: uow.threads.begin("demo", ThreadRef("a"), at=NOON))
    first = thread(store, "a")

    move(store, "a", "b")
    unpublished = thread(store, "b")
    store.write(lambda uow: uow.threads.touch([first.id], at=NOON))
    store.write(lambda uow: uow.threads.touch([first.id], at=NOON - SECOND))
    touched = thread(store, "b")
    store.write(lambda uow: uow.threads.close(first.id, is_closed=True, at=NOON + SECOND))

    assert (first.changed_at, unpublished.changed_at) == (None, None)
    assert touched.changed_at == NOON
    assert thread(store, "b").changed_at == NOON + SECOND


def test_many_threads_are_found_by_old_and_present_keys(store):
    received(store, a_submission(thread="old"))
    received(store, a_submission(thread="other"))
    move(store, "old", "new")

    with store.read() as uow:
        found = uow.threads.find_many("demo", ["old", "new", "other", "nowhere"])

    assert {asked: each.key for asked, each in found.items()} == {"old": "new", "new": "new", "other": "other"}


@pytest.mark.parametrize("other", ["/post", "/post/", "/post/?p=1"])
def test_a_page_written_with_its_last_slash_and_without_has_one_thread(store, other):
    first = received(store, a_submission("first", thread="/post/?p=1" if "?" in other else "/post/"))

    reply = received(store, a_submission("a reply", thread=other.replace("/?", "?"), parent=first.id))

    assert (reply.thread.id, reply.thread.key) == (first.thread.id, first.thread.key)
    assert thread(store, other).id == first.thread.id


def test_pages_that_begin_together_with_both_slashes_are_one_thread(store):
    refs = [("demo", ThreadRef(key)) for key in ("/b/", "/a", "/a/", "/b")]

    ids = store.write(lambda uow: uow.threads.begin_many(refs, at=NOON))

    assert (ids["demo", "/a"], ids["demo", "/b"]) == (ids["demo", "/a/"], ids["demo", "/b/"])
    assert len(set(ids.values())) == 2


def test_a_thread_moves_with_both_of_its_keys(store):
    received(store, a_submission(thread="/post"))
    store.write(lambda uow: uow.thread_keys.move(uow.threads.get("demo", "/post"), "elsewhere", at=NOON))
    kept = received(store, a_submission(thread="/post/")).thread

    assert kept.key == "elsewhere"
    assert thread(store, "/post") == thread(store, "/post/")


def test_two_pages_that_had_threads_of_their_own_before_keep_them(store):
    first = received(store, a_submission(thread="/post")).thread
    store.write(lambda uow: uow.connection.execute(delete(old_keys)))  # as if both had begun at once
    second = received(store, a_submission(thread="/post/")).thread

    again = [received(store, a_submission(thread=key)).thread.id for key in ("/post", "/post/")]

    assert first.id != second.id
    assert again == [first.id, second.id] == [thread(store, key).id for key in ("/post", "/post/")]


def test_what_a_page_could_not_give_is_told_of_the_thread_it_was_merged_into(store):
    gone = received(store, a_submission(thread="a")).thread
    received(store, a_submission(thread="b"))
    store.write(lambda uow: uow.page_problems.note({("demo", "url"): gone.id}, at=NOON))

    merge(store, "a", "b")

    with store.read() as uow:
        assert [(each.field, each.key) for each in uow.page_problems.since("demo", at=NOON)] == [("url", "b")]
