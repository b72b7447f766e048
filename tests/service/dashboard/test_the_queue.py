import re
from datetime import timedelta

import pytest

from moderation.comment import ThreadRef
from moderation.messages import Message
from moderation.score import Evidence
from moderation.store import Store
from moderation.triage import Scored, settle
from service.app import create_app
from tests.builders import (
    NOON,
    a_score,
    a_submission,
    an_arrival,
    indexed,
    received,
    settled,
)
from tests.service.dashboard.conftest import Browser, add_moderator, link_for, token_in


def waiting(store: Store, body: str, score=None, *, arrival=None, at=NOON, **changes):
    comment = received(store, a_submission(body, **changes), arrival, at=at)
    return settled(store, comment, score or a_score(evidence=()), at=at)


def bodies_in(page) -> list[str]:
    found = re.findall(r'<p class="body" dir="auto">(.*?)</p>', page.text, flags=re.DOTALL)
    return [re.sub(r"<[^>]+>", "", body) for body in found]


def test_an_empty_queue_says_so(signed_in):
    assert "No comments are waiting." in signed_in().get("/dashboard/").text


def test_filters_that_find_nothing_offer_the_way_back(signed_in):
    page = signed_in().get("/dashboard/?text=marzipan")

    assert "No comment matches these filters." in page.text


def test_a_card_tells_why_its_comment_was_held(signed_in, sqlite_store):
    comment = waiting(sqlite_store, "Buy now", a_score(spam=0.97, evidence=()))
    browser = signed_in()

    page = browser.get("/dashboard/").text
    details = browser.get(f"/dashboard/comments/{comment.id}/evidence").text

    assert "Very likely spam — 97%" in page
    assert "Held · Spam" in page
    assert "Held by the policy: Spam" in details
    assert "spam 0.97, the threshold to hold is 0.9" in details
    assert "Nothing else from this author yet" in page
    assert "from 192.0.2.0/24" in page


def test_evidence_is_marked_in_the_text_the_name_and_the_website(signed_in, sqlite_store):
    evidence = (
        Evidence("spam", "body", 4, 14, "free spins", 2.0),
        Evidence("spam", "name", 0, 6, "Casino", 1.0),
        Evidence("abuse", "website", 8, 14, "casino", 1.0),
    )
    waiting(
        sqlite_store,
        "Get free spins",
        a_score(spam=0.9, abuse=0.9, evidence=evidence),
        name="Casino Rita",
        website="https://casino.example",
    )

    page = signed_in().get("/dashboard/").text

    assert '<mark class="spam" title="Points to spam">free spins</mark>' in page
    assert '<mark class="spam" title="Points to spam">Casino</mark> Rita' in page
    assert '<mark class="abuse" title="Points to abuse">https://casino.example</mark>' in page


def test_a_comment_that_could_not_be_scored_says_so_with_the_reason(signed_in, sqlite_store):
    comment = received(sqlite_store)
    settle(sqlite_store, [Scored(comment, None, Message("scoring.failed", {"n": 3}))], {}, at=NOON)

    browser = signed_in()
    page = browser.get("/dashboard/").text

    assert "Not scored: the classifier gave no probabilities" in page
    assert "Held · Not scored" in page
    details = browser.get(f"/dashboard/comments/{comment.id}/evidence").text
    assert "the classifier failed 3 times on it" in details


def test_an_empty_list_tells_what_was_done_today(signed_in, sqlite_store):
    first, second = waiting(sqlite_store, "First"), waiting(sqlite_store, "Second")
    browser = signed_in()
    browser.submit(f"/dashboard/comments/{first.id}/decisions", action="approve", revision=1)

    page = browser.submit(f"/dashboard/comments/{second.id}/decisions", action="reject", reason="spam", revision=1)

    assert "Today you approved 1 and rejected 1." in page.text


def test_signals_are_told_in_words(signed_in, sqlite_store):
    comment = waiting(sqlite_store, "Hello", arrival=an_arrival(trap_field="x", from_form=True))

    details = signed_in().get(f"/dashboard/comments/{comment.id}/evidence").text

    assert "a hidden field was filled in" in details


def test_the_queue_is_filtered_and_ordered(signed_in, sqlite_store):
    expected = {
        "": ["second", "first", "third"],
        "order=oldest": ["first", "second", "third"],
        "order=newest": ["third", "second", "first"],
        "order=spam": ["second", "first", "third"],
        "reason=spam": ["second"],
        "author=benno": ["third"],
        "thread=other-page": ["third"],
        "text=SECOND": ["second"],
        "site=demo": ["second", "first", "third"],
        "status=rejected": [],
    }
    minute = timedelta(minutes=1)
    waiting(sqlite_store, "first", a_score(spam=0.3, evidence=()))
    waiting(sqlite_store, "second", a_score(spam=0.96, evidence=()), at=NOON + minute)
    other = ThreadRef("other-page")
    waiting(sqlite_store, "third", name="Benno", thread=other, email="b@reader.example", at=NOON + 2 * minute)

    browser = signed_in()
    indexed(sqlite_store)

    found = {query: bodies_in(browser.get(f"/dashboard/?{query}")) for query in expected}

    assert found == expected


def test_what_was_decided_is_listed_newest_first(signed_in, sqlite_store):
    browser = signed_in()
    for number in range(2):
        comment = waiting(sqlite_store, f"Comment {number}", at=NOON + timedelta(minutes=number))
        fields = {"action": "approve", "revision": comment.revision}
        browser.submit(f"/dashboard/comments/{comment.id}/decisions", **fields)

    assert bodies_in(browser.get("/dashboard/?status=approved")) == ["Comment 1", "Comment 0"]


def test_the_tabs_count_what_the_filters_find(signed_in, sqlite_store):
    for body in ("bread one", "bread two", "cake"):
        waiting(sqlite_store, body)
    indexed(sqlite_store)

    page = signed_in().get("/dashboard/?text=bread").text

    assert "Pending (2)" in page
    assert [int(n) for n in re.findall(r'class="count" data-count="[a-z]+">(\d+)<', page)] == [2, 0, 0]


def test_a_reason_that_only_another_version_knows_is_unknown(signed_in, sqlite_store):
    waiting(sqlite_store, "From tomorrow", at=NOON)
    for table in ("comments", "decisions"):
        statement = f"UPDATE {table} SET reason = 'of_tomorrow'"
        sqlite_store.write(lambda uow, statement=statement: uow.connection.exec_driver_sql(statement))

    assert "Held · Unknown reason" in signed_in().get("/dashboard/").text


def test_pages_follow_each_other_until_the_last(signed_in, sqlite_store):
    for number in range(30):
        waiting(sqlite_store, f"Comment {number}", at=NOON + timedelta(seconds=number))
    browser = signed_in()

    first = browser.get("/dashboard/")
    second = browser.get(re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&"))

    assert bodies_in(first) + bodies_in(second) == [f"Comment {number}" for number in range(30)]
    assert 'rel="next"' not in second.text


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("status=nonsense", "Status"),
        ("reason=nonsense", "Reason"),
        ("order=nonsense", "Order"),
        ("cursor=zzz", "Page"),
        ("author=~zzz", "Author"),
        ("site=demo&site=garden", "Site"),
    ],
)
def test_a_broken_link_is_answered_with_the_field_and_the_remedy(signed_in, query, name):
    answer = signed_in().get(f"/dashboard/?{query}")

    assert answer.status_code == 422
    assert f"<p>{name}: " in answer.text


def test_a_page_of_cards_costs_no_more_statements_than_one_card(store, settings, dispatch, clock, counts):

    browser = Browser(create_app(settings, store=store, dispatch=dispatch, now=clock).test_client(), "")
    link = f"/dashboard/sign-in/{link_for(store, add_moderator(store, 'Mina'))}"
    browser.post(link, csrf=token_in(browser.get(link)))

    def statements() -> int:
        counts.forget()
        browser.get("/dashboard/")
        return len(counts.statements)

    waiting(store, "one")
    of_one = statements()
    for number in range(20):
        waiting(store, f"more {number}")

    assert statements() == of_one


def test_the_authors_record_leads_to_all_their_comments(signed_in, sqlite_store):
    waiting(sqlite_store, "By Rita")
    waiting(sqlite_store, "By Benno", name="Benno", email="benno@reader.example")
    browser = signed_in()
    indexed(sqlite_store)
    page = browser.get("/dashboard/?text=By+Rita")

    link = re.search(r'class="record">\s*<a data-key="p" href="([^"]+)"', page.text)[1].replace("&amp;", "&")

    page = browser.get(link).text
    assert ("By Rita" in page, "By Benno" in page) == (True, False)


def test_a_reply_is_shown_with_what_it_answers(signed_in, sqlite_store):
    parent = waiting(sqlite_store, "Which flour?")
    waiting(sqlite_store, "Rye.", parent=parent.id)

    assert "In reply to <bdi>Rita Reader</bdi>: <bdi>Which flour?</bdi>" in signed_in().get("/dashboard/").text


def test_one_comments_page_tells_all_that_happened(signed_in, sqlite_store):
    comment = waiting(sqlite_store, "Hello")
    browser = signed_in()
    fields = {"action": "reject", "reason": "off_topic", "revision": comment.revision, "note": "see the rules"}
    browser.submit(f"/dashboard/comments/{comment.id}/decisions", **fields)

    page = browser.get(f"/dashboard/comments/{comment.id}").text

    values = [
        page.index(words)
        for words in ("Received", "Held by the policy: First comment</strong>", "pending to rejected")
    ]
    assert values == sorted(values)
    assert "Rejected by Mina: Off topic" in page
    assert "see the rules" in page


HOSTILE = '"><script>alert(1)</script>'
NEWER = Evidence("spam", "submission", 0, 0, "", 1.0, "evidence.new", {"text": HOSTILE})


@pytest.mark.parametrize("field", ["name", "website", "body", "title", "url", "key"])
def test_text_is_text_wherever_it_stands(signed_in, sqlite_store, field):
    thread = {"key": "a-page", "url": "https://blog.example/a", "title": "A page"}
    values = {field: HOSTILE} if field in {"name", "website"} else {}
    if field in thread:
        thread[field] = HOSTILE
    evidence = (
        Evidence("spam", "body", 0, 4, HOSTILE, 2.0),
        NEWER,
    )
    body = HOSTILE if field == "body" else "Hello"
    score = a_score(
        0.9, 0.9, evidence=evidence, labels={HOSTILE: 0.9}, language=HOSTILE, confidence=0.1, model=HOSTILE
    )
    comment = waiting(sqlite_store, body, score, thread=ThreadRef(**thread), **values)
    browser = signed_in(HOSTILE)

    for url in ("/dashboard/", f"/dashboard/comments/{comment.id}", "/dashboard/?text=%22%3E%3Cscript%3Ealert(1)"):
        page = browser.get(url).text
        assert "<script>alert" not in page
        assert 'href="&#34;' not in page
