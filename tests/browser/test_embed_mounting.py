# ruff: noqa: E501 - a form as WordPress writes it
"""Several threads on a page, pages that change without being loaded, lists of pages, WordPress' own form."""

import re

import pytest
from playwright.sync_api import expect

from moderation.comment import ThreadRef
from moderation.decision import Action
from tests.browser.reader import Reader
from tests.builders import a_submission, received

pytestmark = pytest.mark.slow

RESPOND = """
<div id="comments"><div id="respond" class="comment-respond">
<h3 id="reply-title" class="comment-reply-title">Leave a Reply <small><a rel="nofollow" id="cancel-comment-reply-link"
 href="/post/#respond" style="display:none;">Cancel reply</a></small></h3>
<form action="/wp-comments-post.php" method="post" id="commentform" class="comment-form" data-rejoinder-form>
<p class="comment-notes">Your email address will not be published.</p>
<p class="comment-form-comment"><label for="comment">Comment</label>
 <textarea id="comment" name="comment" cols="45" rows="8" required></textarea></p>
<p class="comment-form-author"><label for="author">Name</label> <input id="author" name="author" required></p>
<p class="comment-form-email"><label for="email">Email</label> <input id="email" name="email" type="email" required></p>
<p class="comment-form-url"><label for="url">Website</label> <input id="url" name="url" type="url"></p>
<p class="comment-form-cookies-consent"><input id="wp-comment-cookies-consent" name="wp-comment-cookies-consent"
 type="checkbox" value="yes"> <label for="wp-comment-cookies-consent">Save my name</label></p>
<p class="privacy"><label><input type="checkbox" name="privacy" required> I have read the terms</label></p>
<p class="form-submit"><input name="submit" type="submit" id="submit" class="submit" value="Post Comment">
<input type="hidden" name="comment_post_ID" value="42" id="comment_post_ID">
<input type="hidden" name="comment_parent" id="comment_parent" value="0"></p>
<input type="hidden" id="_wp_unfiltered_html_comment" name="_wp_unfiltered_html_comment" value="n0nce">
</form></div></div>"""
THEME = (
    "<style>.submit{background:rgb(1,2,3);border-radius:0} #comment{border:3px dotted red;background:#ffe}</style>"
)


@pytest.fixture
def published(service):
    """Publishes a comment: `published("/one", "Hello.")`."""

    def publish(key, body, **fields):
        comment = received(service.store, a_submission(body, thread=ThreadRef(key), **fields))
        service.decide(comment, Action.APPROVE)
        return comment

    return publish


def threads(page, number):
    return page.locator(".rejoinder").nth(number)


# ---- Several on one page


def test_two_threads_on_a_page_are_apart(page, host, service, published):
    published("/one", "In the first.")
    published("/two", "In the second.")
    body = '<div data-rejoinder data-thread="/one"></div><div data-rejoinder data-thread="/two"></div>'
    page.goto(host.page(body + host.script()))
    expect(threads(page, 1)).to_contain_text("In the second.")
    expect(threads(page, 0)).to_contain_text("In the first.")

    second = threads(page, 1)
    for name, value in {"body": "Mine.", "name": "Rita", "email": "rita@reader.example"}.items():
        second.locator(f"[name={name}]").fill(value)
    second.get_by_role("button", name="Post Comment").click()

    expect(second).to_contain_text("awaiting moderation")
    expect(threads(page, 0)).not_to_contain_text("awaiting moderation")
    assert service.comments()[-1].thread.key == "/two"
    ids = page.locator("[id]").evaluate_all("all => all.map((each) => each.id)")
    assert len(ids) == len(set(ids))


def test_a_second_script_or_element_of_the_same_thread_changes_nothing_and_says_so(page, host, service, published):
    published("/a-page", "Once.")
    said = []
    page.on("console", lambda message: said.append(message.text))

    page.goto(host.page(f'<div id="rejoinder"></div>{host.script()}<div data-rejoinder>Mine.</div>{host.script()}'))

    expect(page.get_by_text("Once.")).to_be_visible()
    expect(page.locator("form")).to_have_count(1)
    expect(page.locator("[data-rejoinder]")).to_have_text("Mine.")
    assert any("is on this page already" in each for each in said)


def test_every_thread_of_a_page_has_ids_that_errors_can_refer_to(page, host, service):
    keys = ("/one", "/two", "/three")
    page.goto(host.page("".join(f'<div data-rejoinder data-thread="{key}"></div>' for key in keys) + host.script()))

    for number in range(3):
        form = threads(page, number).locator("form")
        form.locator("[name=email]").fill("nonsense")
        form.get_by_role("button", name="Post Comment").click()
        expect(form.locator("[name=email]")).to_have_accessible_description(re.compile("name@example.com"))

    ids = page.locator("[id]").evaluate_all("all => all.map((each) => each.id)")
    assert len(ids) == len(set(ids))
    assert not any(" " in each for each in ids)


# ---- Pages that change without being loaded


def test_a_thread_is_mounted_changed_and_taken_away_by_a_pages_own_script(page, host, service, published):
    published("/one", "In the first.")
    published("/two", "In the second.")
    page.goto(host.page(f'<div id="place">As it was.</div>{host.script(mount="manual")}', policy=""))
    expect(page.locator("form")).to_have_count(0)

    page.evaluate("window.widget = Rejoinder.mount(document.getElementById('place'), { thread: '/one' })")
    expect(page.get_by_text("In the first.")).to_be_visible()
    page.locator("[name=body]").fill("Half a thought")
    page.evaluate("window.widget = window.widget.update({ thread: '/two', textHeading: 'Say something' })")
    expect(page.get_by_text("In the second.")).to_be_visible()
    expect(page.get_by_text("In the first.")).to_have_count(0)
    expect(page.get_by_role("heading", name="Say something")).to_be_visible()
    page.evaluate("window.widget = window.widget.update({ thread: '/one' })")
    expect(page.locator("[name=body]")).to_have_value("Half a thought")
    page.evaluate("window.widget.destroy()")

    expect(page.locator("#place")).to_have_text("As it was.")
    expect(page.locator(".rejoinder, .rejoinder-form")).to_have_count(0)


def test_a_destroyed_thread_leaves_the_element_as_it_was_and_its_successor_alone(page, host, service, published):
    published("/one", "In the first.")
    published("/two", "In the second.")
    page.goto(host.page(f'<div id="place" lang="fr">As it was.</div>{host.script(mount="manual")}', policy=""))
    before = page.locator("#place").evaluate("node => node.outerHTML")
    mount = "Rejoinder.mount(document.getElementById('place'), { thread: '%s', theme: 'dark', lang: 'en' })"

    page.evaluate(f"window.first = {mount % '/one'}")
    expect(page.get_by_text("In the first.")).to_be_visible()
    page.evaluate("window.first.destroy()")
    after = page.locator("#place").evaluate("node => node.outerHTML")
    page.evaluate(f"window.second = {mount % '/two'}; window.first.destroy()")

    assert after.replace(' class=""', "") == before
    expect(page.get_by_text("In the second.")).to_be_visible()


def test_a_form_of_the_pages_own_is_left_as_it_was(page, host, service):
    form = (
        '<form data-rejoinder-form method="post" action="/x"><textarea name="body"></textarea>'
        '<input name="name"><input name="email"><button>Send it</button></form>'
    )
    page.goto(host.page(f'<div id="place">{form}</div>{host.script(mount="manual")}', policy=""))
    before = page.locator("#place").inner_html()
    page.evaluate("window.widget = Rejoinder.mount(document.getElementById('place'), { thread: '/one' })")
    expect(page.locator("[name=remember]")).to_have_count(1)

    page.evaluate("window.widget.destroy()")

    assert page.locator("#place").inner_html().replace(' class=""', "") == before


def test_the_page_is_told_what_happens(page, host, service, published):
    published("/a-page", "First.")
    page.add_init_script("""
        window.events = [];
        for (const what of ["loaded", "sent", "failed"])
          document.addEventListener(`rejoinder:${what}`, (event) => window.events.push([what, event.detail]));
    """)
    reader = Reader(page).open(host.page_with_form())
    expect(reader.comment("First.")).to_be_visible()
    page.route("**/v1/sites/demo/comments", lambda route: route.abort(), times=1)

    reader.write("Second.").post()
    expect(reader.notice).to_contain_text("could not be sent")
    reader.post()
    expect(reader.comment("Second.")).to_be_visible()

    [comment] = [each for each in service.comments() if each.body == "Second."]
    expected = [["loaded", {"count": 1}], ["failed", {"what": "send"}], ["sent", {"id": comment.id}]]
    assert page.evaluate("window.events") == expected


def test_the_module_mounts_and_its_element_follows_its_attributes(page, host, service, published):
    published("/one", "In the first.")
    published("/two", "In the second.")
    start = (
        f'<script type="module">import {{ define, mount }} from "{service.url}/embed.mjs"; define({{ site: "demo" }});'
        "window.mount = mount;</script>"
    )
    page.goto(host.page(start + '<rejoinder-comments thread="/one" theme="dark"></rejoinder-comments>', policy=""))
    expect(page.get_by_text("In the first.")).to_be_visible()
    expect(page.locator("rejoinder-comments > section")).to_have_attribute("data-theme", "dark")

    page.locator("rejoinder-comments").evaluate("node => node.setAttribute('thread', '/two')")

    expect(page.get_by_text("In the second.")).to_be_visible()
    page.locator("rejoinder-comments").evaluate("node => node.remove()")
    assert page.evaluate("typeof window.mount") == "function"


def test_the_element_speaks_the_language_of_its_page_and_keeps_what_it_had_inside(page, host, service, published):
    published("/one", "In the first.")
    published("/two", "In the second.")
    start = f'<script type="module">import {{ define }} from "{service.url}/embed.mjs"; define({{ site: "demo" }});</script>'
    inside = '<rejoinder-comments thread="/one"><a href="/all">All comments</a></rejoinder-comments>'
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/comments?" in request.url else None)
    page.goto(host.page(start + inside, policy="", lang="de"))
    expect(page.get_by_text("In the first.")).to_be_visible()
    expect(page.get_by_role("heading", name="1 Kommentar")).to_be_visible()

    page.locator("rejoinder-comments").evaluate("node => node.setAttribute('thread', '/two')")
    expect(page.get_by_text("In the second.")).to_be_visible()
    expect(page.get_by_role("heading", name="1 Kommentar")).to_be_visible()
    left = page.evaluate(
        "() => { const node = document.querySelector('rejoinder-comments'); node.remove();"
        " node.setAttribute('thread', '/one'); return node.innerHTML; }"
    )

    assert left == '<a href="/all">All comments</a>'
    assert len(asked) == 2


def test_the_element_is_mounted_anew_once_for_attributes_that_change_together(page, host, service, published):
    published("/one", "In the first.")
    published("/two", "In the second.")
    start = f'<script type="module">import {{ define }} from "{service.url}/embed.mjs"; define({{ site: "demo" }});</script>'
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/comments?" in request.url else None)
    page.goto(host.page(start + '<rejoinder-comments thread="/one"></rejoinder-comments>', policy=""))
    expect(page.get_by_text("In the first.")).to_be_visible()

    page.locator("rejoinder-comments").evaluate(
        "node => Object.entries({ theme: 'dark', lang: 'de', thread: '/two' }).forEach((each) => node.setAttribute(...each))"
    )

    expect(page.get_by_text("In the second.")).to_be_visible()
    expect(page.get_by_role("heading", name="1 Kommentar")).to_be_visible()
    expect(page.locator("rejoinder-comments > section")).to_have_attribute("data-theme", "dark")
    assert [url.count("%2Ftwo") for url in asked] == [0, 1]


# ---- Lists of pages


def test_all_counts_of_a_page_come_in_one_request_and_in_its_language(page, host, service, published):
    for body in ("One.", "Two."):
        published("/one", body)
    published("/two", "Three.")
    links = "".join(
        f'<a href="{key}" data-rejoinder-count="{key}">…</a>' for key in ("/one", "/two", "/none", "/one")
    )
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/counts?" in request.url else None)

    page.goto(host.page(links + host.script(mount="manual"), lang="de"))

    expect(page.locator("main")).to_contain_text("2 Kommentare1 Kommentar0 Kommentare2 Kommentare")
    assert len(asked) == 1


# ---- WordPress


def test_wordpress_form_is_adopted_whole_and_keeps_its_look(page, host, service, published):
    parent = published("42", "First.", name="Ada")
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(host.page(THEME + RESPOND + host.script(), policy=""))
    expect(page.get_by_text("First.")).to_be_visible()

    expect(page.locator("#submit")).to_have_css("background-color", "rgb(1, 2, 3)")
    expect(page.locator("#comment")).to_have_css("border-top-style", "dotted")
    expect(page.locator("[name=remember]")).to_have_count(0)
    page.get_by_role("button", name="Reply to Ada").click()
    expect(page.locator(f"#comment-{parent.id} #respond #reply-title")).to_be_visible()
    expect(page.get_by_role("link", name="Cancel reply")).to_be_visible()
    for name, value in {"comment": "Howdy.", "author": "Rita", "email": "rita@reader.example"}.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Post Comment").click()
    expect(page.locator("[name=privacy]")).to_be_focused()
    assert [each.body for each in service.comments()] == ["First."]
    page.locator("[name=privacy]").check()
    page.get_by_role("button", name="Post Comment").click()

    expect(page.locator(f"#comment-{parent.id} + .rejoinder-depth-1")).to_contain_text("awaiting moderation")
    expect(page.locator("#submit")).to_have_value("Post Comment")
    expect(page.locator(f"#comment-{parent.id} #respond")).to_have_count(0)
    expect(page.get_by_role("link", name="Cancel reply")).to_be_hidden()
    expect(page.locator("#_wp_unfiltered_html_comment")).to_have_value("n0nce")
    assert {each.body: (each.parent_id, each.thread.key) for each in service.comments()}["Howdy."] == (
        parent.id,
        "42",
    )


# ---- Keys


def test_ctrl_enter_posts_and_escape_leaves_a_reply(page, host, service, published):
    published("/a-page", "First.", name="Ada")
    reader = Reader(page).open(host.page_with_form())
    page.get_by_role("button", name="Reply to Ada").click()

    reader.field("body").press("Escape")

    expect(reader.comment("First.").locator("form")).to_have_count(0)
    expect(page.get_by_role("button", name="Reply to Ada")).to_be_focused()
    reader.write("By key.").field("body").press("Control+Enter")
    expect(reader.comment("By key.")).to_contain_text("awaiting moderation")
