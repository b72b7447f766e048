import json

import pytest
from playwright.sync_api import expect

from moderation.comment import ThreadRef
from moderation.decision import Action
from moderation.unicode_text import as_name
from tests.browser.reader import Reader
from tests.builders import NOON, SECOND, a_submission, received
from tests.waiting import eventually

pytestmark = pytest.mark.slow

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "</textarea><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)} `alert(1)`",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>click</a>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<style>*{display:none}</style>",
    "\u202e evil \u2066",
]


@pytest.fixture
def published(service):
    """Publishes a comment on /a-page: `published("text", name="…", parent=…)`."""
    count = iter(range(1000))

    def publish(body, **fields):
        at = NOON + next(count) * SECOND
        thread = fields.pop("thread", "/a-page")
        comment = received(service.store, a_submission(body, thread=ThreadRef(thread), **fields), at=at)
        service.decide(comment, Action.APPROVE)
        return comment

    return publish


# ---- Replies


def test_a_reply_is_written_under_the_comment_that_it_answers(page, host, service, published):
    parent = published("First.", name="Ada")
    reader = Reader(page).open(host.page_with_form())

    page.get_by_role("button", name="Reply to Ada").click()
    expect(reader.field("body")).to_be_focused()
    expect(reader.comment("First.").locator("form")).to_contain_text("Replying to Ada")
    reader.write("An answer.").post()

    expect(page.locator(f"#comment-{parent.id} + .rejoinder-depth-1")).to_contain_text("An answer.")
    assert service.comments()[-1].parent_id == parent.id
    expect(reader.comment("First.").locator("form")).to_have_count(0)


def test_cancel_brings_the_form_and_the_focus_back_and_keeps_the_text(page, host, service, published):
    published("First.", name="Ada")
    reader = Reader(page).open(host.page_with_form())

    page.get_by_role("button", name="Reply to Ada").press("Enter")
    reader.field("body").fill("Half an answer")
    page.get_by_role("button", name="Cancel reply").press("Enter")

    expect(page.get_by_role("button", name="Reply to Ada")).to_be_focused()
    expect(page.locator(".rejoinder > form [name=body]")).to_have_value("Half an answer")


def test_a_draft_of_a_reply_is_found_again_under_its_comment(page, host, service, published):
    published("First.", name="Ada")
    address = host.page_with_form()
    reader = Reader(page).open(address)
    page.get_by_role("button", name="Reply to Ada").click()
    reader.field("body").fill("Half an answer")

    reader.open(address)

    expect(reader.comment("First.").locator("form [name=body]")).to_have_value("Half an answer")


def test_replies_stand_after_what_they_answer_and_the_deep_ones_say_whom(page, host, service, published):
    published("Last in time, first level.", name="Zoe")
    parent = ""
    for depth in range(6):
        parent = published(f"Depth {depth}.", name=f"Author {depth}", parent=parent).id
    published("The very last.", name="End")

    Reader(page).open(host.page_with_form())

    shown = page.locator(".rejoinder-body").all_inner_texts()
    assert shown == ["Last in time, first level.", *(f"Depth {depth}." for depth in range(6)), "The very last."]
    expect(page.locator(".rejoinder-comment").filter(has_text="Depth 5.")).to_contain_text("In reply to Author 4")


# ---- Long, closed, unreachable


def test_a_long_thread_is_shown_in_parts(page, host, service, published):
    for number in range(51):
        published(f"Number {number}.")
    Reader(page).open(host.page_with_form())
    expect(page.locator(".rejoinder-comment")).to_have_count(50)

    page.get_by_role("link", name="Show more comments").click()

    expect(page.locator(".rejoinder-comment")).to_have_count(51)
    expect(page.locator(".rejoinder-comment").last).to_be_focused()
    expect(page.get_by_role("heading", name="51 comments")).to_be_visible()
    expect(page.get_by_role("link", name="Show more comments")).to_have_count(0)


def test_a_link_to_a_comment_far_down_a_long_thread_leads_there(page, host, service, published):
    for number in range(60):
        published(f"Number {number}.")
    last = published("The very last.")

    Reader(page).open(f"{host.page_with_form()}#comment-{last.id}")

    expect(page.locator(f"#comment-{last.id}")).to_be_in_viewport()


def test_a_draft_of_a_reply_far_down_a_long_thread_is_found_again_there(page, host, service, published):
    for number in range(60):
        published(f"Number {number}.")
    last = published("The very last.", name="Ada")
    reader = Reader(page).open(host.page_with_form())
    page.get_by_role("link", name="Show more comments").click()
    page.get_by_role("button", name="Reply to Ada").click()
    reader.field("body").fill("Half an answer")

    reader.open(host.page_with_form())

    expect(page.locator(f"#comment-{last.id} form [name=body]")).to_have_value("Half an answer")
    reader.write("A whole answer.").post()
    expect(page.locator(f"#comment-{last.id} + .rejoinder-depth-1")).to_contain_text("A whole answer.")


def test_however_long_a_thread_is_the_browser_remembers_once(page, host, service, published):
    for number in range(20):
        published(f"Number {number}.")
    page.add_init_script("""
        window.writes = 0;
        for (const name of ["setItem", "removeItem"]) {
          const write = Storage.prototype[name];
          Storage.prototype[name] = function (...args) { window.writes += 1; return write.apply(this, args); };
        }
    """)

    Reader(page).open(host.page_with_form())

    expect(page.locator("time")).to_have_count(20)
    eventually(lambda: page.evaluate("window.writes > 0"))
    page.evaluate("new Promise((resolve) => requestIdleCallback(() => setTimeout(resolve)))")
    assert page.evaluate("window.writes") == 1


def test_a_closed_page_shows_its_comments_and_no_form(page, host, service, published):
    comment = published("First.")
    service.store.write(lambda uow: uow.threads.close(comment.thread.id, is_closed=True, at=NOON))

    page.goto(host.page_with_form())

    expect(page.get_by_text("Comments on this page are closed.")).to_be_visible()
    expect(page.get_by_text("First.")).to_be_visible()
    expect(page.locator("form")).to_have_count(0)
    expect(page.get_by_role("button", name="Reply")).to_have_count(0)


def test_comments_that_could_not_be_loaded_can_be_asked_for_again(page, host, service, published):
    published("First.")
    page.route("**/threads/**", lambda route: route.abort(), times=1)
    Reader(page).open(host.page_with_form())
    expect(page.get_by_text("The comments could not be loaded.")).to_be_visible()

    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_text("First.")).to_be_visible()


def test_the_comments_of_a_build_stay_until_the_present_ones_are_there(page, host, service, published):
    built = '<div data-rejoinder data-thread="/a-page"><div data-rejoinder-thread><p>Built.</p></div></div>'
    published("First.")
    page.route("**/threads/**", lambda route: route.abort(), times=1)
    page.goto(host.page(built + host.script()))
    expect(page.get_by_text("The comments could not be loaded.")).to_be_visible()
    expect(page.get_by_text("Built.")).to_be_visible()

    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_text("First.")).to_be_visible()
    expect(page.get_by_text("Built.")).to_have_count(0)


def test_a_page_of_another_origin_can_read_the_thread_and_cannot_send(page, host, service, published):
    published("First.")
    address = host.page_with_form().replace("blog.localhost", "stranger.localhost")

    reader = Reader(page).open(address).write("From elsewhere.").post()

    expect(reader.notice).to_contain_text("could not be sent")
    expect(page.get_by_text("First.")).to_be_visible()
    assert len(service.comments()) == 1


# ---- Text is text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_whatever_somebody_writes_is_shown_as_written(page, host, service, published, payload):
    published(f"{payload} and more", name=f"{payload} by", website=payload, email="x@y.example")

    reader = Reader(page).open(host.page_with_form())

    assert page.locator(".rejoinder-body").text_content() == f"{payload} and more"
    assert page.locator(".rejoinder-name").text_content() == f"{payload} by"
    assert page.locator(".rejoinder :is(script, img, svg, iframe, style)").count() == 0
    assert page.locator("[href^=javascript]").count() == 0
    assert reader.reports() == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_whatever_is_typed_comes_back_as_typed_and_the_name_as_it_is_kept(page, host, service, payload):
    title = json.dumps(payload).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    address = host.page(host.script(title=title, thread=title))
    reader = Reader(page).open(address)

    reader.write(f"{payload} and more", name=payload).post()

    expect(page.locator(".rejoinder-note")).to_be_visible()
    assert page.locator(".rejoinder-body").text_content() == f"{payload} and more"
    assert page.locator(".rejoinder-name").text_content() == as_name(payload)
    reader.open(address)
    expect(page.locator(".rejoinder-note")).to_be_visible()
    assert page.locator(".rejoinder-body").text_content() == f"{payload} and more"
    assert reader.reports() == []


TEXTS = [
    "One line\nand another\n\nA paragraph\r\n\r\n\r\nafter some space",
    "See https://a.example/x, (https://b.example/y) and <https://c.example/z>.",
    "https://d.example/Ada_(name) https://e.example/?q=a&b=c#d!",
    "HTTPS://F.example/Up http://user:pass@g.example/ https://h.example:99999/ https://",
    "https://good.example/\u202egpj.exe ftp://i.example javascript:alert(1)",
    "שלום https://j.example/ עולם",
    "https://k.example/" + ").!" * 15_000,
]


def test_the_script_and_the_plain_page_show_a_text_alike(page, plain_page, host, service, published):
    for text in TEXTS:
        published(text)
    look = "nodes => nodes.map(p => [p.innerText, ...[...p.querySelectorAll('a')].map(a => a.textContent)])"

    Reader(page).open(host.page_with_form())
    page.locator(".rejoinder-body p").first.wait_for()
    plain_page.goto(f"{service.url}/sites/demo/form?thread=/a-page")

    by_script = page.locator(".rejoinder-body p").evaluate_all(look)
    assert by_script == plain_page.locator(".rejoinder-body p").evaluate_all(look)
    assert sum(len(each) - 1 for each in by_script) == 9


def test_links_lead_out_without_a_word_of_praise(page, host, service, published):
    published("See https://a.example/x", name="Ada", website="https://ada.example")

    Reader(page).open(host.page_with_form())

    for name in ("https://a.example/x", "Ada"):
        expect(page.get_by_role("link", name=name, exact=True)).to_have_attribute("rel", "ugc nofollow noopener")


# ---- Which page, which words, where


def test_a_canonical_link_names_the_thread_and_the_query_of_the_address_does_not(page, host, service, published):
    published("By number.", thread="/?p=12")
    address = host.page_with_form(head=f'<link rel="canonical" href="{host.origin}/?p=12">')

    Reader(page).open(f"{address}?utm_source=x")

    expect(page.get_by_text("By number.")).to_be_visible()


def test_the_thread_can_be_named_outright(page, host, service, published):
    published("By name.", thread="post 7/ü?&#")

    Reader(page).open(host.page(host.script(thread="post 7/ü?&amp;#")))

    expect(page.get_by_text("By name.")).to_be_visible()


def test_everything_appears_in_the_element_that_the_page_names(page, host, service):
    Reader(page).open(host.page(f'<aside data-rejoinder></aside>{host.script()}<p id="after">After.</p>'))

    assert page.locator("aside form").count() == 1


def test_without_such_an_element_everything_appears_where_the_script_stands(page, host, service):
    Reader(page).open(host.page(f'<p id="before"></p>{host.script()}<p id="after">After.</p>'))

    assert page.locator("#before + section.rejoinder form").count() == 1


def test_every_word_can_be_said_in_another_language(page, host, service, published):
    published("Erster.", name="Ada")
    words = {
        "text_heading": "Antworten",
        "text_submit": "Absenden",
        "text_reply": "Antworten",
        "text_reply_label": "{name} antworten",
        "text_comments_one": "Ein Kommentar",
        "text_body_missing": "Bitte schreiben.",
        "lang": "de",
        "heading": "3",
    }

    reader = Reader(page).open(host.page(host.script(**words)))

    expect(page.get_by_role("heading", name="Ein Kommentar", level=3)).to_be_visible()
    expect(page.get_by_role("button", name="Ada antworten")).to_be_visible()
    expect(page.locator("time")).to_contain_text("Januar")
    page.get_by_role("button", name="Absenden").click()
    assert reader.error_at("body") == "Bitte schreiben."


def test_a_date_leads_to_its_comment_on_a_page_with_a_base_too(page, host, service, published):
    comment = published("First.")
    Reader(page).open(host.page_with_form(head='<base href="/">', policy=""))

    page.locator(".rejoinder-date").click()

    assert page.url.endswith(f"/a-page#comment-{comment.id}")


def test_a_language_that_no_browser_knows_spoils_nothing(page, host, service, published):
    published("First.")

    Reader(page).open(host.page(host.script(lang="en_US")))

    expect(page.locator("time")).to_contain_text("2026")


def test_a_script_tag_without_a_site_says_so_in_the_console(page, host, service):
    messages = []
    page.on("console", lambda message: messages.append(message.text))

    page.goto(host.page(f'<script src="{service.url}/embed.js" defer></script>'))

    expect(page.locator("form")).to_have_count(0)
    assert any("data-site" in each for each in messages)
