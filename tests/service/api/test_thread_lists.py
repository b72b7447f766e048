"""Many threads at once: how many published comments each has, and which changed since."""

from datetime import datetime
from urllib.parse import quote, unquote

import pytest

from moderation.comment import ThreadRef
from tests.builders import NOON, SECOND, a_site, a_submission, received
from tests.service.bodies import BLOG, COMMENTS, a_body, wrong_fields
from tests.service.publishing import published, reject

COUNTS = "/v1/sites/demo/counts"
THREADS = "/v1/sites/demo/threads"


def counts_of(client, query):
    return client.get(f"{COUNTS}?{query}").get_json()["counts"]


def test_published_comments_are_counted_for_many_pages_at_once(client, sqlite_store):
    published(sqlite_store, "one", thread="a")
    published(sqlite_store, "two", thread="a")
    published(sqlite_store, "three", thread="b")
    received(sqlite_store, a_submission("waits", thread="c"))

    assert counts_of(client, "keys=a,b,c,nowhere") == {"a": 2, "b": 1, "c": 0, "nowhere": 0}


@pytest.mark.parametrize("query", ["key=a,b&key=c", "key=a%2Cb&keys=c", "keys=c&key=a%2Cb&key=c"])
def test_a_key_with_a_comma_is_asked_for_by_itself(client, sqlite_store, query):
    published(sqlite_store, "one", thread="a,b")
    published(sqlite_store, "two", thread="c")

    assert counts_of(client, query) == {"a,b": 1, "c": 1}


def test_commas_part_keys_whether_the_client_encodes_them_or_not(client, sqlite_store):
    published(sqlite_store, "one", thread="a b")

    assert counts_of(client, "keys=%2Fx%2Ca+b") == counts_of(client, "keys=/x,a%20b") == {"/x": 0, "a b": 1}


@pytest.mark.parametrize("written", ["a%0Akey", "a%20key%0A", "a%0D%0Akey", "a%E2%80%A8key", "a%20key"])
def test_a_key_with_a_line_break_is_the_same_key_in_posts_and_lists(client, sqlite_store, key, written):
    body = a_body(thread={"key": unquote(written)})
    sent = client.post(COMMENTS, json=body)

    queued = client.get(f"/v1/queue?thread={written}", headers=key()).get_json()["comments"]

    assert sent.status_code == 202
    assert [each["thread"]["key"] for each in queued] == ["a key"]
    assert counts_of(client, f"key={written}") == {unquote(written): 0}
    assert client.get(f"{THREADS}/{written}/comments").get_json()["key"] == "a key"


@pytest.mark.parametrize("blank", ["\n", "\u2028 \r\n"])
def test_a_key_of_line_breaks_alone_is_refused_in_posts_and_lists(client, key, blank):
    sent = client.post(COMMENTS, json=a_body(thread={"key": blank}))

    assert "thread.key" in wrong_fields(sent)
    assert "key.0" in wrong_fields(client.get(COUNTS, query_string={"key": blank}))
    changed = client.patch(f"{THREADS}/{quote(blank)}", json={"title": "Bread"}, headers=key())
    assert "key" in wrong_fields(changed)


def test_the_old_key_of_a_thread_that_moved_counts_its_comments(client, sqlite_store, key):
    published(sqlite_store, "one", thread="old")
    client.patch(f"{THREADS}/old", json={"key": "new"}, headers=key())

    assert counts_of(client, "keys=old,new") == {"old": 1, "new": 1}


def test_a_hundred_pages_are_counted_with_one_answer_and_no_more(client):
    hundred = ",".join(f"page-{number}" for number in range(100))

    assert len(counts_of(client, f"keys={hundred}")) == 100
    assert "keys" in wrong_fields(client.get(f"{COUNTS}?keys={hundred},one-more"))


@pytest.mark.parametrize("query", ["", "keys=", "keys=,"])
def test_a_count_of_nothing_or_of_no_key_is_refused(client, query):
    assert "keys" in wrong_fields(client.get(f"{COUNTS}?{query}"))


@pytest.mark.parametrize("url", [f"{COUNTS}?keys=a", THREADS])
def test_a_list_is_sent_again_only_after_a_change_and_any_page_may_read_it(client, sqlite_store, url):
    published(sqlite_store, "one", thread="a")
    first = client.get(url)
    unchanged = client.get(url, headers={"If-None-Match": first.headers["ETag"]})

    published(sqlite_store, "two", thread="a")

    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert client.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Cache-Control"] == "public, no-cache"


def test_a_page_with_published_comments_is_listed_with_all_that_a_build_needs(client, sqlite_store):
    published(sqlite_store, "one", thread=ThreadRef("a", f"{BLOG}/a", "A page"))

    assert client.get(THREADS).get_json() == {
        "threads": [
            {
                "key": "a",
                "url": f"{BLOG}/a",
                "title": "A page",
                "count": 1,
                "changed_at": "2026-01-05T12:00:00.000Z",
                "closed": False,
            }
        ],
        "next": None,
    }


def keys_of(client, query=""):
    return [each["key"] for each in client.get(f"{THREADS}?{query}").get_json()["threads"]]


def test_a_page_that_was_never_published_is_not_listed(client, sqlite_store, key):
    received(sqlite_store, a_submission("waits", thread="spam"))
    client.patch(f"{THREADS}/spam", json={"closed": True, "title": "Pills"}, headers=key())
    sqlite_store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))

    assert keys_of(client) == keys_of(client, "changed_since=2000-01-01T00:00:00Z") == []


def test_a_build_learns_what_changed_since_also_what_was_taken_back(client, sqlite_store, clock, key):
    published(sqlite_store, "one", thread="a")
    gone = published(sqlite_store, "two", thread="b", number=60)
    reject(sqlite_store, gone)
    published(sqlite_store, "three", thread="c", number=120)

    assert keys_of(client) == ["a", "c"]
    since = client.get(f"{THREADS}?changed_since=2026-01-05T13:01:00%2B01:00").get_json()["threads"]
    assert [(each["key"], each["count"]) for each in since] == [("b", 0), ("c", 1)]
    assert keys_of(client, "changed_since=2026-01-05T12:02:00.001Z") == []


def test_pages_of_the_list_join_into_all_threads(client, sqlite_store):
    for number in range(7):
        published(sqlite_store, "one", thread=f"page-{number}", number=number // 2)
    seen, cursor = [], ""

    while cursor is not None:
        page = client.get(f"{THREADS}?limit=3" + (f"&cursor={cursor}" if cursor else "")).get_json()
        seen += [each["key"] for each in page["threads"]]
        cursor = page["next"]

    assert sorted(seen) == [f"page-{number}" for number in range(7)]


def test_a_thread_that_moves_is_listed_under_its_new_key_as_changed(client, sqlite_store, clock, key):
    published(sqlite_store, "one", thread="old")
    clock.wait(SECOND)

    client.patch(f"{THREADS}/old", json={"key": "new"}, headers=key())

    [moved] = client.get(THREADS).get_json()["threads"]
    assert moved["key"] == "new"
    assert datetime.fromisoformat(moved["changed_at"]) == NOON + SECOND


@pytest.mark.parametrize(
    "query",
    [
        "changed_since=yesterday",
        "changed_since=2026-01-05",
        "changed_since=2026-01-05T12:00:00",
        "changed_since=0001-01-01T00:00:00%2B14:00",
        "cursor=!!",
        "cursor=bm9wZQ==",
        "limit=201",
        "since=2026-01-05T12:00:00Z",
    ],
)
def test_a_wrong_query_names_its_field(client, query):
    assert set(wrong_fields(client.get(f"{THREADS}?{query}"))) == {query.partition("=")[0]}
