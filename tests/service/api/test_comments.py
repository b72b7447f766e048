import pytest

from moderation.accounts import Scope
from moderation.errors import StoreBusy
from moderation.queue import Search
from tests.builders import a_site
from tests.moderation.store.announcing import an_endpoint
from tests.service.bodies import BLOG, BROWSER, COMMENTS, a_body, a_form, a_wordpress_form, wrong_fields


def stored(store):
    """Every comment of the queue, newest last."""
    from moderation.queue import Search

    with store.read() as uow:
        return uow.queue.page(Search(sites=("demo",))).comments


def test_a_comment_is_stored_pending_before_it_is_answered(client, sqlite_store):
    answer = client.post(COMMENTS, json=a_body())

    assert answer.status_code == 202
    assert answer.get_json()["status"] == "pending"
    assert [comment.id for comment in stored(sqlite_store)] == [answer.get_json()["id"]]


def test_the_answer_leads_to_the_status_of_the_comment(client):
    receipt = client.post(COMMENTS, json=a_body()).get_json()

    status = client.get(receipt["status_url"])

    assert status.get_json().items() >= {"id": receipt["id"], "status": "pending", "reason": ""}.items()


def test_both_bells_ring_once_a_comment_that_somebody_wants_to_know_of_is_on_disk(client, dispatch, sqlite_store):
    an_endpoint(sqlite_store)

    client.post(COMMENTS, json=a_body())

    assert dispatch.rings == ["scoring", "delivery"]


def test_every_wrong_field_is_named_with_what_would_be_right(client):
    body = a_body(
        name="  ", email="rita", website="javascript:alert(1)", body="\n\t ", thread={"url": 7}, colour="red"
    )

    answer = client.post(COMMENTS, json=body)

    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert wrong_fields(answer) == {
        "name": "This is empty; give 1 to 245 characters.",
        "email": "This is not an email address; give one like ada@example.org.",
        "website": "This is not a web address; give one that begins with https:// or http://.",
        "body": "This is empty; give 1 to 65,525 characters.",
        "thread.key": "This is missing; give 1 to 500 characters.",
        "thread.url": "This must be text.",
        "colour": "There is no such field; check its spelling.",
    }


def test_a_name_cannot_read_otherwise_than_it_is_written(client, sqlite_store):
    client.post(COMMENTS, json=a_body(name="\u202enimda"))

    assert [comment.name for comment in stored(sqlite_store)] == ["nimda"]


def test_a_problem_quotes_nothing_of_what_was_sent(client):
    answer = client.post(COMMENTS, json=a_body(email="canary@@example.org", body=" ", name="Canary\nBird"))

    assert "canary" not in answer.text.lower()


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", "x" * 246),
        ("email", "x" * 250 + "@x.org"),
        ("website", "https://x.org/" + "x" * 2000),
        ("parent", "c" * 65),
    ],
)
def test_what_is_too_long_is_refused_not_cut(client, field, text):
    answer = client.post(COMMENTS, json=a_body(**{field: text}))

    assert "at most" in wrong_fields(answer)[field]


def test_a_text_is_kept_as_it_came(client, sqlite_store):
    body = "  <script>alert(1)</script>\r\n\u202eevil\u0301\n"

    client.post(COMMENTS, json=a_body(body=body))

    assert stored(sqlite_store)[0].body == body


@pytest.mark.parametrize("email", ["ada@example.org", "ada+blog@sub.example.org", "ädä@bücher.example", "a'b@x.co"])
def test_a_real_address_is_taken(client, email):
    assert client.post(COMMENTS, json=a_body(email=email)).status_code == 202


@pytest.mark.parametrize(
    "email", ["ada", "ada@", "@x.org", "ada@x", "a b@x.org", "ada@x..org", "a@b@x.org", "ada@x.org."]
)
def test_what_is_no_address_is_not(client, email):
    assert "email" in wrong_fields(client.post(COMMENTS, json=a_body(email=email)))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("https://ada.example/x", "https://ada.example/x"),
        ("www.ada.example", "https://www.ada.example"),
        ("ada.example:8080", "https://ada.example:8080"),
        ("ada.example.", "https://ada.example."),
        ("  ada.example/a?b=c  ", "https://ada.example/a?b=c"),
    ],
)
@pytest.mark.parametrize("way", ["json", "data"])
def test_a_website_without_a_scheme_gets_one_with_and_without_the_script(client, sqlite_store, way, typed, stored):
    body = a_body(website=typed) if way == "json" else a_form(website=typed)

    answer = client.post(COMMENTS, **{way: body})

    with sqlite_store.read() as uow:
        assert uow.comments.get(answer.get_json()["id"]).website == stored


@pytest.mark.parametrize(
    "website",
    ["n/a", "https//ada.example", "http://localhost/", "none", "mailto:ada@b.example", "ada..example", ".example"],
)
def test_what_is_no_website_is_refused(client, website):
    assert "website" in wrong_fields(client.post(COMMENTS, json=a_body(website=website)))


@pytest.mark.parametrize(
    "website",
    [
        "javascript:alert(1)",
        "//evil.example",
        "ftp://x.org",
        "https://",
        "https://user:pw@x.org",
        "https://x.org\\@y",
    ],
)
def test_only_plain_web_addresses_are_taken(client, website):
    assert "website" in wrong_fields(client.post(COMMENTS, json=a_body(website=website)))


def test_the_same_key_and_body_give_the_same_answer(client, sqlite_store):
    first, second = (client.post(COMMENTS, json=a_body(), headers={"Idempotency-Key": "once"}) for _ in range(2))

    assert second.status_code == 202
    assert second.get_json() == first.get_json()
    assert len(stored(sqlite_store)) == 1


def test_the_same_key_with_another_body_is_a_conflict(client):
    client.post(COMMENTS, json=a_body(), headers={"Idempotency-Key": "once"})

    answer = client.post(COMMENTS, json=a_body(body="Something else."), headers={"Idempotency-Key": "once"})

    assert answer.status_code == 409
    assert "new key" in answer.get_json()["detail"]


def test_a_key_of_one_site_is_free_on_another(client, sqlite_store):
    sqlite_store.write(lambda uow: uow.sites.add(a_site("other"), at=a_moment()))
    client.post(COMMENTS, json=a_body(), headers={"Idempotency-Key": "once"})

    answer = client.post("/v1/sites/other/comments", json=a_body(body="B"), headers={"Idempotency-Key": "once"})

    assert answer.status_code == 202


def test_a_reply_names_a_comment_of_its_thread(client, sqlite_store):
    parent = client.post(COMMENTS, json=a_body()).get_json()["id"]

    assert client.post(COMMENTS, json=a_body(body="A reply.", parent=parent)).status_code == 202
    assert "parent" in wrong_fields(client.post(COMMENTS, json=a_body(parent=parent, thread="another-page")))
    assert {comment.parent_id for comment in stored(sqlite_store)} == {"", parent}


def test_a_site_that_is_not_there_is_not_found(client):
    answer = client.post("/v1/sites/nowhere/comments", json=a_body())

    assert (answer.status_code, answer.get_json()["title"]) == (404, "Not found")


def test_a_database_that_cannot_be_written_asks_to_try_again(client, sqlite_store, monkeypatch):
    client.get(f"{COMMENTS.replace('comments', 'form')}?thread=x")  # the site is known

    def fail(work, part):
        raise StoreBusy("The database cannot be used at the moment.")

    monkeypatch.setattr(sqlite_store, "write_together", fail)

    answer = client.post(COMMENTS, json=a_body())

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_form_of_a_program_is_answered_like_json(client, kind):
    answer = client.post(COMMENTS, data=a_form(), content_type=kind)

    assert answer.status_code == 202
    assert answer.get_json()["status"] == "pending"


def test_the_end_of_a_line_in_a_form_is_the_one_character_that_was_typed(client, sqlite_store):
    typed = ("A line.\n" * 10_000)[:65_524] + "!"

    answer = client.post(COMMENTS, data=a_form(body=typed.replace("\n", "\r\n")))

    assert answer.status_code == 202
    assert stored(sqlite_store)[0].body == typed


def test_a_form_may_have_the_names_of_wordpress(client, sqlite_store):
    answer = client.post(COMMENTS, data=a_wordpress_form())

    comment = stored(sqlite_store)[0]
    assert answer.status_code == 202
    assert (comment.name, comment.website, comment.thread.key) == ("Rita Reader", "https://reader.example", "42")


def test_a_reply_to_a_comment_of_wordpress_is_a_comment_of_its_own(client, sqlite_store):
    answer = client.post(COMMENTS, data=a_wordpress_form(comment_parent="5"))

    assert answer.status_code == 202
    assert stored(sqlite_store)[0].parent_id == ""


@pytest.mark.parametrize("name", ["parent", "comment_parent"])
def test_a_form_that_answers_no_comment_of_its_page_can_be_sent_again(client, sqlite_store, name):
    answer = client.post(COMMENTS, data=a_form(**{name: "cmt_gone", "thread_title": "Bread"}), headers=BROWSER)

    assert answer.status_code == 422
    assert "cmt_gone" not in answer.text
    assert "Post yours again as a new comment" in answer.text
    assert "A kind word" in answer.text


def test_a_wrong_field_is_named_as_it_was_sent(client):
    answer = client.post(COMMENTS, data=a_wordpress_form(author="", comment=" "))

    assert set(wrong_fields(answer)) == {"author", "comment"}


def test_a_form_without_a_token_is_taken_and_noted(client, sqlite_store):
    client.post(COMMENTS, data=a_form())

    assert stored(sqlite_store)[0].signals == {"no_token"}


def test_a_filled_trap_is_a_signal_not_a_refusal(client, sqlite_store):
    answer = client.post(COMMENTS, data=a_form(leave_empty="https://pills.example\n" * 9))

    assert answer.status_code == 202
    assert "hidden_field" in stored(sqlite_store)[0].signals


def test_a_json_comment_of_a_program_has_no_form_to_be_suspicious_of(client, sqlite_store):
    client.post(COMMENTS, json=a_body())

    assert stored(sqlite_store)[0].signals == frozenset()


def test_the_script_of_our_form_sends_its_traps_as_json(client, sqlite_store):
    client.post(COMMENTS, json=a_body(form_token="stale", leave_empty=""))

    assert stored(sqlite_store)[0].signals == {"bad_token"}


def test_a_browser_goes_back_to_its_page(client):
    answer = client.post(COMMENTS, data=a_form(return_to=f"{BLOG}/a-page?x=1#top"), headers=BROWSER)

    assert answer.status_code == 303
    assert answer.location.startswith(f"{BLOG}/a-page?x=1&rejoinder=cmt_")
    assert answer.location.endswith("#rejoinder")


def test_a_browser_whose_page_is_not_known_is_thanked(client):
    answer = client.post(COMMENTS, data=a_form(), headers=BROWSER)

    assert answer.status_code == 303
    assert answer.location.startswith("http://localhost:8080/thanks?token=cmt_")


def test_a_form_without_a_token_that_is_sent_again_makes_no_second_comment(client, sqlite_store):
    first = client.post(COMMENTS, data=a_form(), headers=BROWSER)

    again = client.post(COMMENTS, data=a_form(), headers=BROWSER)
    client.post(COMMENTS, data=a_form(body="Another thought."), headers=BROWSER)

    assert again.location == first.location
    assert len(stored(sqlite_store)) == 2


def test_who_goes_back_to_correct_the_address_is_not_refused(client, sqlite_store):
    client.post(COMMENTS, data=a_form(email="riat@reader.example"), headers=BROWSER)

    answers = [
        client.post(COMMENTS, data=a_form(), headers=BROWSER),
        client.post(COMMENTS, data=a_form(website="https://rita.example"), headers=BROWSER),
    ]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(stored(sqlite_store)) == 3


def test_the_thanks_lead_back_to_where_the_form_was_not_to_the_first_address_ever_seen(client):
    client.post(COMMENTS, data=a_form(thread_url=f"{BLOG}/first"), headers=BROWSER)

    answer = client.post(COMMENTS, data=a_form(body="Later.", thread_url=f"{BLOG}/later"), headers=BROWSER)
    page = client.get(answer.location.removeprefix("http://localhost:8080")).text
    elsewhere = client.get(answer.location.partition("&back=")[0][21:] + "&back=https://evil.example/").text

    assert f'href="{BLOG}/later"' in page
    assert f'href="{BLOG}/first"' in elsewhere
    assert "evil" not in elsewhere


def test_the_token_that_the_page_gets_opens_the_status(client):
    answer = client.post(COMMENTS, data=a_form(), headers=BROWSER)

    status = client.get(f"/v1/status/{answer.location.partition('token=')[2]}")

    assert status.get_json()["status"] == "pending"


def test_a_browser_whose_form_fails_finds_its_text_again(client):
    form = a_form(email="rita", body='Long thoughts, "quoted" & <b>bold</b>.')

    answer = client.post(COMMENTS, data=form, headers=BROWSER)

    assert (answer.status_code, answer.mimetype) == (422, "text/html")
    assert "Long thoughts, &#34;quoted&#34; &amp; &lt;b&gt;bold&lt;/b&gt;." in answer.text
    assert "This is not an email address" in answer.text


def test_a_browser_that_is_over_a_limit_finds_its_text_again_too(limited):
    client = limited(limit_network="1/hour")
    client.post(COMMENTS, data=a_form(), headers=BROWSER)

    answer = client.post(COMMENTS, data=a_form(body="Long thoughts."), headers=BROWSER)

    assert answer.status_code == 429
    assert "Long thoughts." in answer.text
    assert int(answer.headers["Retry-After"]) > 0


def a_moment():
    from tests.builders import NOON

    return NOON


def test_a_stranger_does_not_choose_where_the_link_to_a_page_leads(client, sqlite_store, key):
    pages = {"mine": "https://blog.example/mine", "theirs": "https://evil.example/sign-in"}

    for name, url in pages.items():
        assert client.post(COMMENTS, json=a_body(thread={"key": name, "url": url})).status_code == 202
    client.post(COMMENTS, json=a_body(thread={"key": "a feed", "url": pages["theirs"]}), headers=key())

    kept = {comment.thread.key: comment.thread.url for comment in stored(sqlite_store)}
    assert kept == {"mine": pages["mine"], "theirs": "", "a feed": pages["theirs"]}


@pytest.mark.parametrize("field", ["name", "body"])
def test_a_name_or_text_that_shows_nothing_is_refused(client, field):
    for text in ("\u200b", "\u3164", "\u2800\u2800", "\u00ad", "\U000e0041", "\u0301", "\x01", "\u200b \n"):
        answer = client.post(COMMENTS, json=a_body(**{field: text}))

        assert answer.status_code == 422, ascii(text)
        [error] = answer.get_json()["errors"]
        assert error["field"] == field
        assert error["problem"].startswith(("This has only invisible characters; give 1 to", "This has a line break"))


def test_an_author_known_under_one_way_to_write_the_address_is_known_under_all(client, sqlite_store):
    spellings = ["x@exämple.de", "x@exa\u0308mple.de", "x@xn--exmple-cua.de", "x@ex\u200bämple.de", "X@EXÄMPLE.de"]

    for number, address in enumerate(spellings):
        assert client.post(COMMENTS, json=a_body(email=address, body=f"Comment {number}.")).status_code == 202

    with sqlite_store.read() as uow:
        page = uow.queue.page(Search(sites=("demo",), author="x@exämple.de"))
        assert len(page.comments) == len(spellings)
        assert "\u200b" not in uow.comments.email_of(page.comments[3].id).reveal()


def test_a_key_of_another_network_or_server_is_another_key(client, key):
    """A guessed key neither blocks a comment nor tells whose it is."""
    senders = [
        {"environ_base": {"REMOTE_ADDR": "192.0.2.1"}},
        {"environ_base": {"REMOTE_ADDR": "192.0.2.2"}},
        {"headers": key(Scope.SUBMIT)},
        {"headers": key(Scope.SUBMIT)},
    ]

    answers = [
        client.post(
            COMMENTS,
            json=a_body(body=f"Number {number}."),
            **{**sender, "headers": {**sender.get("headers", {}), "Idempotency-Key": "guessed"}},
        )
        for number, sender in enumerate(senders)
    ]

    assert [answer.status_code for answer in answers] == [202] * 4
    assert len({answer.get_json()["id"] for answer in answers}) == 4
