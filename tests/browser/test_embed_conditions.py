"""The form where a page or a reader sets conditions: Trusted Types, forced colours, no motion."""

import pytest
from playwright.sync_api import Browser, expect

from moderation.decision import Action
from moderation.form_switches import FormSwitches
from tests.browser.conftest import _opened
from tests.browser.reader import Reader
from tests.builders import a_site, a_submission, received

pytestmark = pytest.mark.slow

MOVING = """[...document.querySelectorAll(".rejoinder, .rejoinder *")].filter((each) => {
  const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(each);
  return animationName !== "none" || transitionDuration !== "0s" || scrollBehavior !== "auto";
}).length"""

UNSEEN = """[...document.querySelectorAll(".rejoinder :is(.rejoinder-submit, input, textarea):not([type=checkbox])")]
  .filter((each) => each.checkVisibility())
  .filter((each) => /0px|none|rgba/.test(getComputedStyle(each).border))
  .map((each) => each.outerHTML)"""


@pytest.fixture
def everything(service):
    """The service with all switches on and a published comment on the host's page."""
    site = a_site(origins=service.site.origins, form=FormSwitches(markdown=True, kinder=True))
    service.store.write(lambda uow: uow.sites.change(site))
    service.decide(received(service.store, a_submission("*Out* in the open.", thread="/a-page")), Action.APPROVE)
    return service


def test_a_page_that_requires_trusted_types_and_has_no_policy_for_them_loses_nothing(page, host, everything):
    policy = f"{host.strict_policy}; require-trusted-types-for 'script'; trusted-types 'none'"
    page.route("**/tone", lambda route: route.abort())
    reader = Reader(page).open(host.page(host.script(), policy=policy))
    expect(page.locator(".rejoinder-comment em")).to_have_text("Out")

    reader.write("A *kind* word.")
    reader.form.get_by_role("button", name="Preview").click()
    expect(reader.form.get_by_role("region", name="Preview").locator("em")).to_have_text("kind")
    page.get_by_role("link", name="Report").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    reader.post()

    expect(page.locator(".rejoinder-note-pending")).to_be_visible()
    assert reader.reports() == []


def test_with_forced_colours_every_field_and_button_has_an_edge(browser: Browser, host, everything):
    contexts = _opened(browser, forced_colors="active")
    page = next(contexts).new_page()
    Reader(page).open(host.page_with_form())

    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert page.evaluate(UNSEEN) == []
    assert list(contexts) == []


def test_nothing_moves_for_readers_who_do_not_want_that(browser: Browser, host, everything):
    contexts = _opened(browser, reduced_motion="reduce")
    page = next(contexts).new_page()
    reader = Reader(page).open(host.page_with_form())
    expect(reader.comment("in the open")).to_be_visible()
    page.get_by_role("link", name="Report").click()
    expect(page.get_by_role("dialog")).to_be_visible()

    assert page.evaluate(MOVING) == 0
    assert page.evaluate("document.getAnimations().length") == 0
    assert list(contexts) == []
