"""The dashboard in a real browser: without JavaScript, by keyboard alone, on a phone, against hostile text."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from moderation.accounts import Role
from moderation.actions import Action
from moderation.comment import ThreadRef
from moderation.score import Evidence
from tests.browser.conftest import Service
from tests.browser.inventions import invent
from tests.builders import SECOND, a_score, a_submission, received, sent_copies, settled

pytestmark = pytest.mark.slow

NOW = datetime.now(UTC)

NAMES = ("Hanne Okafor", "Best Casino Bonus 2026", "crumb_counter", "Tomás Ferreira", "Aino Lindqvist", "Per Wójcik")
"""The authors of the first comments in the queue, the oldest first."""

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "javascript:alert(1)//",
    "</title></textarea></select><script>alert(1)</script>",
    "{{ 7 * 7 }}${7*7}<style>body{display:none}</style>",
    "\u202e<b onmouseover=alert(1)>\u2066x",
)


@pytest.fixture
def signed_in(service: Service) -> Callable[..., Page]:
    """Sign a page in by a one-time link, as a moderator of every site; it is at the queue in this order then."""

    def sign_in(page: Page, role: Role = Role.MODERATOR, *, order: str = "oldest", has_script: bool = True) -> Page:
        with service.store.read() as uow:
            sites = [site.id for site in uow.sites.all()]
        moderator = service.store.write(lambda uow: uow.accounts.add_moderator("Mina", role, sites, at=NOW))
        token = service.store.write(
            lambda uow: uow.accounts.issue_sign_in(moderator, kind="link", lifetime=timedelta(days=1), at=NOW)
        )
        page.goto(f"{service.url}/dashboard/sign-in/{token}")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("navigation", name="Comments by status")).to_be_visible()
        if order != "priority":
            page.goto(f"{service.url}/dashboard/?order={order}")
        if has_script:
            expect(page.locator("html.keys")).to_be_attached()  # before it, no key does anything
        return page

    return sign_in


@pytest.fixture
def invented(service: Service) -> None:
    """A queue of nine comments."""
    invent(service.store, at=NOW)


def pending(page: Page, count: int) -> None:
    """Wait until the tab says so."""
    expect(page.locator(".tabs").get_by_role("link", name="Pending")).to_have_text(f"Pending {count}")


def card(page: Page, name: str):
    """The card of the comment by this author."""
    return page.get_by_role("article", name=name)


def in_hand(page: Page, name: str):
    """The card of the comment by this author, shown in the reading pane."""
    card(page, name).locator("[data-row]").click()
    return card(page, name)


def test_without_javascript_a_moderator_approves_rejects_and_takes_back(plain_page, signed_in, invented):
    page = signed_in(plain_page, has_script=False)
    pending(page, 9)

    card(page, "Hanne Okafor").get_by_role("button", name="Approve").click()
    pending(page, 8)
    expect(page.get_by_role("status")).to_contain_text("Approved “Thank you for this.")

    card(page, "Best Casino Bonus 2026").get_by_text("Reject…").click()
    page.get_by_role("button", name="Spam").click()
    expect(page.get_by_role("status")).to_contain_text("(Spam)")
    expect(card(page, "crumb_counter")).to_be_visible()

    page.get_by_role("status").get_by_role("button", name="Undo").click()
    page.get_by_role("link", name="Back to the list").click()
    pending(page, 8)


def test_without_javascript_many_are_rejected_at_once(plain_page, signed_in, invented):
    page = signed_in(plain_page, has_script=False)
    for name in ("Best Casino Bonus 2026", "crumb_counter"):
        page.get_by_label(f"Select the comment by {name}").check()

    page.locator("#bulk").get_by_label("Reason for rejecting").select_option("Abuse")
    page.locator("#bulk").get_by_role("button", name="Reject").click()

    pending(page, 7)
    expect(page.get_by_role("status")).to_contain_text("Rejected 2 comments (Abuse).")


def test_a_word_list_that_is_refused_has_the_focus_and_its_message(plain_page, service, signed_in):
    page = signed_in(plain_page, Role.OWNER, has_script=False)
    page.goto(f"{service.url}/dashboard/sites/demo/policy")
    page.get_by_label("Reject what contains").fill("casino\n/(/")

    page.get_by_role("button", name="Try the text").click()

    words = page.get_by_label("Reject what contains")
    expect(words).to_be_focused()
    expect(words).to_be_in_viewport()
    expect(words).to_have_accessible_description(re.compile("regular expression"))


ENTERED = ("Note for other moderators", "Select the comment")


@pytest.mark.parametrize("label", ENTERED)
def test_enter_in_a_field_decides_nothing(page, signed_in, invented, label):
    signed_in(page)
    hanne = card(page, "Hanne Okafor")
    hanne.get_by_label("Select the comment").check()
    hanne.get_by_text("Reject…").click()

    hanne.get_by_label(label).press("Enter")

    expect(hanne.get_by_label("Select the comment")).to_be_checked()
    page.get_by_role("link", name="Pending").click()
    pending(page, 9)


@pytest.mark.parametrize("label", ENTERED)
def test_without_javascript_enter_is_answered_with_what_is_missing(plain_page, signed_in, invented, label):
    page = signed_in(plain_page, has_script=False)
    hanne = card(page, "Hanne Okafor")
    hanne.get_by_label("Select the comment").check()
    if label == ENTERED[0]:
        hanne.get_by_text("Reject…").click()

    hanne.get_by_label(label).press("Enter")

    expect(page.get_by_text("choose", exact=False)).to_be_visible()
    page.get_by_role("link", name="Back to the comments").click()
    pending(page, 9)


def test_a_moderator_goes_through_the_queue_by_keyboard_alone(page, signed_in, invented):
    signed_in(page)

    expect(card(page, "Hanne Okafor").get_by_role("button", name="Approve")).to_be_visible()
    page.keyboard.press("a")
    pending(page, 8)
    expect(card(page, "Best Casino Bonus 2026")).to_be_focused()

    page.keyboard.press("r")
    page.keyboard.press("1")
    pending(page, 7)
    expect(page.get_by_role("status")).to_contain_text("(Spam)")
    expect(card(page, "crumb_counter")).to_be_focused()

    page.keyboard.press("u")
    pending(page, 8)
    expect(card(page, "Best Casino Bonus 2026")).to_be_focused()


def statuses(service: Service) -> dict[str, str]:
    """By author, what became of their comment."""
    return {comment.name: comment.status.value for comment in service.comments() if comment.received_at > NOW - DAYS}


DAYS = timedelta(days=30)


def test_keys_at_ten_a_second_decide_the_comments_that_were_marked_however_slow_the_server(
    page, service, live_service, signed_in, invented
):
    signed_in(page)
    app = live_service.app
    live_service.answer_with(lambda environ, start: (time.sleep(0.3), app(environ, start))[1])

    for key in "ajaja":
        page.keyboard.press(key)
        page.wait_for_timeout(100)

    pending(page, 6)
    found = statuses(service)
    assert [found[name] for name in NAMES] == ["approved", "pending", "approved", "pending", "approved", "pending"]


def test_undo_goes_back_as_far_as_there_are_decisions_and_a_bulk_one_is_one(page, service, signed_in, invented):
    signed_in(page)
    for key in ("a", "x", "j", "x", "r", "1", "a"):
        page.keyboard.press(key)
    pending(page, 5)

    page.keyboard.press("u")
    pending(page, 6)
    page.keyboard.press("u")
    pending(page, 8)
    page.keyboard.press("u")
    pending(page, 9)

    expect(page.get_by_role("article")).to_have_count(9)
    expect(card(page, "Hanne Okafor")).to_be_focused()
    page.keyboard.press("u")
    expect(page.get_by_role("status")).to_contain_text("None of your decisions")


def test_what_cannot_be_saved_comes_back_with_a_word_about_it(page, context, signed_in, invented):
    signed_in(page, order="priority")
    page.goto(f"{page.url}?order=newest")
    page.keyboard.press("j")
    first = page.get_by_role("article").first.get_attribute("id")
    context.set_offline(True)

    page.keyboard.press("a")
    expect(page.get_by_role("status")).to_contain_text("No connection")
    expect(page.locator(f"#{first}")).to_be_visible()
    page.locator(".tabs").get_by_role("link", name="Approved").click()
    expect(page.get_by_role("status")).to_contain_text("There is no connection")

    context.set_offline(False)
    context.clear_cookies()
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.get_by_role("status")).to_contain_text("You are signed out")
    link = page.get_by_role("status").get_by_role("link")
    assert "order%3Dnewest" in link.get_attribute("href")


def test_a_note_survives_a_conflict(page, context, service, signed_in, invented):
    signed_in(page)
    [casino] = [comment for comment in service.comments() if comment.name == NAMES[1]]
    service.decide(casino, Action.APPROVE)
    for key in ("j", "n"):
        page.keyboard.press(key)
    page.keyboard.type("Third time today")
    page.keyboard.press("Enter")
    expect(card(page, NAMES[1])).to_be_focused()

    page.keyboard.press("s")

    expect(page.get_by_role("status")).to_contain_text("Your decision was not saved")
    expect(card(page, NAMES[1])).to_contain_text("Your note: Third time today")
    expect(card(page, NAMES[1])).to_contain_text("Approved by Ada")


def test_a_campaign_is_one_card_and_takes_one_key(page, service, signed_in):
    offer = "Dear {}, our agency sells followers cheaply, write to us today and get the first hundred for free."
    sent_copies(service.store, [offer.format(n) for n in range(40)], at=NOW - DAYS)
    signed_in(page, order="priority")
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page.get_by_role("article")).to_contain_text("40 copies")

    page.keyboard.press("c")
    pending(page, 0)
    expect(page.get_by_role("status")).to_contain_text("Rejected 40 comments (Spam).")
    expect(page).to_have_url(re.compile(r"/dashboard/$"))  # decided in place

    page.keyboard.press("u")
    pending(page, 40)


def test_a_group_is_decided_by_one_key_without_what_was_left_out(page, service, signed_in):
    for number in range(4):
        submission, at = a_submission(f"Cheap pills {number}", email=f"{number}@shop.example"), NOW + number * SECOND
        settled(service.store, received(service.store, submission, at=at), a_score(spam=0.93, evidence=()), at=at)
    page = signed_in(page, order="priority")
    run = page.locator("[data-run]")

    expect(run.locator(".members li")).to_have_count(4)
    run.get_by_role("checkbox").nth(2).uncheck()
    page.keyboard.press("s")

    pending(page, 1)
    expect(page.locator(".card .body")).to_have_text("Cheap pills 2")
    page.keyboard.press("u")
    pending(page, 4)
    assert set(statuses(service).values()) == {"pending"}


def test_what_came_since_is_told(page, service, signed_in, invented):
    signed_in(page)
    received(service.store, a_submission("Just now"), at=datetime.now(UTC))

    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_role("link", name="1 new: show").click()

    pending(page, 10)


@pytest.mark.parametrize("key", ["ф", "α", "A"])
def test_keys_work_on_other_layouts_and_with_caps_lock(page, signed_in, invented, key):
    signed_in(page)
    page.keyboard.press("j")

    page.evaluate(
        """key => document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
        { key, code: "KeyA", bubbles: true, modifierCapsLock: key === "A" }))""",
        key,
    )

    pending(page, 8)


def test_the_comment_that_keys_are_about_stays_in_sight(page, signed_in, invented):
    page.set_viewport_size({"width": 1280, "height": 480})
    signed_in(page)

    page.mouse.move(200, 300)
    page.mouse.wheel(0, 3000)
    expect(card(page, "Hanne Okafor").locator("[data-row]")).not_to_be_in_viewport()
    expect(card(page, "Hanne Okafor").get_by_role("button", name="Approve")).to_be_in_viewport()
    page.keyboard.press("a")

    pending(page, 8)
    expect(card(page, "Hanne Okafor")).to_have_count(0)


def test_a_reason_key_rejects_only_the_comment_in_hand(page, signed_in, invented):
    signed_in(page)

    for key in ("r", "j", "1"):
        page.keyboard.press(key)
    pending(page, 9)

    for key in ("k", "r", "1"):
        page.keyboard.press(key)
    pending(page, 8)
    expect(card(page, "Hanne Okafor")).to_have_count(0)


def test_the_author_is_shown_in_place_and_muted_without_leaving_the_list(page, service, signed_in, invented):
    signed_in(page)

    page.keyboard.press("p")
    author = card(page, "Hanne Okafor").get_by_role("region", name="The author")
    expect(author).to_contain_text("2 approved, 1 rejected, 1 pending")
    author.get_by_label("What to do about the sender").select_option("Mute this author")
    author.get_by_role("button", name="Do this").click()
    expect(page.get_by_role("status")).to_contain_text("Comments of Hanne Okafor are rejected")

    page.keyboard.press("p")
    expect(author).to_contain_text("Comments of Hanne Okafor are rejected")
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("Ended")
    pending(page, 9)


def test_an_answer_is_written_in_place_and_approves_the_comment(page, service, signed_in, invented):
    signed_in(page)
    hanne = card(page, "Hanne Okafor")

    hanne.get_by_role("link", name="Answer…").click()
    hanne.get_by_label("Answer as the site").fill("Before the second rise.")
    hanne.get_by_role("button", name="Approve and answer").click()

    pending(page, 8)
    expect(page.get_by_role("status")).to_contain_text("Approved")
    assert statuses(service)["A demo blog"] == "approved"


def test_the_palette_finds_actions_and_places_by_their_names(page, signed_in, invented):
    signed_in(page, order="priority")

    page.keyboard.press("Control+k")
    page.keyboard.type("reject spam")
    expect(page.locator("#palette").get_by_role("option").first).to_contain_text("Reject as spam")
    page.keyboard.press("Enter")
    pending(page, 8)
    expect(page.get_by_role("status")).to_contain_text("(Spam)")

    page.keyboard.press("Control+k")
    page.keyboard.type("campai")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Campaigns")).to_be_visible()
    expect(page.locator("html.keys")).to_be_attached()
    page.keyboard.press("g")
    page.keyboard.press("q")
    pending(page, 8)


def test_keys_select_many_and_help_lists_them_all(page, signed_in, invented):
    signed_in(page)

    for key in ("x", "j", "x", "k"):
        page.keyboard.press(key)
    expect(page.locator("#bulk")).to_contain_text("Selected: 2.")
    expect(card(page, "Hanne Okafor")).to_be_focused()

    for key in ("z", "j", "Shift+J", "Shift+J"):
        page.keyboard.press(key)
    expect(page.locator("#bulk")).to_contain_text("Selected: 5.")
    expect(page.get_by_role("article").last).to_have_accessible_name("Hanne Okafor")

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()
    pending(page, 9)


def test_a_key_in_a_field_is_only_a_letter(page, signed_in, invented):
    signed_in(page)

    page.get_by_role("searchbox").press_sequentially("jarux?")

    expect(page.get_by_role("searchbox")).to_have_value("jarux?")
    pending(page, 9)


def test_escape_closes_the_reasons_and_keeps_the_place(page, signed_in, invented):
    signed_in(page)
    page.keyboard.press("r")
    expect(page.get_by_role("group", name="Reason for rejecting this comment")).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.get_by_role("group", name="Reason for rejecting this comment")).to_be_hidden()
    expect(card(page, "Hanne Okafor")).to_be_focused()


def test_of_two_tabs_the_second_learns_who_decided(page, context, signed_in, invented):
    signed_in(page)
    other = context.new_page()
    other.goto(page.url)
    in_hand(page, "crumb_counter").get_by_role("button", name="Approve").click()
    pending(page, 8)

    in_hand(other, "crumb_counter").get_by_role("button", name="Approve").click()

    expect(other.get_by_role("status")).to_contain_text("Your decision was not saved")
    expect(other.get_by_role("status")).to_contain_text("Approved by Mina")


def test_many_notices_hide_nothing_of_the_comment_that_has_the_focus(browser, signed_in, invented):
    context = browser.new_context(viewport={"width": 1280, "height": 640})
    page = signed_in(context.new_page())
    other = context.new_page()
    other.goto(page.url)
    for tab in (page, other):
        for pick in tab.get_by_label("Select the comment by").all()[:8]:
            pick.check()
    page.locator("#bulk").get_by_role("button", name="Approve").click()
    pending(page, 1)

    other.locator("#bulk").get_by_role("button", name="Reject").click()

    last = card(other, "Ingrid Baumann")
    expect(last).to_be_focused()
    expect(last).to_have_accessible_description(re.compile("Your decision was not saved.*Approved by Mina"))
    notices, there = other.get_by_role("status").bounding_box(), last.bounding_box()
    assert notices["height"] <= 0.4 * 640
    assert notices["y"] + notices["height"] <= there["y"]
    context.close()


def test_a_reload_does_not_tell_old_news(page, signed_in, invented):
    signed_in(page, order="priority")
    in_hand(page, "Hanne Okafor").get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status")).to_be_visible()
    page.wait_for_url(re.compile(r"^[^?]*$"))  # the script takes the news out of the address

    page.reload()

    expect(page.get_by_role("status")).to_be_hidden()


def test_no_key_decides_for_a_viewer(page, signed_in, invented):
    signed_in(page, Role.VIEWER)

    for key in ("j", "a", "r", "1", "x", "u"):
        page.keyboard.press(key)

    expect(card(page, "Best Casino Bonus 2026")).to_be_focused()
    pending(page, 9)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_nothing_is_wider_than_the_screen_or_too_small_to_hit(
    browser: Browser, signed_in, invented, scheme
):
    context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme, has_touch=True)
    page = signed_in(context.new_page())
    queue = page.url
    for _ in range(2):
        page.get_by_role("button", name="Next comment").click()
    card(page, "crumb_counter").get_by_text("Reject…").click()

    places = [queue, f"{queue}?reason=spam&text=casino", queue.replace("/dashboard/", "/dashboard/password")]
    assert_fits(page)
    for place in places:
        page.goto(place)
        assert_fits(page)
    page.goto(queue)
    card(page, "Hanne Okafor").get_by_role("link", name="Everything about").click()
    page.wait_for_url("**/comments/*")
    assert_fits(page)
    context.close()


def test_on_a_phone_there_is_one_comment_and_its_buttons_are_in_reach(browser: Browser, signed_in, invented):
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    page = signed_in(context.new_page())
    expect(page.get_by_role("article")).to_have_count(1)

    swipe(page, across=-150)
    expect(page.get_by_role("article")).to_have_accessible_name("Best Casino Bonus 2026")
    swipe(page, across=150)
    expect(page.get_by_role("article")).to_have_accessible_name("Hanne Okafor")

    approve = page.get_by_role("button", name="Approve")
    assert approve.bounding_box()["y"] > 740 * 2 / 3
    approve.tap()
    pending(page, 8)
    expect(page.get_by_role("article")).to_have_accessible_name("Best Casino Bonus 2026")
    context.close()


def swipe(page: Page, *, across: int) -> None:
    """A finger moves sideways over the comment; the browser gets its touches."""
    page.locator(".in-hand .body").evaluate(
        """(body, across) => {
            const touch = (x) => new Touch({ identifier: 1, target: body, clientX: x, clientY: 400 });
            const event = (name, x) => {
                const list = [touch(x)];
                body.dispatchEvent(new TouchEvent(name, { bubbles: true, touches: list, changedTouches: list }));
            };
            event("touchstart", 180);
            event("touchend", 180 + across);
        }""",
        across,
    )


def test_without_javascript_a_row_opens_the_comment_beside_the_list(plain_page, signed_in, invented):
    page = signed_in(plain_page, has_script=False)

    casino = in_hand(page, "Best Casino Bonus 2026")

    expect(casino.get_by_role("button", name="Approve")).to_be_visible()
    expect(card(page, "Hanne Okafor").get_by_role("button", name="Approve")).to_be_hidden()
    expect(card(page, "Hanne Okafor").locator("[data-row]")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_five_tabs_with_large_counts_are_one_row(browser: Browser, signed_in, width):
    context = browser.new_context(viewport={"width": width, "height": 740})
    page = signed_in(context.new_page())
    tabs = page.locator(".tabs")

    tabs.evaluate("tabs => tabs.append(...[...tabs.children].slice(1).map((tab) => tab.cloneNode(true)))")
    tabs.locator(".count").evaluate_all("counts => counts.forEach((count) => { count.textContent = '10k+'; })")

    boxes = [count.bounding_box() for count in tabs.locator(".count").all()]
    assert len(boxes) == 5
    assert len({box["y"] for box in boxes}) == 1
    assert max(box["x"] + box["width"] for box in boxes[:3]) <= width - 12
    assert page.evaluate("document.documentElement.scrollWidth") == width
    context.close()


def test_on_a_phone_the_sections_of_the_settings_drop_down(browser: Browser, service, signed_in):
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = signed_in(context.new_page(), Role.OWNER, has_script=False)
    page.goto(f"{service.url}/dashboard/sites/demo/policy")
    sections = page.get_by_role("navigation", name="Sections")
    expect(sections).to_have_count(0)

    page.get_by_text("Section: Policy").click()
    expect(sections.get_by_role("link", name="Policy")).to_have_attribute("aria-current", "page")
    sections.get_by_role("link", name="Import, export").click()

    expect(page.get_by_text("Section: Import, export")).to_be_visible()
    assert_fits(page)
    context.close()


def test_with_forced_colours_only_one_tab_looks_chosen(browser: Browser, signed_in):
    context = browser.new_context(forced_colors="active")
    page = signed_in(context.new_page())

    lines = page.locator(".tabs a").evaluate_all("tabs => tabs.map((tab) => getComputedStyle(tab).borderBottomColor)")

    assert lines[0] != lines[1] == lines[2]
    context.close()


def assert_fits(page: Page) -> None:
    """No sideways scrolling, every control at least 44 pixels high, and no field that makes a phone zoom in."""
    expect(page.locator("main")).to_be_visible()  # a page that is still on its way has no width
    assert page.evaluate("document.documentElement.scrollWidth") == 360, page.url
    controls = page.locator("button:visible, summary:visible, select:visible, input:visible:not([type=checkbox])")
    small = [each.inner_text() for each in controls.all() if (each.bounding_box() or {"height": 0})["height"] < 44]
    assert small == [], page.url
    fields = page.locator("select:visible, input:visible:not([type=checkbox])")
    sizes = [each.evaluate("field => parseFloat(getComputedStyle(field).fontSize)") for each in fields.all()]
    assert min(sizes, default=16) >= 16, page.url


def test_filters_that_are_on_are_told_by_chips_and_push_no_comment_away(page, signed_in, invented):
    signed_in(page)
    page.locator(".filters summary").click()
    page.get_by_role("search").locator("[name=reason]").select_option("Spam")
    page.get_by_role("button", name="Filter").click()

    expect(page.get_by_role("list", name="Active filters")).to_contain_text("Reason: Spam")
    expect(page.get_by_label("Page key")).to_be_hidden()


def test_a_browser_learns_whose_password_it_may_keep(page, signed_in):
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    signed_in(page, order="priority")

    page.goto(f"{page.url}password")

    expect(page.get_by_label("New password")).to_be_visible()
    assert complaints == []


@pytest.mark.parametrize("field", ["name", "website", "body", "title", "url", "key"])
def test_hostile_text_stays_text_on_every_page(page, service, signed_in, field):
    comments = [hostile_comment(service, field, text) for text in HOSTILE]
    signed_in(page)
    list_url = page.url

    for place in (list_url, f"{list_url}?status=pending&text=%3Cscript%3E", *(one(list_url, c.id) for c in comments)):
        page.goto(place)
        assert page.evaluate("window.reports") == [], place
        assert page.locator("script").count() == 1
        assert page.locator("a[href^='javascript']").count() == 0
    page.goto(list_url)
    expect(page.get_by_role("article")).to_have_count(len(HOSTILE))


def one(list_url: str, comment_id: str) -> str:
    return f"{list_url}comments/{comment_id}"


def hostile_comment(service: Service, field: str, text: str):
    """A comment with the text in this field and in its evidence."""
    thread = {"key": f"key of {text}", "url": "https://blog.example/a", "title": "A page"}
    own = {"name": "Rita", "website": "https://rita.example", "body": "Hello"}
    (thread if field in thread else own)[field] = text
    submission = a_submission(own.pop("body"), **own, thread=ThreadRef(**thread))
    evidence = (Evidence("spam", "body", 0, 3, text, 2.0), Evidence("abuse", "name", 1, 3, text, 1.0))
    score = a_score(0.9, 0.9, evidence=evidence, labels={text: 0.9}, language=text, confidence=0.1, model=text)
    return settled(service.store, received(service.store, submission, at=NOW), score, at=NOW)
