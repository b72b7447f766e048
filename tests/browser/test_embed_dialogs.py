"""What opens in the page instead of leading to another: a report, and the question before harsh words."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from moderation.decision import Action
from moderation.form_switches import FormSwitches
from tests.browser.reader import Reader
from tests.builders import a_site, a_submission, received
from tests.waiting import eventually

pytestmark = pytest.mark.slow


@pytest.fixture
def published(service):
    """A published comment of the host's page."""
    comment = received(service.store, a_submission("Buy my pills.", thread="/a-page"))
    service.decide(comment, Action.APPROVE)
    return comment


def reports(service, comment):
    with service.store.read() as uow:
        return [(each.reason, each.text) for each in uow.reports.about([comment.id]).get(comment.id, ())]


def test_a_comment_is_reported_where_it_stands_and_the_focus_comes_back(page, host, service, published):
    reader = Reader(page).open(host.page_with_form())
    link = page.get_by_role("link", name="Report")
    link.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert Axe().run(page).response["violations"] == []

    dialog.get_by_label("Advertising or spam").check()
    dialog.get_by_label("More about it").fill("It is everywhere.")
    dialog.get_by_role("button", name="Send the report").click()
    expect(dialog).to_contain_text("Thank you. The report is with the moderators.")
    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(link).to_be_focused()
    assert reports(service, published) == [("spam", "It is everywhere.")]
    assert reader.reports() == []


def test_a_report_that_could_not_be_sent_stays_in_the_dialog(page, host, service, published):
    Reader(page).open(host.page_with_form())
    page.route("**/reports", lambda route: route.abort())
    page.get_by_role("link", name="Report").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Something else").check()
    dialog.get_by_role("button", name="Send the report").click()

    expect(dialog.get_by_role("alert")).to_have_text("The report could not be sent. Please try again.")
    expect(dialog.get_by_label("Something else")).to_be_checked()


def test_without_its_part_of_the_script_the_link_leads_to_the_page(page, host, service, published):
    Reader(page).open(host.page_with_form())
    page.route("**/reporting.mjs*", lambda route: route.abort())

    page.get_by_role("link", name="Report").click()

    expect(page.get_by_role("heading", name="Report this comment")).to_be_visible()


@pytest.fixture
def kind_service(service):
    """The service, whose site asks for kinder words."""
    site = a_site(origins=service.site.origins, form=FormSwitches(kinder=True))
    service.store.write(lambda uow: uow.sites.change(site))
    return service


def answer_with(page, body, status=200):
    """Answer the question about the tone of a text, also to the browser's question whether it may ask."""
    headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}
    page.route("**/tone", lambda route: route.fulfill(status=status, headers=headers, json=body))


def test_harsh_words_are_asked_about_once_and_can_be_posted_as_they_are(page, host, kind_service):
    answer_with(page, {"kinder": True})
    reader = Reader(page).open(host.page_with_form()).write("You fool.")
    eventually(
        lambda: page.evaluate("performance.getEntriesByType('resource').some((each) => each.name.includes('kinder'))")
    )

    reader.post()
    expect(reader.notice).to_contain_text("Would you put it more kindly?")
    expect(reader.form.get_by_role("button", name="Change the text")).to_be_focused()
    assert kind_service.comments() == []
    reader.form.get_by_role("button", name="Post it as it is").click()

    expect(reader.comment("You fool.")).to_contain_text("awaiting moderation")
    assert [each.body for each in kind_service.comments()] == ["You fool."]


@pytest.mark.parametrize(("body", "status"), [({"kinder": False}, 200), ({}, 503)])
def test_other_words_and_what_cannot_be_scored_are_posted_without_a_question(page, host, kind_service, body, status):
    answer_with(page, body, status)
    reader = Reader(page).open(host.page_with_form()).write("A kind word.")
    eventually(
        lambda: page.evaluate("performance.getEntriesByType('resource').some((each) => each.name.includes('kinder'))")
    )

    reader.post()

    expect(reader.comment("A kind word.")).to_contain_text("awaiting moderation")
    eventually(kind_service.comments)
