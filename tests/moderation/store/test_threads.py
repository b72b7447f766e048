"""Threads: begun once, closed and opened, and read by the public without what is not public."""

import pytest
from sqlalchemy import text

from moderation.comment import PublicComment, ThreadRef
from moderation.decision import Action
from moderation.errors import NotFound
from tests.builders import NOON, SECOND, a_decision, a_submission, received


def _thread(store, key="a-page"):
    with store.read() as uow:
        return uow.threads.get("demo", key)


def _public(store, thread_id):
    with store.read() as uow:
        return uow.threads.public_comments(uow.threads.outline(thread_id))


def _approve(store, comment):
    store.write(lambda uow: uow.decisions.add([a_decision(comment)]))


def test_a_thread_is_begun_with_its_first_comment(store):
    comment = received(store)

    thread = _thread(store)

    assert thread.id == comment.thread.id
    assert (thread.url, thread.title, thread.version) == ("https://blog.example/a-page", "A page", 0)


def test_a_thread_that_is_begun_twice_is_the_same(store):
    begun = [store.write(lambda uow: uow.threads.begin("demo", ThreadRef("p"), at=NOON)) for _ in range(2)]

    assert begun[0] == begun[1] == _thread(store, "p").id


def test_a_thread_that_nobody_commented_on_is_not_found(store):
    with store.read() as uow, pytest.raises(NotFound):
        uow.threads.get("demo", "nowhere")


def test_the_public_reads_what_is_approved_in_the_order_of_arrival(store):
    late = received(store, at=NOON + SECOND)
    early = received(store, a_submission("Early.", name="R", website="https://r.example"))
    pending, rejected, erased = received(store), received(store), received(store)
    for comment in (late, early, erased):
        _approve(store, comment)
    store.write(lambda uow: uow.decisions.add([a_decision(rejected, Action.REJECT)]))
    gone = text("UPDATE comments SET erased_at = 1 WHERE id = :id")
    store.write(lambda uow: uow.connection.execute(gone, {"id": erased.id}))

    public = _public(store, pending.thread.id)

    assert [comment.id for comment in public] == [early.id, late.id]
    assert public[0] == PublicComment(early.id, "R", "https://r.example", "Early.", at=NOON)


def test_every_change_of_what_the_public_sees_grows_the_version(store):
    thread = received(store).thread

    store.write(lambda uow: uow.threads.touch([thread.id, thread.id], at=NOON))
    touched = _thread(store).version
    store.write(lambda uow: uow.threads.close(thread.id, is_closed=True, at=NOON))
    closed = _thread(store)
    store.write(lambda uow: uow.threads.close(thread.id, is_closed=False, at=NOON))

    assert touched == 1
    assert (closed.version, closed.closed_at) == (2, NOON)
    assert (_thread(store).version, _thread(store).closed_at) == (3, None)


def test_touching_no_thread_asks_nothing(store, counts):
    store.write(lambda uow: uow.threads.touch([], at=NOON))

    assert counts.statements == []


def test_the_path_to_a_comment_has_what_it_answers_as_deep_as_it_stood(store):
    first = received(store)
    reply = received(store, a_submission("A reply.", parent=first.id), at=NOON + SECOND)
    last = received(store, a_submission("A reply to it.", parent=reply.id), at=NOON + 2 * SECOND)

    with store.read() as uow:
        assert uow.threads.path_to(last.id, depth=9) == [first.id, reply.id, last.id]
        assert uow.threads.path_to(last.id, depth=1) == [reply.id, last.id]
        assert uow.threads.path_to("cmt_0", depth=9) == []
