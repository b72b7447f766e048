import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from moderation.config.settings import Settings
from moderation.decision import Action, Reason
from moderation.follows import Follow
from moderation.store.tables import follows
from service.app import create_app
from tests.browser.reader import Reader
from tests.builders import RecordingDispatch

pytestmark = pytest.mark.slow


def test_a_comment_is_sent_from_a_page_of_another_origin_under_a_strict_policy(page, host, service):
    reader = Reader(page).open(host.page_with_form())

    reader.write("The bread was good.", website="https://rita.example").post()

    expect(reader.comment("The bread was good.")).to_contain_text("Your comment is awaiting moderation.")
    [comment] = service.comments()
    assert (comment.name, comment.website, comment.thread.key) == ("Rita Reader", "https://rita.example", "/a-page")
    assert (comment.thread.url, comment.thread.title) == (f"{host.origin}/a-page", "A page")
    assert comment.signals <= {"too_fast"}
    assert reader.reports() == []


def test_the_author_goes_on_seeing_the_own_comment_until_it_is_approved(page, host, service):
    address = host.page_with_form()
    reader = Reader(page).open(address).write("The bread was good.").post()
    expect(reader.comment("The bread was good.")).to_be_visible()

    reader.open(address)
    expect(reader.comment("The bread was good.")).to_contain_text("awaiting moderation")
    service.decide(service.comments()[0], Action.APPROVE)
    reader.open(address)

    expect(reader.comment("The bread was good.")).to_be_visible()
    expect(reader.comment("The bread was good.")).not_to_contain_text("awaiting moderation")
    expect(page.get_by_role("heading", name="1 comment")).to_be_visible()


@pytest.mark.parametrize("typed", ["\u202enimda\u202c", "Zoe" + "\u0301" * 9 + " Z", " \u2066Rita\u2069 Łódź "])
def test_the_authors_own_note_has_the_name_that_will_be_published(page, host, service, typed):
    address = host.page_with_form()
    reader = Reader(page).open(address).write("The bread was good.", name=typed).post()
    expect(reader.comment("The bread was good.")).to_contain_text("awaiting moderation")

    waiting = reader.comment("The bread was good.").locator(".rejoinder-name").text_content()
    service.decide(service.comments()[0], Action.APPROVE)
    reader.open(address)

    expect(reader.comment("The bread was good.")).not_to_contain_text("awaiting moderation")
    assert waiting == reader.comment("The bread was good.").locator(".rejoinder-name").text_content()


def test_the_author_of_the_longest_comment_sees_that_it_waits(page, host, service):
    longest = ("Flour, water, salt and a night — 🍞. " * 2000)[:65_525]
    reader = Reader(page).open(host.page_with_form())

    reader.write(longest).post()

    expect(page.get_by_text("Your comment is awaiting moderation.")).to_be_in_viewport()
    assert service.comments()[0].body == longest


def test_boxes_for_mail_are_there_where_there_is_mail_unticked_and_what_is_ticked_is_asked_for(
    page, host, service, live_service, tmp_path
):
    reader = Reader(page).open(host.page_with_form())
    reader.write("Without mail.").post()
    expect(reader.comment("Without mail.")).to_be_visible()
    expect(page.get_by_label("Tell me by email about replies")).to_be_hidden()
    environ = {"REJOINDER_HOME": str(tmp_path / "home"), "REJOINDER_PUBLIC_URL": service.url}
    mail = {"REJOINDER_SMTP_URL": "smtp://127.0.0.1:2525", "REJOINDER_MAIL_FROM": "comments@blog.example"}
    app = create_app(Settings.from_env(environ | mail), store=service.store, dispatch=RecordingDispatch())
    live_service.answer_with(app)

    reader.open(host.page_with_form())
    reader.write("With mail.")
    box = page.get_by_label("Tell me by email about replies")
    expect(box).not_to_be_checked()
    expect(page.get_by_label("Tell me by email when it is published")).not_to_be_checked()
    box.check()
    reader.post()

    expect(reader.comment("With mail.")).to_be_visible()
    with service.store.read() as uow:
        [row] = uow.connection.execute(select(follows)).all()
    assert row.kind == Follow.REPLIES


def test_nobody_else_sees_a_comment_that_waits(page, browser, host, service):
    address = host.page_with_form()
    reader = Reader(page).open(address).write("The bread was good.").post()
    expect(reader.comment("The bread was good.")).to_be_visible()

    other = browser.new_context()
    elsewhere = Reader(other.new_page()).open(address)

    expect(elsewhere.comment("The bread was good.")).to_have_count(0)
    other.close()


def test_the_author_of_a_rejected_comment_is_told_why_until_the_note_is_removed(page, host, service):
    address = host.page_with_form()
    reader = Reader(page).open(address).write("Buy my bread.").post()
    expect(reader.comment("Buy my bread.")).to_be_visible()

    service.decide(service.comments()[0], Action.REJECT, Reason.OFF_TOPIC)
    reader.open(address)
    expect(reader.comment("Buy my bread.")).to_contain_text("The comment is not about this page.")
    reader.comment("Buy my bread.").get_by_role("button", name="Remove this note").click()
    reader.open(address)

    expect(reader.comment("Buy my bread.")).to_have_count(0)


def test_what_the_policy_decides_at_once_is_told_without_a_reload(page, host, service):
    reader = Reader(page).open(host.page_with_form()).write("The bread was good.").post()
    expect(reader.comment("The bread was good.")).to_contain_text("awaiting moderation")

    service.decide(service.comments()[0], Action.APPROVE)

    expect(reader.comment("The bread was good.")).to_contain_text("Your comment was approved.")


def test_two_quick_clicks_send_one_comment(page, host, service):
    reader = Reader(page).open(host.page_with_form()).write("Once is enough.")

    reader.form.get_by_role("button", name="Post Comment").dblclick()

    expect(reader.comment("Once is enough.")).to_have_count(1)
    assert len(service.comments()) == 1


def test_a_comment_whose_answer_was_lost_can_be_sent_again_and_arrives_once(page, host, service):
    reader = Reader(page).open(host.page_with_form()).write("Do not lose me.")
    page.route("**/v1/sites/demo/comments", lambda route: (route.fetch(), route.abort())[1], times=1)

    reader.post()
    expect(reader.notice).to_contain_text("Your text is kept")
    reader.post()

    expect(reader.comment("Do not lose me.")).to_be_visible()
    assert len(service.comments()) == 1


def test_a_comment_whose_answer_was_lost_arrives_once_even_after_a_reload(page, host, service):
    reader = Reader(page).open(host.page_with_form()).write("Do not double me.")
    page.route("**/v1/sites/demo/comments", lambda route: (route.fetch(), route.abort())[1], times=1)

    reader.post()
    expect(reader.notice).to_contain_text("Your text is kept")
    reader.open(page.url).post()

    expect(reader.comment("Do not double me.")).to_be_visible()
    assert len(service.comments()) == 1


def test_a_comment_whose_answer_was_lost_arrives_once_even_from_another_window(context, host, service):
    address, window = host.page_with_form(), context.new_page()
    reader = Reader(window).open(address).write("Do not double me.")
    window.route("**/v1/sites/demo/comments", lambda route: (route.fetch(), route.abort())[1], times=1)

    reader.post()
    expect(reader.notice).to_contain_text("Your text is kept")
    kept = window.evaluate("JSON.stringify(localStorage)")
    window.close()
    other = Reader(context.new_page()).open(address)
    expect(other.field("body")).to_have_value("Do not double me.")
    other.write("Do not double me.").post()

    expect(other.comment("Do not double me.")).to_be_visible()
    assert len(service.comments()) == 1
    assert "reader.example" not in kept


def test_nothing_can_be_added_to_a_text_on_its_way(page, host, service):
    reader = Reader(page).open(host.page_with_form()).write("On its way.")
    waiting = []
    page.route("**/v1/sites/demo/comments", lambda route: waiting.append(route), times=1)

    reader.post()
    expect(reader.form.get_by_role("button", name="Posting…")).to_be_visible()
    expect(reader.field("body")).not_to_be_editable()
    waiting[0].continue_()

    expect(reader.comment("On its way.")).to_be_visible()
    expect(reader.field("body")).to_be_editable()


@pytest.mark.parametrize(
    ("head", "title", "url"),
    [
        (f"<title>{'x' * 499}😀😀</title>", "x" * 499 + "😀", "/a-page"),
        ('<title>T</title><link rel="canonical" href="about:blank">', "T", "/a-page"),
        ('<title>T</title><link rel="canonical" href="mailto:a@b.example">', "T", "/a-page"),
        (f'<title>T</title><link rel="canonical" href="/a-page#{"x" * 2001}">', "T", "/a-page"),
    ],
    ids=["long title", "about:blank", "mailto:", "long address"],
)
def test_what_is_wrong_with_a_page_does_not_refuse_its_readers(page, host, service, head, title, url):
    host.pages["/a-page"] = html(host, head), {}
    reader = Reader(page).open(f"{host.origin}/a-page").write("Not my fault.")

    reader.post()

    expect(reader.comment("Not my fault.")).to_be_visible()
    thread = service.comments()[0].thread
    assert (thread.title, thread.key, thread.url) == (title, url, f"{host.origin}{url}")


def html(host, head):
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8">{head}<body><main>{host.script()}</main></body></html>'
    )


def test_a_draft_outlives_the_window_until_the_comment_is_safe(context, host, service):
    address = host.page_with_form()
    first = Reader(context.new_page()).open(address)
    first.field("body").fill("Half a thought")
    first.page.close()

    again = Reader(context.new_page()).open(address)
    expect(again.field("body")).to_have_value("Half a thought")
    again.write("A whole thought.").post()
    expect(again.comment("A whole thought.")).to_be_visible()

    expect(again.open(address).field("body")).to_have_value("")


def test_the_person_is_forgotten_unless_the_author_asks_to_be_remembered(context, host, service):
    address = host.page_with_form()
    reader = Reader(context.new_page()).open(address)
    expect(reader.form.get_by_role("checkbox")).not_to_be_checked()
    reader.write("One.").post()
    expect(reader.comment("One.")).to_be_visible()
    reader.page.close()

    reader = Reader(context.new_page()).open(address)
    expect(reader.field("email")).to_have_value("")
    reader.form.get_by_role("checkbox").check()
    reader.write("Two.").post()
    expect(reader.comment("Two.")).to_be_visible()
    reader.page.close()

    reader = Reader(context.new_page()).open(address)
    expect(reader.field("email")).to_have_value("rita@reader.example")
    expect(reader.form.get_by_role("checkbox")).to_be_checked()


def test_the_address_stays_out_of_what_is_remembered_about_a_comment(page, host, service):
    reader = Reader(page).open(host.page_with_form()).write("The bread was good.").post()
    expect(reader.comment("The bread was good.")).to_be_visible()

    kept = page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")

    assert "reader.example" not in kept


def test_an_empty_form_says_at_each_field_what_is_missing_and_goes_to_the_first(page, host, service):
    reader = Reader(page).open(host.page_with_form()).post()

    expect(reader.field("body")).to_be_focused()
    assert reader.error_at("body") == "Write a comment."
    assert reader.error_at("name") == "Write your name, or any name you like."
    assert "Write your email address." in reader.error_at("email")
    expect(reader.field("name")).to_have_attribute("aria-invalid", "true")
    expect(reader.notice).to_have_text("Not sent yet: please correct the marked fields.")
    assert service.comments() == []


def test_an_error_goes_away_when_its_field_is_mended(page, host, service):
    reader = Reader(page).open(host.page_with_form()).post()
    expect(reader.field("body")).to_be_focused()

    reader.field("name").fill("Rita")

    assert reader.error_now("name") == ""
    expect(reader.field("name")).not_to_have_attribute("aria-invalid", "true")
    assert reader.error_at("body") == "Write a comment."


def test_what_only_the_server_finds_wrong_is_shown_at_its_field_too(page, host, service):
    reader = Reader(page).open(host.page_with_form()).write(email="rita(at)@reader.example").post()

    expect(reader.field("email")).to_be_focused()
    assert "not an email address" in reader.error_at("email")
    expect(reader.field("body")).to_have_value("A kind word.")


def test_a_web_address_without_its_beginning_is_completed(page, host, service):
    reader = Reader(page).open(host.page_with_form()).write("Hello.", website="rita.example").post()

    expect(reader.comment("Hello.")).to_be_visible()
    assert service.comments()[0].website == "https://rita.example"


def test_a_service_that_is_away_costs_no_text_and_the_console_names_the_origin(page, host, service):
    messages = []
    page.on("console", lambda message: messages.append(message.text))
    reader = Reader(page).open(host.page_with_form()).write("Keep me.")
    page.route("**/v1/sites/demo/comments", lambda route: route.abort())

    reader.post()

    expect(reader.notice).to_contain_text("could not be sent")
    expect(reader.field("body")).to_have_value("Keep me.")
    assert any(host.origin in each and "allows this page's origin" in each for each in messages)


def test_a_page_without_an_origin_is_told_so_and_not_what_nobody_can_allow(page, host, service, tmp_path):
    messages = []
    page.on("console", lambda message: messages.append(message.text))
    (tmp_path / "page.html").write_text(f"<!doctype html><title>x</title>{host.script()}")
    page.route("**/threads/**", lambda route: route.abort())

    page.goto(f"file://{tmp_path}/page.html")

    expect(page.get_by_text("The comments could not be loaded.")).to_be_visible()
    assert any("open it over http or https" in each for each in messages)
    assert not any("rejoinder site list" in each for each in messages)


def test_a_page_in_a_sandbox_has_no_origin_either(page, host, service):
    messages = []
    page.on("console", lambda message: messages.append(message.text))
    page.route("**/threads/**", lambda route: route.abort())
    host.page(host.script(), path="/framed", policy="")

    page.goto(host.page('<iframe sandbox="allow-scripts" src="/framed"></iframe>', policy=""))

    expect(page.frame_locator("iframe").get_by_text("The comments could not be loaded.")).to_be_visible()
    assert any("open it over http or https" in each for each in messages)
    assert not any("rejoinder site list" in each for each in messages)


def test_a_limit_says_how_long_to_wait(page, host, service):
    reader = Reader(page).open(host.page_with_form()).write("Too quick.")
    headers = {"Retry-After": "7", "Access-Control-Allow-Origin": host.origin}
    page.route(
        "**/v1/sites/demo/comments",
        lambda route: route.fulfill(
            status=429, headers={**headers, "Access-Control-Expose-Headers": "Retry-After"}, json={}
        ),
    )

    reader.post()

    expect(reader.notice).to_contain_text("wait 7 seconds")
    expect(reader.field("body")).to_have_value("Too quick.")


def test_the_trap_holds_what_filled_it_in(page, host, service):
    reader = Reader(page).open(host.page_with_form()).write("I am a program.")
    page.evaluate("document.querySelector('[name=leave_empty]').value = 'https://spam.example'")

    reader.post()

    expect(reader.comment("I am a program.")).to_be_visible()
    assert "hidden_field" in service.comments()[0].signals


def test_each_form_carries_a_token_of_its_own_page(page, host, service):
    reader = Reader(page).open(host.page_with_form())
    with page.expect_request(re.compile(r"/v1/sites/demo/comments$")) as sent:
        reader.write("With a token.").post()
    expect(reader.comment("With a token.")).to_be_visible()

    assert len(sent.value.post_data_json["form_token"]) > 20
    assert not service.comments()[0].signals & {"no_token", "bad_token"}
