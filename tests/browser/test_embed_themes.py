"""Looks: a page's variables and themes count, and nothing else of a page or of ours crosses the border."""

import pytest
from playwright.sync_api import expect

from bench.widget.themes import THEMES, themed
from moderation.comment import ThreadRef
from moderation.decision import Action
from tests.browser.reader import Reader
from tests.builders import a_submission, received

pytestmark = pytest.mark.slow

PARTS = (
    ".rejoinder-list",
    ".rejoinder-comment",
    ".rejoinder-comment article",
    ".rejoinder-byline",
    ".rejoinder-disc",
    ".rejoinder-name",
    ".rejoinder-date",
    ".rejoinder-body p",
    ".rejoinder-body a",
    ".rejoinder-reply",
    ".rejoinder-field label",
    "textarea",
    "[name=name]",
    ".rejoinder-remember",
    ".rejoinder-submit",
)
MANNERS = (
    "listStyleType", "textTransform", "letterSpacing", "textDecorationLine", "fontStyle", "fontWeight", "textAlign",
    "display", "position", "float", "boxShadow", "borderTopLeftRadius", "borderTopWidth", "paddingInlineStart",
    "marginBlockStart", "minHeight", "backgroundColor",
)  # fmt: skip
LOOK = """([parts, manners]) => parts.map((part) => {
  const style = getComputedStyle(document.querySelector(`.rejoinder ${part}`));
  return [part, ...manners.map((name) => style[name])];
})"""


@pytest.fixture
def conversation(service):
    """Four comments on /a-page, each answering the one before."""
    parent = ""
    for number in range(4):
        submission = a_submission(
            f"Number {number}, see https://a.example/", thread=ThreadRef("/a-page"), parent=parent
        )
        comment = received(service.store, submission)
        service.decide(comment, Action.APPROVE)
        parent = comment.id


def look_in(page, host, theme, script):
    host.pages["/a-page"] = themed(theme, script), {}
    Reader(page).open(f"{host.origin}/a-page")
    page.locator(".rejoinder-comment").first.wait_for()
    return page.evaluate(LOOK, [PARTS, MANNERS])


def test_what_five_themes_do_to_lists_links_fields_and_buttons_does_not_reach_the_form(
    page, host, service, conversation
):
    looks = {theme: look_in(page, host, theme, host.script(theme="light")) for theme in THEMES}
    plain = looks["block"]

    for theme, look in looks.items():
        different = [
            (part[0], MANNERS[at - 1], mine, theirs)
            for part, other in zip(look, plain, strict=True)
            for at, (mine, theirs) in enumerate(zip(part, other, strict=True))
            if mine != theirs and at and not _is_measured_in_type(MANNERS[at - 1])
        ]
        assert different == [], theme


def _is_measured_in_type(name):
    """Lengths in rem and em follow the size of a theme's type, as they should."""
    return name in {"paddingInlineStart", "marginBlockStart", "minHeight"}


def test_text_is_never_smaller_than_fifteen_pixels_on_a_theme_with_small_type(page, host, service, conversation):
    look_in(page, host, "magazine", host.script())

    for part in (".rejoinder-body p", "textarea", ".rejoinder-name", ".rejoinder-submit"):
        size = page.locator(f".rejoinder {part}").first.evaluate("node => getComputedStyle(node).fontSize")
        assert float(size.removesuffix("px")) >= 15


def test_nothing_of_ours_reaches_the_page(page, host, service, conversation):
    body = '<h2 class="title">T</h2><ol><li>One</li></ol><a href="#">L</a><form><input><button>B</button></form>'
    look = """() => [...document.querySelectorAll("main :not(.rejoinder, .rejoinder *)")].map((node) => {
      const style = getComputedStyle(node);
      const names = Object.values(style).filter((name) => !/^(height|width|.*-size|persp|transform)/.test(name));
      return [node.tagName, ...names.map((name) => style.getPropertyValue(name))].join();
    })"""
    page.goto(host.page(body, policy=""))
    before = page.evaluate(look)

    Reader(page).open(host.page(body + host.script(), policy=""))
    page.locator(".rejoinder-comment").first.wait_for()
    page.evaluate("document.querySelectorAll('script').forEach((each) => each.remove())")

    assert page.evaluate(look) == before


CHOICES = {
    "accent": ("#008800", ".rejoinder-submit", "background-color", "rgb(0, 136, 0)"),
    "on-accent": ("#ffee00", ".rejoinder-submit", "color", "rgb(255, 238, 0)"),
    "text": ("#330033", ".rejoinder-body p", "color", "rgb(51, 0, 51)"),
    "background": ("#ffeeff", "", "background-color", "rgb(255, 238, 255)"),
    "font-size": ("20px", ".rejoinder-body p", "font-size", "20px"),
    "radius": ("0px", "textarea", "border-top-left-radius", "0px"),
    "button-radius": ("99px", ".rejoinder-submit", "border-top-left-radius", "99px"),
    "space": ("10px", "", "margin-top", "20px"),
    "indent": ("30px", ".rejoinder-depth-1", "padding-left", "30px"),
}


@pytest.mark.parametrize("where", [".rejoinder{%s}", ":root{%s}", "@layer theme{.rejoinder{%s}}"])
def test_each_documented_variable_changes_what_it_is_for(page, host, service, conversation, where):
    rules = ";".join(f"--rejoinder-{name}:{value}" for name, (value, *_) in CHOICES.items())

    Reader(page).open(host.page_with_form(head=f"<style>{where % rules}</style>", policy=""))

    for _, part, manner, wanted in CHOICES.values():
        expect(page.locator(f".rejoinder {part}").first if part else page.locator(".rejoinder")).to_have_css(
            manner, wanted
        )


@pytest.mark.parametrize(
    ("theme", "scheme", "ground"),
    [
        ("light", "dark", "rgb(255, 255, 255)"),
        ("dark", "light", "rgb(23, 25, 28)"),
        ("auto", "light", "rgb(255, 255, 255)"),
        ("auto", "dark", "rgb(23, 25, 28)"),
        ("inherit", "dark", "rgba(0, 0, 0, 0)"),
    ],
)
def test_a_page_chooses_a_theme_or_leaves_it_to_the_reader(page, host, service, theme, scheme, ground):
    page.emulate_media(color_scheme=scheme)

    Reader(page).open(host.page(host.script(theme=theme)))

    expect(page.locator(".rejoinder")).to_have_css("background-color", ground)


def test_phones_have_two_levels_of_indent_and_deeper_comments_say_whom_they_answer(page, host, service, conversation):
    page.set_viewport_size({"width": 360, "height": 700})

    Reader(page).open(host.page_with_form())

    indents = [
        each.evaluate("node => parseFloat(getComputedStyle(node).paddingInlineStart)")
        for each in page.locator(".rejoinder-comment").all()
    ]
    assert indents[0] < indents[1] < indents[2] == indents[3]
    answers = page.locator(".rejoinder-in-reply")
    assert [each.bounding_box()["width"] > 10 for each in answers.all()] == [False, False, True]


def test_a_disc_has_initials_and_a_colour_of_the_name_with_and_without_the_script(page, plain_page, host, service):
    names = [
        "Ada Lovelace",
        "ada",
        "Dr. Jean-Luc de la Tour",
        "李 明",
        "שירה לוי",
        "Æsa Ødegård",
        "7of9",
        "!!",
        "z͂ y",
    ]
    for name in names:
        submission = a_submission("Hello.", name=name, email="same@reader.example", thread=ThreadRef("/a-page"))
        service.decide(received(service.store, submission), Action.APPROVE)
    seen = "all => all.map((each) => [each.textContent, each.className])"

    Reader(page).open(host.page_with_form())
    page.locator(".rejoinder-disc").first.wait_for()
    plain_page.goto(f"{service.url}/sites/demo/form?thread=/a-page")

    discs = page.locator(".rejoinder-disc").evaluate_all(seen)
    assert discs == plain_page.locator(".rejoinder-disc").evaluate_all(seen)
    assert {initials for initials, _ in discs} == {"AL", "A", "DT", "李明", "של", "ÆØ", "7", "", "ZY"}
    assert len({look for _, look in discs}) > 3


def test_a_date_says_how_long_ago_and_has_the_exact_time_for_people_and_programs(page, host, service, conversation):
    page.clock.set_fixed_time("2026-01-05T14:30:00Z")

    Reader(page).open(host.page_with_form())

    expect(page.locator("time").first).to_have_text("2 hours ago")
    expect(page.locator("time").first).to_have_attribute("datetime", "2026-01-05T12:00:00.000Z")
    expect(page.locator("time").first).to_have_attribute("title", "January 5, 2026 at 12:00 PM")


def test_an_answer_of_the_site_has_a_badge_with_and_without_the_script(page, plain_page, host, service):
    for name in ("Ada", "The editors"):
        comment = received(service.store, a_submission(f"By {name}.", name=name, thread=ThreadRef("/a-page")))
        service.decide(comment, Action.APPROVE)
    service.store.write(lambda uow: uow.intake.mark_as_site(comment.id, at=comment.received_at))

    reader = Reader(page).open(host.page_with_form())
    plain_page.goto(f"{service.url}/sites/demo/form?thread=/a-page")

    for shown in (reader, Reader(plain_page)):
        expect(shown.comment("By The editors.").locator(".rejoinder-badge")).to_have_text("Author")
        expect(shown.comment("By Ada.").locator(".rejoinder-badge")).to_have_count(0)
