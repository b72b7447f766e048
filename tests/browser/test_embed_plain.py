from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from moderation.comment import ThreadRef
from moderation.decision import Action, Reason
from tests.browser.reader import Reader
from tests.builders import a_submission, received

pytestmark = pytest.mark.slow

EXAMPLE = Path(__file__).parents[2] / "examples" / "page.html"
DOCS = Path(__file__).parents[2] / "docs" / "embed.md"


@pytest.fixture
def form_address(host, service):
    """Where the `<noscript>` link of the host's page leads."""
    return f"{service.url}/sites/demo/form?thread=/a-page&title=A+page&url={host.origin}/a-page"


def test_a_comment_is_sent_without_javascript_and_its_author_is_told_that_it_waits(
    plain_page, host, service, form_address
):
    reader = Reader(plain_page).open(form_address).write("By hand.\n\nTwo paragraphs.").post()

    expect(plain_page.get_by_text("Your comment is awaiting moderation.")).to_be_visible()
    assert plain_page.url.startswith(f"{service.url}/thanks?token=")
    [comment] = service.comments()
    assert comment.body.replace("\r\n", "\n") == "By hand.\n\nTwo paragraphs."
    assert comment.thread.key == "/a-page"
    assert not comment.signals & {"no_token", "bad_token", "hidden_field"}
    expect(plain_page.get_by_role("link", name="Back to the page")).to_have_attribute("href", f"{host.origin}/a-page")
    assert reader.form.count() == 0


def test_a_form_that_is_gone_back_to_and_sent_again_is_one_comment(plain_page, host, service, form_address):
    for address in (form_address, host.page(the_documented_form(service.url))):
        plain_page.goto(address)
        body = f"Once, from {len(service.comments())}."
        for name, value in {"body": body, "name": "Rita", "email": "rita@reader.example"}.items():
            plain_page.locator(f"[name={name}]").fill(value)
        for _ in range(2):
            plain_page.get_by_role("button", name="Post Comment").click()
            expect(plain_page.get_by_text("Your comment is awaiting moderation.")).to_be_visible()
            plain_page.go_back()
            expect(plain_page.locator("[name=body]")).to_have_value(body)

    assert [comment.body for comment in service.comments()] == ["Once, from 0.", "Once, from 1."]


def test_the_thanks_tell_later_what_became_of_the_comment(plain_page, service, form_address):
    Reader(plain_page).open(form_address).write("By hand.").post()
    service.decide(service.comments()[0], Action.REJECT, Reason.OFF_TOPIC)

    plain_page.get_by_role("link", name="Check again").click()

    expect(plain_page.get_by_role("heading", name="Your comment was not published")).to_be_visible()
    expect(plain_page.get_by_text("The comment is not about this page.")).to_be_visible()


def test_a_form_with_a_mistake_comes_back_with_its_words_and_the_error_at_its_field(
    plain_page, service, form_address
):
    reader = Reader(plain_page).open(form_address)

    reader.write("   ", website="https://rita.example").post()
    expect(reader.field("body")).to_have_attribute("aria-invalid", "true")
    expect(reader.field("body")).to_be_focused()
    assert "empty" in reader.error_at("body")
    expect(reader.field("name")).to_have_value("Rita Reader")
    expect(reader.field("email")).to_have_value("")
    assert "never sent back" in reader.error_at("email")
    expect(reader.field("website")).to_have_value("https://rita.example")
    reader.field("body").fill("Now with words.")
    reader.field("email").fill("rita@reader.example")
    reader.post()

    expect(plain_page.get_by_text("Your comment is awaiting moderation.")).to_be_visible()
    assert [comment.body for comment in service.comments()] == ["Now with words."]


def test_a_reply_without_javascript_goes_under_its_comment(plain_page, service, form_address):
    parent = received(service.store, a_submission("First.", name="Ada", thread=ThreadRef("/a-page")))
    service.decide(parent, Action.APPROVE)
    reader = Reader(plain_page).open(form_address)

    plain_page.get_by_role("link", name="Reply to Ada").click()
    expect(reader.form).to_contain_text("Replying to Ada")
    reader.write("An answer.").post()

    expect(plain_page.get_by_text("awaiting moderation")).to_be_visible()
    assert {comment.body: comment.parent_id for comment in service.comments()}["An answer."] == parent.id


def test_the_plain_form_of_a_page_works_without_javascript(plain_page, host, service):
    reader = Reader(plain_page)
    plain_page.goto(host.page(the_example(service.url)))

    for name, value in {"body": "By hand.", "name": "Rita", "email": "rita@reader.example"}.items():
        plain_page.locator(f"[name={name}]").fill(value)
    plain_page.get_by_role("button", name="Post Comment").click()

    plain_page.wait_for_url(lambda address: "blog.localhost" not in address or "rejoinder=" in address)
    [comment] = service.comments()
    assert (comment.body, comment.thread.key) == ("By hand.", "/page.html")
    assert reader.page.url.startswith((service.url, host.origin))


def test_the_form_of_the_documentation_works_with_and_without_javascript(page, plain_page, host, service):
    address = host.page(the_documented_form(service.url))
    for tab in (plain_page, page):
        tab.goto(address)
        if tab is page:
            tab.locator(".rejoinder-form").wait_for()
        for name, value in {"body": f"From {tab}.", "name": "Rita", "email": "rita@reader.example"}.items():
            tab.locator(f"[name={name}]").fill(value)
        tab.get_by_role("button", name="Post Comment").click()
        expect(tab.get_by_text("Your comment is awaiting moderation.")).to_be_visible()

    assert [comment.thread.key for comment in service.comments()] == ["/2026/bread", "/2026/bread"]


def test_the_script_improves_a_form_with_the_names_of_wordpress(page, host, service):
    fields = "".join(f'<p><label>{name} <input name="{name}"></label></p>' for name in ("author", "email", "url"))
    key = '<input type="hidden" name="comment_post_ID" value="42">'
    fields += '<textarea name="comment"></textarea><button>Post Comment</button>'
    form = f"<form data-rejoinder-form>{fields}{key}</form>"
    reader = Reader(page).open(host.page(form + host.script())).post()
    assert reader.error_at("author") == "Write your name, or any name you like."

    for name, value in {
        "comment": "Howdy.",
        "author": "Rita",
        "email": "rita@reader.example",
        "url": "rita.example",
    }.items():
        reader.field(name).fill(value)
    reader.post()

    expect(reader.comment("Howdy.")).to_contain_text("awaiting moderation")
    [comment] = service.comments()
    assert (comment.thread.key, comment.name, comment.website) == ("42", "Rita", "https://rita.example")


def test_the_script_improves_the_plain_form_of_a_page(page, host, service):
    reader = Reader(page).open(host.page(the_example(service.url)))

    reader.write("", email="").post()
    assert reader.error_at("body") == "Write a comment."
    reader.write("Improved.").post()

    expect(reader.comment("Improved.")).to_contain_text("awaiting moderation")
    assert page.url == f"{host.origin}/a-page"
    assert service.comments()[0].thread.key == "/page.html"
    assert page.locator("form").count() == 1
    assert reader.reports() == []


def test_a_page_to_which_a_form_led_back_tells_what_became_of_the_comment(page, host, service):
    address = host.page_with_form()
    answer = page.request.post(
        f"{service.url}/v1/sites/demo/comments",
        headers={"Accept": "text/html", "Origin": host.origin},
        form={
            "name": "Rita",
            "email": "rita@reader.example",
            "body": "Hi.",
            "thread_key": "/a-page",
            "return_to": address,
        },
        max_redirects=0,
    )
    back = answer.headers["location"]
    assert parse_qs(urlsplit(back).query)["rejoinder"]

    reader = Reader(page).open(back)

    expect(reader.notice).to_contain_text("Your comment is awaiting moderation.")
    assert "rejoinder=" not in page.url


def test_the_demo_works_with_and_without_javascript(page, plain_page, service):
    reader, plain_reader = Reader(page), Reader(plain_page)

    reader.open(f"{service.url}/demo").write("With script.").post()
    expect(reader.comment("With script.")).to_contain_text("awaiting moderation")
    plain_reader.open(f"{service.url}/demo").write("Without script.").post()

    expect(plain_page.get_by_text("Your comment is awaiting moderation.")).to_be_visible()
    plain_page.get_by_role("link", name="Back to the page").click()
    expect(plain_page).to_have_url(f"{service.url}/demo")
    assert {comment.thread.key for comment in service.comments()} == {"/demo"}
    assert reader.reports() == []


def the_documented_form(service_url: str) -> str:
    """What docs/embed.md tells owners to write, for the service of this test."""
    blocks = [each.partition("```")[0] for each in DOCS.read_text().split("```html\n")[1:]]
    block = next(each for each in blocks if "<form data-rejoinder-form" in each)
    return block.replace("https://comments.example", service_url).replace("my-blog", "demo")


def the_example(service_url: str) -> str:
    """What examples/page.html has in its body, for the service of this test."""
    body = EXAMPLE.read_text().partition("<main>")[2].partition("</body>")[0]
    return body.replace("http://localhost:8080", service_url)
