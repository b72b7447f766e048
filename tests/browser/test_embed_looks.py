import pytest
from playwright.sync_api import expect

from moderation.comment import ThreadRef
from moderation.decision import Action
from tests.browser.reader import Reader
from tests.builders import a_submission, received

pytestmark = pytest.mark.slow

CONTRAST = """(selector) => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const over = (under, colour) => {
    canvas.fillStyle = `rgb(${under})`;
    canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  };
  const ground = (node) => over(node ? ground(node.parentElement) : [255, 255, 255],
                                node ? getComputedStyle(node).backgroundColor : "transparent");
  const light = (rgb) => rgb
    .map((each) => each / 255)
    .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
    .reduce((sum, each, at) => sum + each * [0.2126, 0.7152, 0.0722][at], 0);
  return [...document.querySelectorAll(selector)].map((node) => {
    const under = ground(node);
    const [dark, bright] = [light(under), light(over(under, getComputedStyle(node).color))].sort((a, b) => a - b);
    return [node.className || node.tagName, (bright + 0.05) / (dark + 0.05)];
  });
}"""
TEXTS = ".rejoinder :is(h2, p, a, label, span, bdi, time, button, cite, input:not([type=checkbox]), textarea)"

PAGES = {
    "light": "<style>body{background:#fff;color:#222}</style>",
    "dark": "<style>body{background:#111;color:#ddd}</style>",
}


@pytest.fixture
def busy_page(service):
    """A page with a thread of several depths, long words and a link."""
    parent = ""
    for _ in range(7):
        thread, link = ThreadRef("/a-page"), " https://a.example/" + "x" * 120
        submission = a_submission("word" * 60 + link, name="name" * 40, thread=thread, parent=parent)
        comment = received(service.store, submission)
        service.decide(comment, Action.APPROVE)
        parent = comment.id


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_can_be_read_on_a_light_and_on_a_dark_page(page, host, service, busy_page, theme):
    reader = Reader(page).open(host.page_with_form(head=PAGES[theme], policy=""))
    reader.post()
    expect(reader.notice).to_contain_text("Not sent yet")

    ratios = page.evaluate(CONTRAST, TEXTS)

    assert len(ratios) > 50
    assert [each for each in ratios if each[1] < 4.5] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_our_own_pages_follow_the_readers_theme_and_can_be_read(browser, service, theme):
    context = browser.new_context(color_scheme=theme)
    page = context.new_page()
    Reader(page).open(f"{service.url}/demo").post()

    ratios = page.evaluate(CONTRAST, f"{TEXTS}, main p, h1, .page-foot *")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    context.close()

    assert [each for each in ratios if each[1] < 4.5] == []
    assert (sum(int(each) for each in ground[4:-1].split(",")) < 384) is (theme == "dark")


def test_nothing_scrolls_sideways_on_a_small_phone(page, host, service, busy_page):
    page.set_viewport_size({"width": 360, "height": 700})
    reader = Reader(page).open(host.page_with_form())
    page.get_by_role("button", name="Reply").last.click()
    reader.post()

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for address in ("/demo", "/sites/demo/form?thread=/a-page"):
        page.goto(service.url + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("root", ["100%", "62.5%", "13px"])
def test_whatever_is_pressed_is_large_enough_for_a_thumb(page, host, service, busy_page, root):
    Reader(page).open(host.page_with_form(head=f"<style>html {{ font-size: {root} }}</style>", policy=""))
    page.get_by_role("button", name="Reply").first.click()

    for control in page.locator(
        ".rejoinder :is(button, input:not([type=checkbox]), textarea, .rejoinder-remember)"
    ).all():
        if control.get_attribute("name") != "leave_empty":
            assert control.bounding_box()["height"] >= 44
            assert control.bounding_box()["width"] >= 44
    assert page.locator(".rejoinder-date").first.bounding_box()["height"] >= 24
    for text in page.locator(".rejoinder :is(.rejoinder-body p, .rejoinder-date, label, button)").all():
        assert float(text.evaluate("node => getComputedStyle(node).fontSize").removesuffix("px")) >= 14


def test_the_keyboard_goes_through_the_form_in_order_and_never_into_the_trap(page, host, service):
    reader = Reader(page).open(host.page_with_form())
    reader.field("body").focus()

    seen = []
    for _ in range(6):
        seen.append(page.evaluate("document.activeElement.name || document.activeElement.textContent"))
        page.keyboard.press("Tab")

    assert seen == ["body", "name", "email", "website", "remember", "Post Comment"]


def test_focus_can_be_seen(page, host, service):
    reader = Reader(page).open(host.page_with_form())

    reader.field("body").focus()
    page.keyboard.press("Tab")

    outline = reader.field("name").evaluate("node => getComputedStyle(node).outlineWidth")
    assert float(outline.removesuffix("px")) >= 2


def test_a_screen_reader_finds_every_field_by_its_name(page, host, service):
    reader = Reader(page).open(host.page_with_form())

    for name in ("Comment", "Name", "Email", "Website"):
        expect(reader.form.get_by_role("textbox", name=name, exact=False)).to_be_visible()
    expect(reader.field("email")).to_have_accessible_description("Your email address will not be published.")
    assert "Leave this empty" not in reader.form.aria_snapshot()


def test_a_page_that_brings_its_own_styles_gets_none_of_ours(page, host, service):
    Reader(page).open(host.page(host.script(css="none")))

    assert page.locator("link[rel=stylesheet]").count() == 0
    expect(page.locator("[name=leave_empty]")).to_be_hidden()


def test_the_colours_that_a_page_chooses_win_over_ours(page, host, service):
    colour = "<style>.rejoinder { --rejoinder-accent: #0088ff }</style>"

    reader = Reader(page).open(host.page_with_form(head=colour, policy=""))

    expect(reader.form.locator(".rejoinder-submit")).to_have_css("background-color", "rgb(0, 136, 255)")


def test_spaces_stay_and_marks_piled_on_a_name_do_not_cover_the_comment_above(page, host, service):
    for name in ("Ada", "Z" + "\u0301" * 60):
        comment = received(
            service.store, a_submission("def f():\n    return", name=name, thread=ThreadRef("/a-page"))
        )
        service.decide(comment, Action.APPROVE)

    Reader(page).open(host.page_with_form())

    expect(page.locator(".rejoinder-body p").first).to_have_css("white-space", "pre-wrap")
    assert "    return" in page.locator(".rejoinder-body p").first.inner_text()
    expect(page.locator(".rejoinder-comment > article").first).to_have_css("overflow", "clip")
