"""What a reader sees while the comments come: the form at once, a skeleton, and nothing that moves."""

import pytest
from playwright.sync_api import expect

from moderation.comment import ThreadRef
from moderation.decision import Action
from tests.browser.reader import Reader
from tests.builders import NOON, SECOND, a_submission, received
from tests.waiting import eventually

pytestmark = pytest.mark.slow

SHIFTS = """
window.shifts = 0;
window.moved = [];
new PerformanceObserver((list) => list.getEntries().forEach((each) => {
  window.shifts += each.value;
  window.moved.push([each.value, ...each.sources.map(({ node }) => node?.className || node?.nodeName)]);
})).observe({ type: "layout-shift", buffered: true });
"""
STEADY = 0.05
BELOW = '<footer id="after">' + "<p>More from this paper.</p>" * 12 + "</footer>"
ARTICLE = "<p>" + "A dough of rye needs no kneading; it needs time. " * 20 + "</p>"
COUNT_FORMATS = """
window.made = 0;
for (const name of ["DateTimeFormat", "RelativeTimeFormat", "NumberFormat", "PluralRules"])
  Intl[name] = new Proxy(Intl[name], { construct(made, given) { window.made += 1; return new made(...given); } });
"""
HANGING = "**/threads/**"


@pytest.fixture
def thread(service):
    """Fills /a-page: `thread(3)` with three comments, the last of them returned."""

    def fill(count):
        for number in range(count):
            text = f"Number {number}. " + "It needs time, and a warm place. " * 4
            submission = a_submission(text, name=f"Reader {number}", thread=ThreadRef("/a-page"))
            comment = received(service.store, submission, at=NOON + number * SECOND)
            service.decide(comment, Action.APPROVE)
        return comment if count else None

    return fill


def shifts_of(page):
    """The layout shift so far, once the comments are there and two frames have been painted."""
    expect(page.locator(".rejoinder-thread:not([aria-busy])")).to_be_visible()
    return page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>"
        " setTimeout(() => done(window.shifts), 100))))"
    )


PAGES = {
    "top of the page": "{script}",
    "content below": "<style>[data-rejoinder] {{ min-height: 100vh }}</style>"
    "<section data-rejoinder></section>{script}{below}",
    "content far below": "{article}{script}{below}",
    "in-page link": "{article}{script}{below}",
    "late fonts": "{script}",
}


@pytest.mark.parametrize("count", [1, 40])
@pytest.mark.parametrize("is_slow", [False, True], ids=["fast API", "slow API"])
@pytest.mark.parametrize("place", PAGES)
def test_nothing_moves_while_the_comments_come(page, host, service, thread, place, is_slow, count):
    thread(count)
    page.add_init_script(SHIFTS)
    held = Held(page)
    body = PAGES[place].format(script=host.script(), below=BELOW, article=ARTICLE * 6)

    page.goto(host.page(body, policy=""))
    page.locator(".rejoinder-form").wait_for(state="attached")
    if place == "in-page link":
        page.evaluate("location.hash = 'after'")
    if is_slow:
        page.wait_for_timeout(700)
    held.go_on()
    if place == "late fonts":
        page.evaluate("document.body.animate([{ fontFamily: 'DejaVu Sans' }], { fill: 'forwards', duration: 1 })")

    assert shifts_of(page) <= STEADY, page.evaluate("window.moved")


class Held:
    """Requests for comments, kept waiting until `go_on`."""

    def __init__(self, page):
        self.routes = []
        self.is_open = False
        page.route(HANGING, lambda route: route.continue_() if self.is_open else self.routes.append(route))

    def go_on(self):
        self.is_open = True
        for route in self.routes:
            route.continue_()


@pytest.mark.parametrize("count", [0, 1, 40])
def test_a_form_that_comes_last_follows_the_comments_and_nothing_moves(page, host, service, thread, count):
    thread(count)
    page.add_init_script(SHIFTS)
    held = Held(page)
    body = PAGES["content below"].format(script=host.script(form="last"), below=BELOW)
    page.goto(host.page(body, policy=""))
    reader = Reader(page)
    expect(reader.form).not_to_be_in_viewport()

    held.go_on()

    assert shifts_of(page) <= STEADY, page.evaluate("window.moved")
    expect(reader.form).to_have_css("opacity", "1")
    rows, form = page.locator(".rejoinder-foot").last.bounding_box(), reader.form.bounding_box()
    assert form["y"] - (rows["y"] + rows["height"]) <= 60


@pytest.mark.parametrize("count", [1, 40])
def test_a_thread_that_is_scrolled_to_moves_nothing_that_is_seen(page, host, service, thread, count):
    thread(count)
    page.add_init_script(SHIFTS)
    page.goto(host.page(ARTICLE * 12 + host.script() + BELOW))

    page.mouse.move(300, 300)
    for _ in range(20):
        page.mouse.wheel(0, 300)
        page.wait_for_timeout(30)

    assert shifts_of(page) <= STEADY, page.evaluate("window.moved")


def test_the_form_is_there_and_has_its_final_height_before_anything_is_answered(page, host, service, thread):
    thread(3)
    held = Held(page)
    reader = Reader(page).open(host.page_with_form())
    before = reader.form.bounding_box()
    expect(page.locator(".rejoinder-ghost").first).to_be_visible()
    expect(page.locator(".rejoinder-thread")).to_have_attribute("aria-busy", "true")

    held.go_on()

    expect(reader.comment("Number 2.")).to_be_visible()
    assert reader.form.bounding_box() == before
    expect(page.locator(".rejoinder-ghost")).to_have_count(0)


def test_styles_are_there_without_a_request(page, host, service):
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    reader = Reader(page).open(host.page_with_form())

    expect(reader.form.locator(".rejoinder-submit")).to_have_css("background-color", "rgb(31, 95, 153)")
    assert not [url for url in asked if url.endswith(".css")]
    assert reader.reports() == []


def test_a_server_that_hangs_is_spoken_of_after_three_seconds_and_the_form_works(page, host, service):
    page.clock.install()
    page.route(HANGING, lambda route: None)
    reader = Reader(page).open(host.page_with_form())
    expect(page.get_by_text("Loading the comments…")).to_have_count(0)

    page.clock.run_for(3_100)

    expect(page.get_by_text("Loading the comments…")).to_be_visible()
    reader.write("Meanwhile.").post()
    expect(reader.comment("Meanwhile.")).to_contain_text("awaiting moderation")


def test_what_a_page_has_in_the_place_gives_way_at_once_even_if_nothing_answers(page, host, service):
    page.route(HANGING, lambda route: None)
    place = '<div id="rejoinder"><p>Comments need JavaScript.</p></div>'

    Reader(page).open(host.page(place + host.script()))

    assert page.get_by_text("Comments need JavaScript.").count() == 0
    expect(page.locator("#rejoinder .rejoinder-ghost").first).to_be_visible()


def test_what_writes_dates_is_made_when_there_are_some_and_once(page, host, service, thread):
    thread(30)
    page.add_init_script(COUNT_FORMATS)
    held = []
    page.route("**/threads/**", lambda route: held.append(route))

    Reader(page).open(host.page(host.script(), policy=""))
    before = page.evaluate("window.made")
    eventually(lambda: held or page.wait_for_timeout(20))
    held.pop().continue_()
    expect(page.locator(".rejoinder-comment")).to_have_count(30)

    assert before == 0
    assert page.evaluate("window.made") <= 5


def test_comments_far_down_a_page_are_asked_for_when_a_reader_comes_near(page, host, service, thread):
    thread(3)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    reader = Reader(page)
    page.goto(host.page(ARTICLE * 12 + host.script()))
    reader.form.wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "/v1/" in url]

    reader.form.scroll_into_view_if_needed()

    expect(reader.comment("Number 2.")).to_be_attached()


@pytest.mark.parametrize(("load", "count"), [("visible", 0), ("now", 1)])
def test_a_page_may_say_when_its_comments_are_asked_for(page, host, service, load, count):
    body = ARTICLE * (8 if load == "visible" else 12)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": 1280, "height": 300})

    page.goto(host.page(body + host.script(load=load)))
    page.locator(".rejoinder-form").wait_for(state="attached")
    page.wait_for_load_state("networkidle")

    assert len([url for url in asked if "/threads/" in url]) == count


# ---- A thousand comments


def test_a_linked_comment_comes_first_marked_and_focused_with_the_way_to_its_neighbours(page, host, service, thread):
    thread(130)
    ids = [comment.id for comment in service.comments()]
    with service.store.read() as uow:
        found = uow.threads.find("demo", "/a-page")
        ids = [place.id for place in uow.threads.outline(found.id)]
    loads = []
    page.on("request", lambda request: loads.append(request.url) if "/threads/" in request.url else None)

    Reader(page).open(f"{host.page_with_form()}#comment-{ids[75]}")

    linked = page.locator(f"#comment-{ids[75]}")
    expect(linked).to_be_focused()
    expect(linked).to_be_in_viewport()
    expect(linked).to_have_class("rejoinder-comment rejoinder-depth-0 rejoinder-linked")
    assert len(loads) == 1
    expect(page.locator(".rejoinder-comment")).to_have_count(50)
    page.get_by_role("link", name="Show earlier comments").click()
    expect(page.locator(".rejoinder-comment")).to_have_count(100)
    page.get_by_role("link", name="Show more comments").click()
    expect(page.locator(".rejoinder-comment")).to_have_count(130)
    assert page.locator(".rejoinder-comment").evaluate_all("all => all.map(each => each.id.slice(8))") == ids


def test_each_page_of_a_thread_has_an_address(page, context, host, service, thread):
    thread(60)
    Reader(page).open(host.page_with_form())
    address = page.get_by_role("link", name="Show more comments").get_attribute("href")

    other = Reader(context.new_page()).open(address)

    expect(other.page.locator(".rejoinder-comment")).to_have_count(10)
    expect(other.comment("Number 59.")).to_be_visible()


def test_a_reader_chooses_the_order_and_the_browser_remembers_it(page, host, service, thread):
    thread(3)
    address = host.page_with_form()
    reader = Reader(page).open(address)
    expect(page.locator(".rejoinder-comment").first).to_contain_text("Number 0.")

    page.get_by_role("combobox", name="Order of the comments").select_option("Newest first")
    expect(page.locator(".rejoinder-comment").first).to_contain_text("Number 2.")
    reader.open(address)

    expect(page.locator(".rejoinder-comment").first).to_contain_text("Number 2.")
