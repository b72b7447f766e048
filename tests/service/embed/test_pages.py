import re
from datetime import timedelta
from html import escape, unescape

import pytest

from moderation import intake, review
from moderation.comment import Status, ThreadRef
from moderation.decision import Action, Reason
from moderation.form_switches import FormSwitches
from moderation.messages import Message
from moderation.queue import Search
from moderation.review import DecisionRequest
from service.submissions.plain_form import form_with_errors
from tests.builders import (
    ADA,
    NOON,
    SECOND,
    RecordingDispatch,
    a_score,
    a_site,
    a_submission,
    an_open_policy,
    received,
    settled,
)
from tests.service.bodies import BROWSER, COMMENTS, a_form

FORM = "/sites/demo/form?thread=a-page&url=https://blog.example/a-page&title=A+page"

NASTY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "</textarea><svg onload=alert(1)>",
    "{{ 7*7 }}",
    "javascript:alert(1)",
    "&lt;b&gt;&amp;",
    "\u202egnp.exe\u2066",
]


def decided(store, comment, action=Action.APPROVE, reason=None):
    review.decide(
        store,
        RecordingDispatch(),
        DecisionRequest(comment.id, action, comment.revision, reason),
        ADA,
        sites=["demo"],
        at=NOON,
    )


def token_of(store, comment):
    return intake.status_token(store.sealer, comment.id)


def field_value(page, name):
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    return unescape(found[1]) if found else None


# ---- Markdown


def test_without_javascript_a_text_is_previewed_and_nothing_is_kept(client, sqlite_store):
    sqlite_store.write(lambda uow: uow.sites.change(a_site(form=FormSwitches(markdown=True))))
    assert 'name="preview"' in client.get(FORM).text
    sent = a_form(body="*kind* <b>words</b>", preview="1")

    page = client.post(COMMENTS, data=sent, headers=BROWSER)

    assert page.status_code == 200
    assert '<p dir="auto"><em>kind</em> &lt;b&gt;words&lt;/b&gt;</p>' in page.text
    assert "*kind* &lt;b&gt;words&lt;/b&gt;</textarea>" in page.text
    assert sent["email"] not in page.text
    with sqlite_store.read() as uow:
        assert uow.statistics.comments_of("demo") == 0


def test_where_the_site_does_not_use_markdown_there_is_no_preview(client, sqlite_store):
    published = settled(sqlite_store, received(sqlite_store, a_submission("*a*")), a_score(0.1))
    decided(sqlite_store, published)

    page = client.get(FORM).text

    assert 'name="preview"' not in page
    assert "*a*" in page


# ---- The form page


def test_the_form_page_has_every_field_with_a_label_and_its_autocomplete_token(client):
    page = client.get(FORM).text

    for name, token in {"name": "name", "email": "email", "website": "url"}.items():
        assert f'<label for="rejoinder-{name}">' in page
        assert re.search(rf'name="{name}"[^>]*autocomplete="{token}"', page)
    assert "Your email address will not be published." in page


def test_the_form_page_knows_its_thread_and_carries_a_token(client):
    page = client.get(FORM).text

    assert field_value(page, "thread_key") == "a-page"
    assert field_value(page, "thread_url") == "https://blog.example/a-page"
    assert field_value(page, "thread_title") == "A page"
    assert len(field_value(page, "form_token")) > 20


def test_the_trap_is_hidden_from_people_of_every_kind(client):
    page = client.get(FORM).text

    label = re.search(r'<label class="rejoinder-trap".*?</label>', page, re.S)[0]
    assert 'aria-hidden="true"' in label
    assert 'tabindex="-1"' in label
    assert 'autocomplete="off"' in label
    assert "Leave this empty" in label


def test_the_form_page_shows_approved_comments_and_no_others(client, sqlite_store):
    shown = received(sqlite_store, a_submission("A word about bread."))
    received(sqlite_store, a_submission("A word that waits."))
    decided(sqlite_store, shown)

    page = client.get(FORM).text

    assert "A word about bread." in page
    assert "A word that waits." not in page
    assert "1 comment" in page


def test_a_reply_without_javascript_names_whom_it_answers(client, sqlite_store):
    parent = received(sqlite_store)
    decided(sqlite_store, parent)

    page = client.get(f"{FORM}&parent={parent.id}").text

    assert "Replying to <bdi>Rita Reader</bdi>" in page
    assert field_value(page, "parent") == parent.id


def test_a_long_thread_comes_in_pages(client, sqlite_store, monkeypatch):
    monkeypatch.setattr("service.formats.thread_page.PAGE_SIZE", 2)
    for number in range(5):
        at = NOON + number * SECOND
        decided(sqlite_store, received(sqlite_store, a_submission(f"Number {number}."), at=at))

    page = client.get(f"{FORM}&page=2").text

    assert "Number 2." in page and "Number 3." in page
    assert "Number 1." not in page and "Number 4." not in page
    assert "Earlier comments" in page and "Later comments" in page


def test_a_link_back_leads_only_to_an_origin_of_the_site(client):
    elsewhere = "https://blog.example.evil.example/", "https://evil.example/", "javascript:alert(1)", "//evil.example"

    assert 'href="https://blog.example/a-page"' in client.get(FORM).text
    for address in (*elsewhere, "https://blog.example@evil.example/", "https://evil.example\\@blog.example/"):
        page = client.get("/sites/demo/form", query_string={"thread": "a", "url": address}).text
        assert "Back to the page" not in page


def test_a_link_without_a_page_says_what_is_missing(client):
    answer = client.get("/sites/demo/form", headers=BROWSER)

    assert answer.status_code == 422
    assert "add ?thread=" in answer.text


def test_a_site_that_is_not_there_has_no_form(client):
    assert client.get("/sites/nowhere/form?thread=a").status_code == 404


@pytest.mark.parametrize("nasty", NASTY)
def test_whatever_the_link_says_is_text(client, nasty):
    page = client.get("/sites/demo/form", query_string={"thread": nasty, "title": nasty, "url": nasty}).text

    assert escape(nasty) in page.replace("&#39;", "&#x27;").replace("&#34;", "&quot;")
    if nasty != escape(nasty):
        assert nasty not in page


@pytest.mark.parametrize("nasty", NASTY)
def test_whatever_a_comment_says_is_text(client, sqlite_store, nasty):
    comment = received(sqlite_store, a_submission(f"{nasty} and more", name=nasty, website=nasty))
    decided(sqlite_store, comment)

    page = client.get(FORM).text

    assert f"{escape(nasty)} and more" in page.replace("&#39;", "&#x27;").replace("&#34;", "&quot;")
    assert not re.search(r"<(script|img|svg)\b", page)
    assert 'href="javascript' not in page


# ---- The form again, with errors


def test_a_form_with_errors_keeps_the_words_and_shows_each_error_at_its_field(app):
    typed = {"name": "Rita", "email": "rita@", "body": "Line one\nLine two", "thread_key": "a-page"}

    with app.test_request_context("/"):
        answer = form_with_errors(a_site(), typed, {"email": Message("Give one like ada@example.org.")}, 422)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert field_value(page, "name") == "Rita"
    assert field_value(page, "email") == ""  # no answer ever holds an address, not even its author's
    assert ">\nLine one\nLine two</textarea>" in page
    assert 'aria-describedby="rejoinder-email-note rejoinder-email-error" aria-invalid="true"' in page
    assert '<span class="rejoinder-error" id="rejoinder-email-error">Give one like ada@example.org.</span>' in page


def test_what_is_wrong_with_the_page_is_told_to_its_owner_and_not_to_the_author(app, caplog):
    with app.test_request_context("/"):
        answer = form_with_errors(a_site(), {"thread_key": "a-page"}, {"thread.url": Message("Give https://.")}, 422)

    page = answer.get_data(as_text=True)
    assert re.search(r'role="alert".*?not set up correctly', page, re.S)
    assert "https://." not in page
    assert "form refused site=demo fields=thread.url" in caplog.text


def test_a_form_with_errors_keeps_the_token_it_was_sent_with(app):
    with app.test_request_context("/"):
        answer = form_with_errors(
            a_site(), {"thread_key": "a", "form_token": "the-first"}, {"name": Message("Empty.")}, 422
        )

    assert field_value(answer.get_data(as_text=True), "form_token") == "the-first"


def test_a_reply_with_errors_still_says_that_it_is_one(app):
    with app.test_request_context("/"):
        answer = form_with_errors(a_site(), {"thread_key": "a", "parent": "cmt_1"}, {"name": Message("Empty.")}, 422)

    assert "Replying to another comment" in answer.get_data(as_text=True)


def test_a_form_with_errors_asks_the_store_for_nothing(app, sqlite_store):
    sqlite_store.close()
    sqlite_store.read = None

    with app.test_request_context("/"):
        answer = form_with_errors(
            a_site(), {"thread_key": "a", "body": "Kept."}, {"": Message("The database is busy.")}, 503
        )

    assert "Kept." in answer.get_data(as_text=True)
    assert "The database is busy." in answer.get_data(as_text=True)
    assert "marked fields" not in answer.get_data(as_text=True)


def test_a_form_of_a_page_without_a_title_is_called_by_its_site(app):
    with app.test_request_context("/"):
        answer = form_with_errors(a_site(), {"thread_key": "a-page"}, {"name": Message("Empty.")}, 422)

    page = answer.get_data(as_text=True)
    assert "<title>Not sent yet – A demo blog</title>" in page
    assert page.count("A demo blog") == 2  # the other one is the heading


# ---- The thanks


def test_the_author_is_told_that_the_comment_waits_and_where_to_go_back(client, sqlite_store):
    comment = received(sqlite_store)

    page = client.get(f"/thanks?token={token_of(sqlite_store, comment)}").text

    assert "Your comment is awaiting moderation" in page
    assert 'href="https://blog.example/a-page"' in page


def test_the_author_of_a_rejected_comment_reads_the_public_reason(client, sqlite_store):
    comment = received(sqlite_store)
    decided(sqlite_store, comment, Action.REJECT, Reason.OFF_TOPIC)

    page = client.get(f"/thanks?token={token_of(sqlite_store, comment)}").text

    assert "was not published" in page
    assert "The comment is not about this page." in page
    assert "A moderator decided this on 5 January 2026, 12:00 UTC." in page


def test_the_author_of_a_comment_that_the_policy_rejected_reads_that_no_person_took_part(client, sqlite_store):
    comment = settled(sqlite_store, received(sqlite_store), a_score(spam=0.999))

    page = client.get(f"/thanks?token={token_of(sqlite_store, comment)}").text

    assert "The comment looks like advertising." in page
    assert "applied automatically on 5 January 2026, 12:00 UTC; no person took part" in page


def test_a_reason_that_only_another_version_knows_is_not_told(client, sqlite_store):
    comment = received(sqlite_store)
    sqlite_store.write(lambda uow: uow.connection.exec_driver_sql("UPDATE comments SET reason = 'of_tomorrow'"))
    token = token_of(sqlite_store, comment)

    page, status = client.get(f"/thanks?token={token}"), client.get(f"/v1/status/{token}")

    assert "Your comment is awaiting moderation" in page.text
    assert status.get_json()["reason"] == ""


def test_the_thanks_show_nothing_that_was_written(client, sqlite_store):
    comment = received(sqlite_store, a_submission("Unmoderated words.", name="Rita", email="rita@reader.example"))

    page = client.get(f"/thanks?token={token_of(sqlite_store, comment)}").text

    assert "Unmoderated" not in page and "Rita" not in page and "reader.example" not in page


@pytest.mark.parametrize("token", ["", "x", "cmt_1.abc", ".", "é.ü", "\u202e"])
def test_a_token_that_we_did_not_make_opens_nothing(client, sqlite_store, token):
    received(sqlite_store)

    assert client.get("/thanks", query_string={"token": token}).status_code == 404


def test_who_knows_only_the_comment_cannot_open_its_status(client, sqlite_store):
    comment = received(sqlite_store)

    assert client.get(f"/thanks?token={comment.id}.{'0' * 32}").status_code == 404


def test_the_thanks_lead_back_only_to_the_site(client, sqlite_store):
    thread = ThreadRef("elsewhere", "https://evil.example/", "Elsewhere")
    comment = received(sqlite_store, a_submission(thread=thread))

    assert "Back to the page" not in client.get(f"/thanks?token={token_of(sqlite_store, comment)}").text


# ---- Every page


def test_every_page_forbids_inline_code_and_foreign_frames(client, sqlite_store):
    comment = received(sqlite_store)

    for address in ("/demo", FORM, f"/thanks?token={token_of(sqlite_store, comment)}"):
        answer = client.get(address)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert ("script-src 'self'" in policy) is (address == "/demo")
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Cache-Control"] == ("private, no-cache" if address == FORM else "no-store")
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|<style", answer.text)


def test_the_demo_page_holds_the_plain_form_and_the_script(client):
    page = client.get("/demo").text

    assert 'action="/v1/sites/demo/comments"' in page
    assert 'src="/embed.js" defer data-site="demo"' in page
    assert field_value(page, "thread_key") == "/demo"


def test_the_comments_of_the_demo_page_can_be_answered_without_javascript(client, sqlite_store):
    comment = received(sqlite_store, a_submission(thread=ThreadRef("/demo")))
    decided(sqlite_store, comment)

    page = client.get("/demo").text

    reply = unescape(re.search(r'class="rejoinder-reply" href="([^"]+)"', page)[1])
    assert "Replying to <bdi>Rita Reader</bdi>" in client.get(reply).text


# ---- Closed pages


def test_a_page_that_its_age_closed_has_its_comments_and_no_form_and_what_is_sent_to_it_waits(
    client, sqlite_store, clock
):
    sqlite_store.write(lambda uow: uow.sites.change(a_site(policy=an_open_policy(close_days=30))))
    decided(sqlite_store, received(sqlite_store, a_submission("Which flour?")))
    young = client.get(FORM).text
    clock.at = NOON + timedelta(days=30)

    old = client.get(FORM).text
    sent = client.post(COMMENTS, data=a_form(body="One more."), headers=BROWSER)

    assert "Post Comment" in young and "Which flour?" in old
    assert "Post Comment" not in old
    assert "Comments on this page are closed." in old
    assert sent.status_code == 303
    with sqlite_store.read() as uow:
        [late] = uow.queue.page(Search(("demo",), Status.PENDING)).comments
    assert settled(sqlite_store, late).reason == Reason.CLOSED_THREAD


# ---- Cookies


@pytest.mark.parametrize(
    "url", [FORM, "/v1/sites/demo/threads/a-page/comments", "/v1/sites/demo/form?thread=a-page", "/embed.js"]
)
def test_readers_get_no_cookie(client, url):
    answer = client.get(url)

    assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (200, [])


@pytest.mark.parametrize("form", [a_form(), a_form(email="x")], ids=["taken", "wrong"])
def test_authors_get_no_cookie(client, form):
    answer = client.post(COMMENTS, data=form, headers=BROWSER)

    assert (answer.status_code in {303, 422}, answer.headers.getlist("Set-Cookie")) == (True, [])
