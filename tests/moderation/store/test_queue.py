"""What moderators look through: every filter, every order, and pages that neither skip nor repeat."""

import base64
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from bench.queries import fill
from moderation.comment import Status
from moderation.decision import Action, Reason
from moderation.errors import Invalid, NotFound
from moderation.queue import Count, Order, Search
from moderation.store import queue as queue_module
from moderation.store.queue_cursors import past_copies
from tests.builders import (
    DAY,
    NOON,
    SECOND,
    a_decision,
    a_score,
    a_site,
    a_submission,
    indexed,
    received,
    sent_copies,
    settled,
)
from tests.explaining import explaining

ALL = Search(sites=("demo",), status=None)
RISING = (Order.PRIORITY, Order.OLDEST)


def _found(store, search):
    with indexed(store).read() as uow:
        return [comment.id for comment in uow.queue.page(search).comments]


def _pages(store, search, between=lambda: None):
    """Every page to the end; `between` happens after each."""
    pages, cursor = [], ""
    while True:
        with store.read() as uow:
            page = uow.queue.page(replace(search, cursor=cursor))
        pages.append([comment.id for comment in page.comments])
        cursor = page.next_cursor
        if not cursor:
            return pages
        between()


def _decide(store, comment, action, reason):
    store.write(lambda uow: uow.decisions.add([a_decision(comment, action, reason=reason)]))


@pytest.fixture
def other(store):
    """A second site."""
    site = a_site("other")
    store.write(lambda uow: uow.sites.add(site, at=NOON))
    return site


def test_only_the_sites_that_were_named_are_looked_through(store, other):
    here, there = received(store), received(store, site=other)

    assert _found(store, Search(sites=("demo",))) == [here.id]
    assert set(_found(store, Search(sites=("demo", "other")))) == {here.id, there.id}
    assert _found(store, Search(sites=())) == []


def test_the_queue_is_what_is_pending_unless_another_status_is_asked_for(store):
    pending, rejected = received(store), received(store)
    _decide(store, rejected, Action.REJECT, Reason.SPAM)

    assert _found(store, Search(sites=("demo",))) == [pending.id]
    assert _found(store, replace(ALL, status=Status.REJECTED)) == [rejected.id]
    assert len(_found(store, ALL)) == 2


def test_comments_are_found_by_the_reason_of_their_last_decision(store):
    spam, abuse = received(store), received(store)
    _decide(store, spam, Action.REJECT, Reason.SPAM)
    _decide(store, abuse, Action.REJECT, Reason.ABUSE)

    assert _found(store, replace(ALL, reason=Reason.ABUSE)) == [abuse.id]


def test_comments_are_found_by_their_thread(store):
    received(store)
    elsewhere = received(store, a_submission(thread="other-page"))

    assert _found(store, replace(ALL, thread="other-page")) == [elsewhere.id]


def test_an_author_is_found_by_a_part_of_the_name_a_whole_address_and_a_mail_domain(store):
    rita = received(store, a_submission("One.", name="Rita Reader", email="rita@reader.example"))
    other = received(store, a_submission("Two.", name="Someone", email="other@reader.example"), at=NOON + SECOND)
    received(store, a_submission("Three.", name="Someone else", email="other@elsewhere.example"))

    assert _found(store, replace(ALL, author="rita R")) == [rita.id]
    assert _found(store, replace(ALL, author=" RITA@reader.example")) == [rita.id]
    assert _found(store, replace(ALL, author="@Reader.example")) == [rita.id, other.id]


@pytest.mark.parametrize(
    ("text", "finds"),
    [("bread", True), ("BREA", True), ("rita", True), ("rita.example", True), ("read", False), ("butter", False)],
)
def test_text_is_found_in_the_body_the_name_and_the_website(store, text, finds):
    received(store, a_submission("I like bread.", name="Rita", website="https://rita.example"))

    assert bool(_found(store, replace(ALL, text=text))) is finds


@pytest.mark.parametrize("text", ["élodie", "ÉLODIE", "straße", "привет"])
def test_text_is_found_in_any_case_of_any_alphabet(store, text):
    received(store, a_submission("Élodie wohnt in der Straße. ПРИВЕТ"))

    assert _found(store, replace(ALL, text=text))


@pytest.mark.parametrize("wildcard", ["100%", "%", "a_b", "_", "/", "\\", "[a]", "*"])
def test_wildcards_are_only_characters(store, wildcard):
    exact = received(store, a_submission(f"It says {wildcard} here.", name="R", website=""))
    received(store, a_submission("It says 100 axb here.", name="R", website=""))

    assert _found(store, replace(ALL, text=wildcard)) == [exact.id]


@pytest.mark.parametrize("stored", ["Café", "Cafe\u0301", "CAFÉ", "Ca\u00adf\u200bé", "Ｃａｆé"], ids=ascii)
def test_a_search_finds_text_that_looks_the_same(store, stored):
    wanted = received(store, a_submission(f"We met at the {stored} 100% of the time."))
    by_name = received(store, a_submission(name=f"The {stored}"))

    for query in ("Café", "cafe\u0301", "ca\u200bfé"):
        assert set(_found(store, replace(ALL, text=query))) == {wanted.id, by_name.id}
        assert _found(store, replace(ALL, author=query)) == [by_name.id]
        assert _found(store, replace(ALL, text=f"{query} 100%")) == [wanted.id]
        assert _found(store, replace(ALL, text=f"{query}s")) == []


def test_an_author_is_found_however_the_address_is_written(store):
    wanted = received(store, a_submission(email="x@exämple.de"))

    for address in ("x@exa\u0308mple.de", "X@xn--exmple-cua.de"):
        assert _found(store, replace(ALL, author=address)) == [wanted.id]


def test_filters_narrow_each_other(store):
    wanted = received(store, a_submission("bread", name="Rita"))
    received(store, a_submission("bread", name="Ben"))
    received(store, a_submission("butter", name="Rita"))

    assert _found(store, replace(ALL, text="bread", author="rita")) == [wanted.id]


@pytest.mark.parametrize("order", Order)
def test_pages_in_every_order_tell_each_comment_once_though_places_are_shared(store, order):
    comments = [received(store, at=NOON + (number // 3) * SECOND) for number in range(12)]
    for number, comment in enumerate(comments[:9]):
        settled(store, comment, a_score(spam=0.1 * (number // 3), abuse=0.3))

    pages = _pages(store, replace(ALL, order=order, limit=5))

    assert [len(page) for page in pages] == [5, 5, 2]
    assert sorted(id for page in pages for id in page) == sorted(comment.id for comment in comments)


def test_the_likeliest_spam_comes_first_and_what_has_no_score_last(store):
    low, unscored, high = received(store), received(store), received(store)
    settled(store, low, a_score(spam=0.2))
    settled(store, high, a_score(spam=0.4))

    assert _found(store, replace(ALL, order=Order.SPAM)) == [high.id, low.id, unscored.id]


def test_by_priority_copies_come_first_then_likely_spam_then_what_is_doubtful_then_the_oldest(store):
    clear = settled(store, received(store, a_submission("Yes.", email="a@reader.example")), a_score(0.01, 0.01))
    doubtful = settled(store, received(store, at=NOON + SECOND), a_score(spam=0.5))
    spam = settled(store, received(store, at=NOON + 2 * SECOND), a_score(spam=0.93))
    offer = "Dear friend, our agency sells followers cheaply, write to us today and get the first hundred for free."
    copies = sent_copies(store, [offer, f"{offer} Now"], at=NOON + 3 * SECOND)
    late = settled(store, received(store, at=NOON + 5 * DAY), a_score(spam=0.93))

    found = _found(store, replace(ALL, status=Status.PENDING, order=Order.PRIORITY))

    assert found == [*(copy.id for copy in copies), spam.id, doubtful.id, clear.id, late.id]


def test_a_page_by_priority_goes_on_behind_all_copies(store):
    offer = "Dear friend, our agency sells followers cheaply, write to us today and get the first hundred for free."
    sent_copies(store, [f"{offer} {number}" for number in range(6)])
    other = settled(store, received(store), a_score(spam=0.5))
    search = Search(sites=("demo",), order=Order.PRIORITY, limit=2)

    with store.read() as uow:
        page = uow.queue.page(search)
        rest = uow.queue.page(replace(search, cursor=past_copies(page.next_cursor)))

    assert [comment.id for comment in rest.comments] == [other.id]


@pytest.mark.parametrize(("order", "at"), [(Order.OLDEST, timedelta()), (Order.NEWEST, timedelta(hours=1))])
def test_a_comment_that_comes_while_somebody_pages_moves_no_other(store, order, at):
    comments = [received(store, at=NOON + (number + 1) * SECOND) for number in range(9)]

    pages = _pages(store, replace(ALL, order=order, limit=3), between=lambda: received(store, at=NOON + at))

    listed = [id for page in pages for id in page]
    assert len(listed) == len(set(listed))
    assert set(listed) == {comment.id for comment in comments}


def test_the_last_page_has_no_cursor(store):
    received(store)

    with store.read() as uow:
        assert uow.queue.page(replace(ALL, limit=1)).next_cursor == ""


def _cursor(*content):
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "ä",
        "====",
        base64.urlsafe_b64encode(b"{}").decode(),
        base64.urlsafe_b64encode(b"[" * 20_000).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        _cursor("oldest", "2026-01-01T00:00:00", "cmt_1"),
        _cursor("oldest", "yesterday", "cmt_1"),
        _cursor("oldest", None, "cmt_1"),
        _cursor("oldest", 1e308, "cmt_1"),
        _cursor("oldest", 10**400, "cmt_1"),
        _cursor("oldest", 0.5, "cmt_\0"),
        _cursor("spam", "2026-01-01T00:00:00+00:00", "cmt_1"),
        _cursor(["oldest"], 1, "cmt_1"),
        _cursor("oldest"),
    ],
)
def test_a_cursor_that_is_not_ours_is_refused_by_name(store, cursor):
    with store.read() as uow, pytest.raises(Invalid) as refused:
        uow.queue.page(replace(ALL, cursor=cursor))

    assert refused.value.field == "cursor"


def test_a_cursor_of_another_order_is_refused(store):
    received(store)
    received(store)
    with store.read() as uow:
        cursor = uow.queue.page(replace(ALL, limit=1)).next_cursor

    with store.read() as uow, pytest.raises(Invalid) as refused:
        uow.queue.page(replace(ALL, order=Order.SPAM, cursor=cursor))

    assert refused.value.field == "cursor"


def test_the_counts_are_of_every_status_whatever_status_is_shown(store):
    received(store, a_submission("bread"))
    received(store, a_submission("butter"))
    _decide(store, received(store, a_submission("bread")), Action.APPROVE, Reason.CLEAN)

    with indexed(store).read() as uow:
        found = uow.queue.counts(replace(ALL, text="bread"))
    assert found == {"pending": Count(1), "approved": Count(1), "rejected": Count(0)}


def test_the_counts_of_a_site_leave_out_the_erased_and_other_sites(store):
    store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    received(store)
    received(store, site=a_site("other"))
    erased = received(store)
    erase = text("UPDATE comments SET erased_at = 1 WHERE id = :id")
    store.write(lambda uow: uow.connection.execute(erase, {"id": erased.id}))

    with store.read() as uow:
        assert uow.queue.counts(ALL) == {"pending": Count(1), "approved": Count(0), "rejected": Count(0)}


def test_counting_stops_at_a_bound_and_says_so(store, monkeypatch):
    monkeypatch.setattr(queue_module, "MAX_COUNT", 2)
    for _ in range(3):
        received(store)

    with store.read() as uow:
        assert uow.queue.counts(ALL)["pending"] == Count(2, is_more=True)


def test_a_word_that_many_have_is_looked_for_in_a_bounded_number_of_comments_for_each_page(store, monkeypatch):
    monkeypatch.setattr(queue_module, "MAX_FOUND", 1)
    monkeypatch.setattr(queue_module, "MAX_READ", 3)
    monkeypatch.setattr(queue_module, "_SLICE", 3)
    monkeypatch.setattr(queue_module, "MAX_READ_TO_COUNT", 3)
    wanted = [received(store, a_submission(body), at=NOON + n * SECOND).id for n, body in enumerate(_EIGHT)]

    pages = _pages(indexed(store), replace(ALL, text="bread"))

    assert pages == [[wanted[0]], [], [wanted[7]]]
    with store.read() as uow:
        assert uow.queue.counts(replace(ALL, text="bread"))["pending"] == Count(1, is_more=True)


@pytest.mark.parametrize("order", Order)
def test_a_word_that_few_have_is_found_at_once_wherever_it_is(store, monkeypatch, order):
    monkeypatch.setattr(queue_module, "_SLICE", 1)
    monkeypatch.setattr(queue_module, "MAX_READ_TO_COUNT", 5)
    wanted = [received(store, a_submission(body), at=NOON + n * SECOND).id for n, body in enumerate(_EIGHT)]
    search = replace(ALL, text="bread", order=order, limit=1)

    pages = _pages(indexed(store), search)

    assert pages == [[wanted[each]] for each in ((0, 7) if order in RISING else (7, 0))]
    with store.read() as uow:
        assert uow.queue.counts(search)["pending"] == Count(2)


@pytest.mark.parametrize("text", ["a", "b a", "面", "👍"])
def test_one_letter_is_found_too(store, text):
    wanted = received(store, a_submission("a bit of 吃面包 👍", name="R", website=""))
    received(store, a_submission("nothing", name="R", website=""))

    assert _found(store, replace(ALL, text=text)) == [wanted.id]


def test_a_search_for_nothing_but_punctuation_finds_nothing(store):
    received(store, a_submission("Well, well."))

    assert _found(store, replace(ALL, text="., ")) == []


_EIGHT = ["bread", *(f"butter {number}" for number in range(6)), "bread again"]

_SITES = tuple(f"site-{number}" for number in range(120))


@pytest.mark.parametrize("order", Order)
def test_the_queues_of_many_sites_are_merged_in_order(store, order):
    sites = [a_site(id) for id in _SITES]
    store.write(lambda uow: [uow.sites.add(site, at=NOON) for site in sites])
    comments = [
        received(store, site=site, at=NOON + n * SECOND) for n, site in enumerate([*sites[:3], *sites[::-40]])
    ]

    pages = _pages(store, Search(sites=_SITES, order=order, limit=2))

    ids = [comment.id for comment in comments]
    assert [id for page in pages for id in page] == (ids if order in RISING else ids[::-1])


_INDEXED = {
    "the queue": Search(sites=_SITES[:20]),
    "priority": Search(sites=_SITES[:20], order=Order.PRIORITY),
    "newest": Search(sites=_SITES[:20], status=None, order=Order.NEWEST),
    "one page": Search(sites=("demo",), thread="a-page"),
    "author": Search(sites=_SITES[:20], author="rita@reader.example"),
}


@pytest.mark.parametrize("search", _INDEXED.values(), ids=_INDEXED)
def test_the_queue_is_read_from_an_index_in_its_order(sqlite_store, search):
    comment = received(sqlite_store)
    searches = [search, replace(search, cursor=_cursor(search.order.value, 1, comment.id))]

    with explaining(sqlite_store.engine) as steps:
        for each in searches:
            sqlite_store.write(lambda uow, each=each: uow.queue.page(each))

    looks = [step for step in steps if "comments" in step]
    assert looks
    assert not [step for step in looks if "SEARCH" not in step or "INDEX" not in step]
    sorts = [step for step in steps if "TEMP B-TREE" in step]
    assert search.author or len(sorts) <= len(looks)  # of the first keys of each range; two for each sort a whole one


@pytest.mark.parametrize("order", [Order.PRIORITY, Order.PRIORITY_BACK])
def test_a_later_page_by_priority_reads_nothing_of_the_pages_before_it(sqlite_store, order):
    comment = received(sqlite_store)
    search = Search(sites=("demo",), order=order, cursor=_cursor(order.value, 1, comment.id))

    with explaining(sqlite_store.engine) as steps:
        sqlite_store.write(lambda uow: uow.queue.page(search))

    assert any(re.search(r"ix_comments_priority \(site_id=\? AND <expr>[<>]\?\)", step) for step in steps), steps


@pytest.mark.parametrize("order", [Order.SPAM, Order.ABUSE])
def test_an_order_by_score_reads_nothing_but_the_index(sqlite_store, order):
    with explaining(sqlite_store.engine) as steps:
        sqlite_store.write(lambda uow: uow.queue.page(Search(sites=("demo",), order=order)))

    assert any("COVERING INDEX ix_comments_queue (site_id=? AND status=?)" in step for step in steps)


def test_counts_read_nothing_but_the_index(sqlite_store):
    with explaining(sqlite_store.engine) as steps:
        sqlite_store.write(lambda uow: (uow.queue.counts(ALL), uow.statistics.conservation()))

    looks = [step for step in steps if "comments" in step]
    assert looks and all("COVERING INDEX" in step for step in looks), looks


@pytest.mark.slow
def test_postgresql_reads_the_queue_from_its_index(postgresql_store):
    search = Search(sites=_SITES[:20], status=None)
    fill(postgresql_store, count=5_000, sites=20)
    statements = []
    event.listen(
        postgresql_store.engine, "before_cursor_execute", lambda *args: statements.append((args[2], args[3]))
    )

    postgresql_store.write(lambda uow: uow.queue.page(search))

    keys, values = next(each for each in statements if "UNION ALL" in each[0])
    plan = "\n".join(postgresql_store.write(lambda uow: _plan(uow, keys, values)))
    assert "ix_comments_queue" in plan
    assert "Seq Scan on comments" not in plan


def _plan(uow, statement, values):
    return list(uow.connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars())


def test_the_detail_has_the_score_the_history_the_author_and_the_parent(store):
    parent = received(store)
    comment = settled(store, received(store, a_submission(parent=parent.id)))

    with store.read() as uow:
        detail = uow.queue.detail(comment.id)

    assert detail.comment == comment
    assert detail.comment.score == a_score()
    assert [decision.action for decision in detail.history] == [Action.HOLD]
    assert (detail.author.pending, detail.author.first_at) == (2, NOON)
    assert detail.parent.id == parent.id


def test_every_listed_comment_has_its_own_authors_record_on_its_own_site(store, other):
    first, second = received(store), received(store, at=NOON + SECOND)
    stranger = received(store, a_submission("Else.", email="new@reader.example"))
    elsewhere = received(store, site=other)
    _decide(store, first, Action.APPROVE, Reason.CLEAN)
    listed = [second, stranger, first, elsewhere]

    with store.read() as uow:
        details = uow.queue.details(listed)

    assert [detail.comment for detail in details] == listed
    listed = [(each.author.pending, each.author.approved, each.author.first_at) for each in details]
    assert listed == [(1, 1, NOON), (1, 0, NOON), (1, 1, NOON), (1, 0, NOON)]


def test_an_authors_record_is_counted_in_an_index_and_no_other_comment_of_theirs_is_read(sqlite_store):
    listed = [received(sqlite_store)]

    with explaining(sqlite_store.engine) as steps:
        sqlite_store.write(lambda uow: uow.queue.details(listed))

    looked_up = [each for each in steps if "ix_comments_author" in each]
    assert looked_up and all("COVERING" in each for each in looked_up)


def test_the_copies_of_a_campaign_are_counted_in_an_index_and_none_of_them_is_read(sqlite_store):
    listed = sent_copies(
        sqlite_store, [f"Dear friend, our agency sells followers cheaply today. {n}" for n in range(3)]
    )

    with explaining(sqlite_store.engine) as steps:
        found = sqlite_store.write(lambda uow: uow.queue.details(listed))

    assert found[0].campaign is not None
    counted = [step for step in steps if "ix_comments_campaign" in step]
    assert counted and all("COVERING" in step for step in counted), steps


def test_there_are_no_details_of_no_comments(store):
    with store.read() as uow, pytest.raises(NotFound):
        uow.queue.detail("cmt_nobody")


def test_decided_comments_are_listed_by_the_time_of_their_decision(store):
    first, second, still_waiting = received(store), received(store), received(store)
    for number, each in enumerate((second, first)):
        decided_at = NOON + (60 + number) * SECOND
        store.write(lambda uow, each=each, at=decided_at: uow.decisions.add([a_decision(each, at=at)]))
    search = replace(ALL, status=Status.APPROVED, order=Order.DECIDED, limit=1)

    assert _pages(store, search) == [[first.id], [second.id]]
    assert _found(store, replace(ALL, order=Order.DECIDED)) == [first.id, second.id, still_waiting.id]


def test_days_long_past_are_looked_for_among_the_latest_decisions_page_by_page(store, monkeypatch):
    old, new = received(store), received(store, at=NOON + DAY)
    for each, at in ((old, NOON + SECOND), (new, NOON + DAY + SECOND)):
        store.write(lambda uow, each=each, at=at: uow.decisions.add([a_decision(each, at=at)]))
    monkeypatch.setattr(queue_module, "MAX_READ", 1)
    monkeypatch.setattr(queue_module, "_SLICE", 1)
    search = replace(ALL, status=Status.APPROVED, order=Order.DECIDED, until=NOON + SECOND, limit=1)

    pages = _pages(store, search)

    assert pages == [[], [old.id], []]
    with store.read() as uow:
        assert uow.queue.counts(search)["approved"] == Count(1)


def test_the_order_of_decisions_is_read_from_an_index(sqlite_store):
    search = Search(sites=("demo",), status=Status.REJECTED, order=Order.DECIDED)

    with explaining(sqlite_store.engine) as steps:
        sqlite_store.write(lambda uow: uow.queue.page(search))

    assert any("ix_comments_decided" in step for step in steps), steps
