from datetime import timedelta
from urllib.parse import quote

import pytest

from moderation import site_admin
from moderation.accounts import Scope
from moderation.comment import ThreadRef
from moderation.form_switches import FormSwitches
from moderation.thread_key import normal_key
from tests.builders import NOON, SECOND, a_policy, a_site, a_submission, received
from tests.service.bodies import BLOG, COMMENTS, a_body, wrong_fields
from tests.service.publishing import published, reject

SITE = "/v1/sites/demo"
THREAD = f"{SITE}/threads/a-page/comments"


def test_only_approved_comments_are_public(client, sqlite_store):
    received(sqlite_store, a_submission("Still waiting."))
    published(sqlite_store, "Out in the open.")

    thread = client.get(THREAD).get_json()

    assert [each["body"] for each in thread["comments"]] == ["Out in the open."]
    assert thread["count"] == 1


def test_nothing_of_a_public_comment_comes_from_its_email_or_address(client, sqlite_store):
    published(sqlite_store, "Hello.")

    comment = client.get(THREAD).get_json()["comments"][0]

    fields = {"id", "name", "website", "body", "rich", "at", "parent", "reply_to", "depth", "withdrawn", "by_site"}
    assert set(comment) == fields


def test_where_the_site_uses_markdown_a_body_with_marks_comes_as_a_tree_too(client, sqlite_store):
    published(sqlite_store, "Not *plain*.")
    plain = client.get(THREAD)
    switches = FormSwitches(markdown=True)
    sqlite_store.write(lambda uow: site_admin.switch_form(uow, "demo", switches, by_id="mod_1", at=NOON))
    client.application.extensions["rejoinder"].sites.forget("demo")

    rich = client.get(THREAD, headers={"If-None-Match": plain.headers["ETag"]})

    assert plain.get_json()["comments"][0]["rich"] is None
    [comment] = rich.get_json()["comments"]
    assert comment["body"] == "Not *plain*."
    assert comment["rich"] == [["p", None, "Not ", ["em", None, "plain"], "."]]


def test_a_preview_shows_the_text_and_keeps_nothing(client, sqlite_store):
    sqlite_store.write(lambda uow: uow.sites.change(a_site(form=FormSwitches(markdown=True))))

    rich = client.post(f"{SITE}/preview", json={"body": "*a*"}).get_json()
    plain = client.post(f"{SITE}/preview", json={"body": "a"}).get_json()
    refused = client.post(f"{SITE}/preview", json={"body": "a"}, headers={"Origin": "https://evil.example"})

    assert (rich, plain) == ({"rich": [["p", None, ["em", None, "a"]]]}, {"rich": None})
    assert refused.status_code == 403
    with sqlite_store.read() as uow:
        assert uow.statistics.comments_of("demo") == 0


def test_the_form_is_told_which_parts_of_the_script_its_site_needs(client, sqlite_store):
    none = client.get(f"{SITE}/form?thread=a-page").get_json()["parts"]
    sqlite_store.write(lambda uow: uow.sites.change(a_site(form=FormSwitches(markdown=True))))
    client.application.extensions["rejoinder"].sites.forget("demo")

    assert none == []
    assert client.get(f"{SITE}/form?thread=a-page").get_json()["parts"] == ["markdown.mjs"]


def test_each_reply_follows_what_it_answers(client, sqlite_store):
    first = published(sqlite_store, "first", number=1)
    published(sqlite_store, "second", number=2)
    reply = published(sqlite_store, "a reply", parent=first.id, number=3)
    published(sqlite_store, "a reply to the reply", parent=reply.id, number=4)

    thread = client.get(THREAD).get_json()

    payload = [(each["body"], each["depth"]) for each in thread["comments"]]
    assert payload == [("first", 0), ("a reply", 1), ("a reply to the reply", 2), ("second", 0)]


def test_conversations_come_in_the_order_asked_for_and_replies_stay_in_place(client, sqlite_store):
    published(sqlite_store, "alone", number=1)
    asked = published(sqlite_store, "asked", number=2)
    published(sqlite_store, "answered", parent=asked.id, number=3)
    published(sqlite_store, "last", number=4)

    orders = {
        order: [each["body"] for each in client.get(f"{THREAD}?order={order}").get_json()["comments"]]
        for order in ("oldest", "newest", "replies")
    }

    assert orders == {
        "oldest": ["alone", "asked", "answered", "last"],
        "newest": ["last", "asked", "answered", "alone"],
        "replies": ["asked", "answered", "alone", "last"],
    }


def test_a_page_is_found_by_its_number_or_by_a_comment_on_it(client, sqlite_store):
    comments = [published(sqlite_store, f"number {number}", number=number) for number in range(7)]

    second = client.get(f"{THREAD}?limit=3&page=2").get_json()
    around = client.get(f"{THREAD}?limit=3&around={comments[4].id}").get_json()
    beyond = client.get(f"{THREAD}?limit=3&page=99").get_json()

    assert [each["body"] for each in second["comments"]] == ["number 3", "number 4", "number 5"]
    assert (second["page"], second["pages"], around) == (2, 3, second)
    assert (beyond["page"], [each["body"] for each in beyond["comments"]]) == (3, ["number 6"])


def test_a_reply_names_whom_it_answers_even_on_another_page(client, sqlite_store):
    parent = published(sqlite_store, "first", number=1)
    published(sqlite_store, "a reply", parent=parent.id, number=2)

    alone = client.get(f"{THREAD}?limit=1&page=2").get_json()["comments"][0]

    assert (alone["body"], alone["reply_to"], alone["depth"]) == ("a reply", parent.name, 1)


def test_pages_join_into_the_whole_thread(client, sqlite_store):
    for number in range(7):
        published(sqlite_store, f"number {number}", number=number)
    seen, cursor = [], ""

    while cursor is not None:
        page = client.get(f"{THREAD}?limit=3" + (f"&cursor={cursor}" if cursor else "")).get_json()
        seen += [each["body"] for each in page["comments"]]
        cursor = page["next"]

    assert seen == [f"number {number}" for number in range(7)]


def test_a_page_goes_on_after_a_comment_although_an_earlier_one_came_in_between(client, sqlite_store):
    first = published(sqlite_store, "first", number=1)
    published(sqlite_store, "second", number=2)
    published(sqlite_store, "third", number=3)
    cursor = client.get(f"{THREAD}?limit=2").get_json()["next"]

    published(sqlite_store, "a reply to the first", parent=first.id, number=4)

    page = client.get(f"{THREAD}?limit=2&cursor={cursor}").get_json()
    assert [each["body"] for each in page["comments"]] == ["third"]


@pytest.mark.parametrize("gone", [[1], [0], [0, 1]], ids=["the last", "one before", "both"])
def test_no_comment_is_passed_over_although_one_of_the_page_before_has_gone(client, sqlite_store, gone):
    comments = [published(sqlite_store, f"number {number}", number=number) for number in range(5)]
    cursor = client.get(f"{THREAD}?limit=2").get_json()["next"]

    for number in gone:
        reject(sqlite_store, comments[number])

    page = client.get(f"{THREAD}?limit=2&cursor={cursor}").get_json()
    assert [each["body"] for each in page["comments"]] == ["number 2", "number 3"]


def test_a_reply_whose_parent_has_gone_hides_nothing_that_was_not_shown_yet(client, sqlite_store):
    first = published(sqlite_store, "first", number=1)
    published(sqlite_store, "second", number=2)
    reply = published(sqlite_store, "a late reply to the first", parent=first.id, number=3)
    cursor = client.get(f"{THREAD}?limit=2").get_json()["next"]

    reject(sqlite_store, first)

    page = client.get(f"{THREAD}?limit=1&cursor={cursor}").get_json()
    assert [each["body"] for each in page["comments"]] == ["second"]
    reject(sqlite_store, reply)
    page = client.get(f"{THREAD}?limit=1&cursor={cursor}").get_json()
    assert [each["body"] for each in page["comments"]] == ["second"]


def test_a_page_without_comments_has_an_empty_list(client):
    answer = client.get("/v1/sites/demo/threads/never-seen/comments")

    assert answer.get_json() == {
        "comments": [],
        "count": 0,
        "next": None,
        "page": 1,
        "pages": 1,
        "closed": False,
        "key": "never-seen",
    }


def test_an_unknown_site_is_not_found(client):
    assert client.get("/v1/sites/nowhere/threads/a-page/comments").status_code == 404


@pytest.mark.parametrize(
    "key", ["https://blog.example//a/b/", "/2026/01/", "a b?c#d%", "Grüße/…", "comments", "x/comments"]
)
def test_any_key_can_be_asked_for(client, sqlite_store, key):
    published(sqlite_store, "Found.", thread=key)

    answer = client.get(f"/v1/sites/demo/threads/{quote(key, safe='')}/comments")

    assert [each["body"] for each in answer.get_json()["comments"]] == ["Found."]


def test_a_key_that_is_too_long_finds_what_was_sent_with_it(client, sqlite_store):
    published(sqlite_store, "Found.", thread=normal_key("/" + "x" * 501))

    answer = client.get(f"/v1/sites/demo/threads/{quote('/' + 'x' * 501, safe='')}/comments")

    assert [each["body"] for each in answer.get_json()["comments"]] == ["Found."]


@pytest.mark.parametrize("asked", ["/post", "/post/", "/post/index.html"])
def test_a_page_has_one_thread_with_and_without_its_last_slash(client, sqlite_store, asked):
    published(sqlite_store, "Found.", thread="/post/")

    thread = client.get(f"/v1/sites/demo/threads/{quote(asked, safe='')}/comments").get_json()
    counts = client.get("/v1/sites/demo/counts", query_string={"key": asked}).get_json()

    assert (thread["key"], len(thread["comments"])) == ("/post/", 1)
    assert counts == {"counts": {asked: 1}}


@pytest.mark.parametrize("sent", ["W/{}", "{}", '"another", W/{}'], ids=["as it was", "as a strong one", "of many"])
def test_nothing_is_sent_again_while_nothing_changed(client, sqlite_store, sent):
    published(sqlite_store, "Hello.")
    tag = client.get(THREAD).headers["ETag"]

    answer = client.get(THREAD, headers={"If-None-Match": sent.format(tag.removeprefix("W/"))})

    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == tag


def test_a_new_comment_a_closed_page_and_another_limit_each_have_another_etag(client, sqlite_store, key):
    tags = [client.get(THREAD).headers["ETag"]]
    published(sqlite_store, "Hello.")
    tags.append(client.get(THREAD).headers["ETag"])
    client.patch("/v1/sites/demo/threads/a-page", json={"closed": True}, headers=key())
    tags.append(client.get(THREAD).headers["ETag"])
    tags.append(client.get(f"{THREAD}?limit=7").headers["ETag"])

    assert len(set(tags)) == 4


def test_what_is_taken_back_is_gone_at_once(client, sqlite_store, key):
    comment = published(sqlite_store, "Hello.")
    tag = client.get(THREAD).headers["ETag"]
    decision = client.get(f"/v1/comments/{comment.id}", headers=key()).get_json()["history"][-1]["id"]

    client.post(f"/v1/decisions/{decision}/undo", headers=key())

    answer = client.get(THREAD, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.get_json()["comments"]) == (200, [])


def test_anybody_may_keep_a_thread_but_must_ask_whether_it_still_holds(client):
    assert client.get(THREAD).headers["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "cursor=!!", "cursor=bm9wZQ==", "page=0", "order=best"]
)
def test_a_wrong_query_names_its_field(client, query):
    answer = client.get(f"{THREAD}?{query}")

    assert set(wrong_fields(answer)) == {query.partition("=")[0]}


def test_a_closed_page_says_so_and_can_be_opened_again(client, key):
    client.patch("/v1/sites/demo/threads/a-page", json={"closed": True}, headers=key())
    assert client.get(THREAD).get_json()["closed"] is True

    client.patch("/v1/sites/demo/threads/a-page", json={"closed": False}, headers=key())
    assert client.get(THREAD).get_json()["closed"] is False


def use_policy(store, client, **changes):
    store.write(lambda uow: uow.sites.change(a_site(policy=a_policy(**changes))))
    client.application.extensions["rejoinder"].sites.forget("demo")


def test_a_page_closes_by_its_age_at_the_very_moment_from_which_on_its_comments_are_held(client, sqlite_store, clock):
    published(sqlite_store, "Hello.")
    use_policy(sqlite_store, client, close_days=30)
    clock.at = NOON + timedelta(days=30) - SECOND
    before = client.get(THREAD)
    html = client.get(f"{THREAD}.html")

    clock.at += SECOND
    after = client.get(THREAD, headers={"If-None-Match": before.headers["ETag"]})
    closed_html = client.get(f"{THREAD}.html", headers={"If-None-Match": html.headers["ETag"]})
    listed = client.get(f"{SITE}/threads").get_json()["threads"]

    assert (before.get_json()["closed"], after.get_json()["closed"]) == (False, True)
    assert [each["body"] for each in after.get_json()["comments"]] == ["Hello."]
    assert "parent=cmt_" in html.text
    assert "parent=cmt_" not in closed_html.text
    assert [(each["count"], each["closed"]) for each in listed] == [(1, True)]
    assert client.get(f"{SITE}/counts?keys=a-page").get_json() == {"counts": {"a-page": 1}}


def test_a_page_that_age_closed_is_opened_by_hand_and_stays_open(client, sqlite_store, clock, key):
    published(sqlite_store, "Hello.")
    use_policy(sqlite_store, client, close_days=30)
    clock.at = NOON + timedelta(days=31)
    closes = client.patch(f"{SITE}/threads/a-page", json={"title": "Bread"}, headers=key()).get_json()["closes_at"]

    repeated = client.patch(f"{SITE}/threads/a-page", json={"closed": False}, headers=key()).get_json()
    opened = client.patch(f"{SITE}/threads/a-page", json={"kept_open": True}, headers=key()).get_json()

    clock.at = NOON + timedelta(days=300)
    assert closes == "2026-02-04T12:00:00.000Z"
    assert (repeated["closed_at"], repeated["closes_at"], repeated["kept_open"]) == (None, closes, False)
    assert (opened["closed_at"], opened["closes_at"], opened["kept_open"]) == (None, None, True)
    assert client.get(THREAD).get_json()["closed"] is False


def test_closing_a_page_is_on_record(client, sqlite_store, key):
    client.patch("/v1/sites/demo/threads/a-page", json={"closed": True}, headers=key())

    with sqlite_store.read() as uow:
        assert [entry.fact.action for entry in uow.audit.entries("demo")] == ["thread.closed"]


PAGE = "/v1/sites/demo/threads/a-page"


def test_a_moderator_corrects_what_is_known_of_a_page(client, sqlite_store, key):
    published(sqlite_store, "Hello.", thread=ThreadRef("a-page", f"{BLOG}/wrong", "Pills"))
    tag = client.get(THREAD).headers["ETag"]

    answer = client.patch(PAGE, json={"title": "Bread"}, headers=key(Scope.MODERATE))

    assert (answer.get_json()["title"], answer.get_json()["url"]) == ("Bread", f"{BLOG}/wrong")
    assert client.get(THREAD).headers["ETag"] == tag  # readers of its comments see nothing of it
    answer = client.patch(PAGE, json={"url": f"{BLOG}/bread", "closed": True}, headers=key(Scope.MODERATE))
    assert (answer.get_json()["title"], answer.get_json()["url"]) == ("Bread", f"{BLOG}/bread")
    assert answer.get_json()["closed_at"]


def test_correcting_a_page_is_on_record_without_the_words(client, sqlite_store, key):
    client.patch(PAGE, json={"title": "Bread", "url": f"{BLOG}/bread"}, headers=key())

    with sqlite_store.read() as uow:
        [entry] = uow.audit.entries("demo")
    assert (entry.fact.action, entry.fact.detail) == ("thread.changed", {"changed": ["title", "url"]})


@pytest.mark.parametrize("url", ["https://evil.example/", "javascript:alert(1)", f"{BLOG}@evil.example/", ""])
def test_a_page_lies_on_an_origin_of_its_site(client, key, url):
    assert "url" in wrong_fields(client.patch(PAGE, json={"url": url}, headers=key()))


def test_who_may_only_read_corrects_nothing(client, key):
    assert client.patch(PAGE, json={"title": "Bread"}, headers=key(Scope.READ)).status_code == 403


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"closed": "yes"},
        {"closed": 1},
        {"closed": None},
        {"closed": True, "x": 1},
        {"closed": True, "kept_open": True},
        {"title": "a\nb"},
    ],
)
def test_a_change_that_makes_no_sense_names_its_field(client, key, payload):
    answer = client.patch("/v1/sites/demo/threads/a-page", json=payload, headers=key())

    assert answer.status_code == 422


def test_a_form_token_is_good_for_its_page(client, sqlite_store, clock):
    token = client.get("/v1/sites/demo/form?thread=a-page").get_json()["token"]
    clock.wait(5 * SECOND)

    client.post(COMMENTS, json=a_body(form_token=token, leave_empty=""))
    client.post(COMMENTS, json=a_body(form_token=token, leave_empty="", thread="another-page", body="B"))

    with sqlite_store.read() as uow:
        from moderation.queue import Search

        signals = [set(comment.signals) for comment in uow.queue.page(Search(sites=("demo",))).comments]
    assert signals == [set(), {"bad_token"}] or signals == [{"bad_token"}, set()]


def test_a_form_token_is_never_kept(client):
    answer = client.get("/v1/sites/demo/form?thread=a-page", headers={"Origin": BLOG})

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_threads_of_two_sites_with_one_key_stay_apart(client, sqlite_store):
    sqlite_store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    published(sqlite_store, "Of the demo site.")

    assert client.get("/v1/sites/other/threads/a-page/comments").get_json()["comments"] == []


def test_a_moderator_gives_a_thread_another_key_and_the_old_one_still_works(client, sqlite_store, key):
    published(sqlite_store, "Hello.")

    answer = client.patch(PAGE, json={"key": "moved", "url": f"{BLOG}/moved"}, headers=key(Scope.MODERATE))

    assert (answer.get_json()["key"], answer.get_json()["url"]) == ("moved", f"{BLOG}/moved")
    old, new = client.get(THREAD).get_json(), client.get("/v1/sites/demo/threads/moved/comments").get_json()
    assert old == new
    assert (old["key"], old["count"]) == ("moved", 1)


def test_a_thread_does_not_get_the_key_of_another(client, sqlite_store, key):
    published(sqlite_store, "Hello.")
    published(sqlite_store, "Hello there.", thread="another-page")

    assert "key" in wrong_fields(client.patch(PAGE, json={"key": "another-page"}, headers=key()))


def test_a_form_that_was_open_while_its_page_moved_is_still_good(client, sqlite_store, clock, key):
    published(sqlite_store, "Hello.")
    token = client.get("/v1/sites/demo/form?thread=a-page").get_json()["token"]
    client.patch(PAGE, json={"key": "moved"}, headers=key())
    clock.wait(5 * SECOND)

    answer = client.post(COMMENTS, json=a_body(form_token=token, leave_empty=""))

    with sqlite_store.read() as uow:
        comment = uow.comments.get(answer.get_json()["id"])
    assert (comment.thread.key, comment.signals) == ("moved", frozenset())


@pytest.mark.parametrize("asked", ["/brot-%C3%A4", "/brot-%c3%a4", "/brot-ä"])
def test_a_page_has_one_thread_however_its_address_is_written(client, asked):
    sent = {"name": "Ada", "email": "ada@reader.example", "body": "Hi.", "thread": {"key": "/brot-%C3%A4"}}
    client.post("/v1/sites/demo/comments", json=sent)

    thread = client.get(f"/v1/sites/demo/threads/{quote(asked)}/comments").get_json()
    counts = client.get("/v1/sites/demo/counts", query_string={"key": asked}).get_json()

    assert thread["key"] == "/brot-ä"
    assert counts == {"counts": {asked: 0}}


def test_an_address_is_as_long_as_it_reads(client):
    sent = {"name": "Ada", "email": "ada@reader.example", "body": "Hi.", "thread": {"key": "/" + "%E6%9D%8E" * 56}}

    assert client.post("/v1/sites/demo/comments", json=sent).status_code == 202
