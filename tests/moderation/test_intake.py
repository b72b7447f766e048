"""The first moment: what was accepted is on disk, once, and stays the author's whatever else happens."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import DBAPIError

from moderation import intake
from moderation.comment import Status, ThreadRef
from moderation.errors import Invalid, KeyReused, StoreBusy
from moderation.outbox.delivery import DeliverySearch
from moderation.store.tables import comments, tallies
from moderation.traps import issue_token
from tests.builders import NOON, SECOND, RecordingDispatch, a_sealer, a_site, a_submission, an_arrival, received
from tests.moderation.store.announcing import an_endpoint
from tests.together import Together
from tests.waiting import LIMIT_S

WRITERS = 16


def _receive(store, submission=None, arrival=None, at=NOON):
    return intake.receive(
        store, RecordingDispatch(), a_site(), submission or a_submission(), arrival or an_arrival(), at=at
    )


def _form_token(thread_key="a-page"):
    return issue_token(a_sealer().form_secret, site_id="demo", thread_key=thread_key, at=NOON - 60 * SECOND)


def _stored(store):
    with store.read() as uow:
        return uow.connection.scalar(select(func.count()).select_from(comments))


def test_a_submission_becomes_a_pending_comment_with_all_its_words(store):
    submission = a_submission("Text is <b>text</b> \N{BREAD}\n", website="https://rita.example")

    receipt = _receive(store, submission)

    with store.read() as uow:
        comment = uow.comments.get(receipt.comment_id)
        email = uow.comments.email_of(receipt.comment_id)
    assert (comment.status, comment.revision) == (Status.PENDING, 0)
    assert (comment.body, comment.name, comment.website) == (submission.body, submission.name, submission.website)
    assert comment.thread.key == submission.thread.key
    assert comment.received_at == NOON
    assert email == submission.email


def test_only_the_network_of_the_author_is_kept(store):
    comment = received(store, arrival=an_arrival(address="192.0.2.7"))

    assert comment.masked_address == "192.0.2.0/24"


def test_the_bells_ring_only_after_the_commit(store):
    seen_at_the_ring = []

    class Looking(RecordingDispatch):
        def ring(self, bell):
            super().ring(bell)
            seen_at_the_ring.append(_stored(store))

    an_endpoint(store)
    dispatch = Looking()
    intake.receive(store, dispatch, a_site(), a_submission(), an_arrival(), at=NOON)

    assert dispatch.rings == ["scoring", "delivery"]
    assert seen_at_the_ring == [1, 1]


def test_the_same_key_with_the_same_body_gets_the_same_receipt(store):
    first = _receive(store, arrival=an_arrival(idempotency_key="k"))

    second = _receive(store, arrival=an_arrival(idempotency_key="k"), at=NOON + SECOND)

    assert (second.comment_id, second.token) == (first.comment_id, first.token)
    assert (first.is_repeat, second.is_repeat) == (False, True)
    assert _stored(store) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"body": "Other words."},
        {"name": "Another"},
        {"email": "other@reader.example"},
        {"website": "https://other.example"},
        {"thread": "other-page"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_same_key_with_another_body_is_refused(store, change):
    _receive(store, arrival=an_arrival(idempotency_key="k"))

    with pytest.raises(KeyReused):
        _receive(store, a_submission(**change), an_arrival(idempotency_key="k"))

    assert _stored(store) == 1


def test_a_key_belongs_to_its_site(store):
    other = a_site("other")
    store.write(lambda uow: uow.sites.add(other, at=NOON))
    _receive(store, arrival=an_arrival(idempotency_key="k"))

    receipt = intake.receive(
        store, RecordingDispatch(), other, a_submission("Else."), an_arrival(idempotency_key="k"), at=NOON
    )

    assert not receipt.is_repeat


def test_without_a_key_the_same_words_may_come_twice(store):
    _receive(store)

    assert not _receive(store).is_repeat
    assert _stored(store) == 2


def test_a_form_that_is_sent_twice_makes_one_comment(store):
    arrival = an_arrival(form_token=_form_token(), from_form=True)
    first = _receive(store, arrival=arrival)

    second = _receive(store, arrival=arrival, at=NOON + SECOND)

    assert second.comment_id == first.comment_id
    assert second.is_repeat


def test_a_form_token_that_serves_a_second_text_is_noted_and_refuses_nothing(store):
    arrival = an_arrival(form_token=_form_token(), from_form=True)
    _receive(store, arrival=arrival)

    second = received(store, a_submission("Other words."), arrival)

    assert second.signals == {"used_token"}
    assert _stored(store) == 2


def test_a_form_without_a_token_still_brings_its_comment(store):
    assert received(store, arrival=an_arrival(from_form=True)).signals == {"no_token"}


def test_a_program_needs_no_form(store):
    assert received(store, arrival=an_arrival(trap_field="x")).signals == frozenset()


def test_a_reply_names_a_comment_of_its_own_thread(store):
    parent = received(store)

    reply = received(store, a_submission("I agree.", parent=parent.id))

    assert reply.parent_id == parent.id


@pytest.mark.parametrize("parent", ["cmt_nobody", "of another thread"])
def test_a_parent_that_is_not_in_the_thread_is_refused_by_name(store, parent):
    elsewhere = received(store, a_submission(thread="other-page"))
    parent = elsewhere.id if parent == "of another thread" else parent

    with pytest.raises(Invalid) as refused:
        _receive(store, a_submission(parent=parent))

    assert refused.value.field == "parent"
    assert _stored(store) == 1


def test_comments_on_one_new_page_share_its_thread(store):
    first, second = received(store), received(store)

    assert first.thread.id == second.thread.id


def test_what_is_not_known_of_a_page_comes_from_the_next_who_says_it(store):
    bare, full = ThreadRef("bread"), ThreadRef("bread", "https://blog.example/bread", "Bread")
    begun = received(store, a_submission(thread=bare)).thread
    assert (begun.url, begun.title) == ("", "")

    named = received(store, a_submission("Two.", thread=replace(bare, title="Bread"))).thread
    known = received(store, a_submission("Three.", thread=full)).thread
    later = received(store, a_submission("Four.", thread=replace(full, title="Pills"))).thread

    assert (named.url, named.title) == ("", "Bread")
    assert (known.url, known.title) == (full.url, full.title)
    assert later == known


@pytest.mark.parametrize("known", [True, False])
def test_of_a_group_each_says_what_it_knows_of_a_page(store, known):
    bare = ThreadRef("bread")
    if known:
        received(store, a_submission("Before.", thread=bare))

    with Together(store) as group:
        for ref in (bare, replace(bare, url="https://blog.example/bread"), replace(bare, title="Bread")):
            group.call(lambda ref=ref: _receive(store, a_submission(f"About {ref}.", thread=ref)))

    page = received(store, a_submission("After.", thread=bare)).thread
    assert (page.url, page.title) == ("https://blog.example/bread", "Bread")


def test_sixteen_threads_with_the_same_key_make_one_comment(store):
    together = threading.Barrier(WRITERS)

    def send():
        together.wait(timeout=LIMIT_S)
        return _receive(store, arrival=an_arrival(idempotency_key="k"))

    receipts = _all_at_once(send)

    assert len({receipt.comment_id for receipt in receipts}) == 1
    assert sum(not receipt.is_repeat for receipt in receipts) == 1
    assert _stored(store) == 1


def test_sixteen_threads_on_a_new_page_begin_one_thread(store):
    together = threading.Barrier(WRITERS)

    def send():
        together.wait(timeout=LIMIT_S)
        return received(store)

    assert len({comment.thread.id for comment in _all_at_once(send)}) == 1
    assert _stored(store) == WRITERS


def test_the_tally_equals_the_rows(store):
    for number in range(30):
        received(
            store, arrival=an_arrival(idempotency_key=str(number % 20)), submission=a_submission(str(number % 20))
        )

    with store.read() as uow:
        tally = uow.connection.scalar(select(func.sum(tallies.c.accepted)))
        assert tally == 20
        assert uow.statistics.conservation().is_whole


def test_a_group_that_goes_round_twice_adds_to_one_tally(store):
    """Or two processes could each hold the tally for which the other one waits."""
    arrival = an_arrival(form_token=_form_token(), from_form=True)

    with Together(store) as group:
        for number in range(8):
            group.call(lambda number=number: _receive(store, a_submission(f"Text {number}."), arrival))

    with store.read() as uow:
        assert uow.connection.scalars(select(tallies.c.accepted)).all() == [8]


def test_what_waits_together_is_written_together_and_each_gets_its_own_answer(store):
    parent = received(store)
    twice = {"arrival": an_arrival(idempotency_key="k")}

    with Together(store) as group:
        asked = [
            group.call(lambda: _receive(store, a_submission("One."), **twice)),
            group.call(lambda: _receive(store, a_submission("One."), **twice)),
            group.call(lambda: _receive(store, a_submission("Two."), **twice)),
            group.call(lambda: _receive(store, a_submission("Three.", parent="cmt_nobody"))),
            group.call(lambda: _receive(store, a_submission("Four.", parent=parent.id))),
            group.call(lambda: _receive(store, a_submission("Five.", thread="new-page"))),
            group.call(lambda: _receive(store, a_submission("Six.", thread="new-page"))),
        ]

    outcomes = [each.exception() or each.result() for each in asked]
    assert (outcomes[0].comment_id, outcomes[0].is_repeat, outcomes[1].is_repeat) == (
        outcomes[1].comment_id,
        False,
        True,
    )
    assert [type(each) for each in outcomes[2:4]] == [KeyReused, Invalid]
    with store.read() as uow:
        bodies = {
            comment.body: comment for comment in uow.comments.get_many([each.comment_id for each in outcomes[4:]])
        }
        assert uow.statistics.conservation().accepted == 5
    assert bodies["Four."].parent_id == parent.id
    assert bodies["Five."].thread == bodies["Six."].thread
    assert bodies["Five."].thread.key == "new-page"
    assert _stored(store) == 5


def test_a_form_token_that_serves_two_texts_at_once_is_noted_once(store):
    arrival = an_arrival(form_token=_form_token(), from_form=True)

    with Together(store) as group:
        asked = [
            group.call(lambda text=text: _receive(store, a_submission(text), arrival)) for text in ("One.", "Two.")
        ]

    with store.read() as uow:
        signals = [uow.comments.get(each.result().comment_id).signals for each in asked]
    assert signals == [frozenset(), {"used_token"}]


def test_sites_that_are_written_together_stay_apart(store):
    """Each has its own page of this key, its own tally, its own endpoints."""
    other = a_site("other")
    store.write(lambda uow: uow.sites.add(other, at=NOON))
    an_endpoint(store, "other")

    with Together(store) as group:
        here = group.call(lambda: received(store))
        there = group.call(lambda: received(store, site=other))

    assert (here.result().thread.site_id, there.result().thread.site_id) == ("demo", "other")
    assert here.result().thread.id != there.result().thread.id
    with store.read() as uow:
        assert dict(
            uow.connection.execute(select(tallies.c.site_id, func.sum(tallies.c.accepted)).group_by("site_id")).all()
        ) == {"demo": 1, "other": 1}
        assert [each.comment_id for each in uow.deliveries.page(DeliverySearch("other")).deliveries] == [
            there.result().id
        ]
        assert uow.deliveries.page(DeliverySearch("demo")).deliveries == ()


def test_a_submission_that_cannot_be_written_harms_none_that_waits_with_it(store):
    with Together(store) as group:
        fine = [group.call(lambda text=text: _receive(store, a_submission(text))) for text in ("One.", "Two.")]
        wrong = group.call(lambda: received(store, site=a_site("gone")))

    assert isinstance(wrong.exception(), DBAPIError)
    assert [each.exception() for each in fine] == [None, None]
    assert _stored(store) == 2


def test_a_busy_store_keeps_nothing_and_says_so(sqlite_store):
    @event.listens_for(sqlite_store.engine, "commit")
    def _no_room(connection):
        connection.connection.dbapi_connection.execute("PRAGMA max_page_count=1")
        connection.exec_driver_sql("CREATE TABLE more (x)")
        connection.exec_driver_sql("INSERT INTO more VALUES (zeroblob(10000000))")

    with pytest.raises(StoreBusy):
        _receive(sqlite_store)

    assert _stored(sqlite_store) == 0


def test_a_bell_that_was_not_asked_for_is_not_rung(store, dispatch):
    with pytest.raises(Invalid):
        intake.receive(store, dispatch, a_site(), a_submission(parent="cmt_nobody"), an_arrival(), at=NOON)

    assert dispatch.rings == []


def test_a_status_token_opens_one_comment_only():
    sealer = a_sealer()

    assert intake.status_token(sealer, "cmt_1") == intake.status_token(sealer, "cmt_1")
    assert (
        intake.status_token(sealer, "cmt_1").partition(".")[2]
        != intake.status_token(sealer, "cmt_2").partition(".")[2]
    )
    assert intake.status_token(a_sealer(b"another secret"), "cmt_1") != intake.status_token(sealer, "cmt_1")


def _all_at_once(work):
    with ThreadPoolExecutor(WRITERS) as pool:
        return [future.result(timeout=LIMIT_S) for future in [pool.submit(work) for _ in range(WRITERS)]]
