"""The settings of a form: its preview and the lines to paste follow what is chosen, and nothing is sent from it."""

import re

import pytest
from playwright.sync_api import expect

from bench.dashboard.keyboard import sign_in
from moderation.accounts import Role
from moderation.actions import Action
from tests.builders import a_submission, received

pytestmark = pytest.mark.slow

PATH = "/dashboard/sites/demo/form"


@pytest.fixture
def owner(page, service):
    """A page of an owner's browser, with the settings of the form open."""
    sign_in(page, service.store, service.url, role=Role.OWNER)
    page.goto(f"{service.url}{PATH}")
    return page


def preview_of(page):
    return page.frame_locator("#preview")


def test_the_preview_and_the_lines_follow_each_choice_at_once(owner, service):
    expect(preview_of(owner).get_by_role("heading", name="Leave a Reply")).to_be_visible()

    owner.locator("[name=theme]").select_option("dark")
    owner.locator("[name=language]").select_option("de")
    owner.get_by_text("Colours, sizes and space").click()
    owner.get_by_label("The button", exact=True).fill("#aa3300")

    form = preview_of(owner)
    expect(form.locator("[data-rejoinder]")).to_have_attribute("data-theme", "dark")
    expect(form.get_by_role("button", name="Kommentar abschicken")).to_have_css("background-color", "rgb(170, 51, 0)")
    expect(owner.locator("#script-lines")).to_contain_text('data-lang="de" data-theme="dark"')
    expect(owner.locator("#style-lines")).to_contain_text("--rejoinder-accent: #aa3300;")
    expect(owner).to_have_url(re.compile("accent=%23aa3300"))
    assert owner.evaluate("window.reports") == []


def test_a_switch_is_seen_before_it_is_saved(owner, service):
    owner.get_by_label(re.compile("Authors may write Markdown")).check()

    expect(preview_of(owner).get_by_role("button", name="Preview")).to_be_visible()
    with service.store.read() as uow:
        assert not uow.sites.get("demo").form.markdown


def test_nothing_is_sent_from_the_preview(owner, service):
    form = preview_of(owner)
    form.get_by_label("Comment *").fill("Hello.")
    form.get_by_label("Name *").fill("Rita")
    form.get_by_label("Email *").fill("rita@reader.example")

    form.get_by_role("button", name="Post Comment").click()

    expect(form.get_by_text("Not sent yet: this is how it would look.")).to_be_visible()
    assert service.comments() == []


def test_no_report_is_sent_from_the_preview(owner, service):
    service.decide(received(service.store, a_submission("What a good loaf.")), Action.APPROVE)
    owner.reload()
    form = preview_of(owner)
    form.get_by_role("link", name="Report").click()
    form.get_by_role("radio").first.check()

    form.get_by_role("button", name="Send the report").click()

    expect(form.get_by_text("The report could not be sent.")).to_be_visible()
    with service.store.read() as uow:
        assert uow.reports.count_reported(sites=["demo"]) == 0


def test_a_value_that_is_none_is_named_and_left_out(owner):
    owner.get_by_text("Colours, sizes and space").click()
    owner.get_by_label("Corners", exact=True).fill("round")

    expect(owner.get_by_role("alert")).to_contain_text("Corners: write a length")
    expect(owner.locator("#style-lines")).to_have_count(0)


def test_without_javascript_a_button_does_the_same(plain_context, service):
    page = plain_context.new_page()
    sign_in(page, service.store, service.url, role=Role.OWNER)
    page.goto(f"{service.url}{PATH}")

    page.locator("[name=language]").select_option("de")
    page.get_by_role("button", name="Show it").click()

    expect(preview_of(page).get_by_role("button", name="Kommentar abschicken")).to_be_visible()
    expect(page.locator("#script-lines")).to_contain_text('data-lang="de"')
