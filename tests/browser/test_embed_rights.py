"""What readers and authors do about a comment, beginning at the script's thread: report, edit, withdraw."""

import pytest
from playwright.sync_api import expect

from moderation.comment import ThreadRef
from moderation.decision import Action
from tests.browser.reader import Reader
from tests.builders import a_submission, received

pytestmark = pytest.mark.slow


@pytest.fixture
def published(service):
    """A published comment of Ben's on /a-page."""
    comment = received(service.store, a_submission("An angry word.", name="Ben", thread=ThreadRef("/a-page")))
    service.decide(comment, Action.APPROVE)
    return comment


@pytest.fixture
def sent(page, host, service):
    """The author's own comment, just sent."""
    return Reader(page).open(host.page_with_form()).write("The bread was god.").post().comment("The bread was")


def reports(service, comment):
    with service.store.read() as uow:
        return [(each.reason, each.text) for each in uow.reports.about([comment.id]).get(comment.id, ())]


def test_a_reader_reports_a_published_comment_in_the_language_of_the_page(page, host, service, published):
    Reader(page).open(host.page_with_form(lang="de"))

    page.get_by_role("link", name="Kommentar von Ben melden").click()
    dialog = page.get_by_role("dialog", name="Kommentar von Ben melden")
    dialog.get_by_label("Beschimpfung oder Beleidigung").check()
    dialog.locator("[name=text]").fill("It insults Ada.")
    dialog.get_by_role("button", name="Meldung senden").click()

    expect(dialog).to_contain_text("Vielen Dank.")
    assert reports(service, published) == [("abuse", "It insults Ada.")]


def test_an_author_edits_the_comment_just_sent_where_it_stands(page, host, service, sent):
    sent.get_by_role("link", name="Edit your comment").click()
    sent.get_by_label("Edit your comment").fill("The bread was <b>good</b>.")
    sent.get_by_role("button", name="Save the change").click()

    body = page.locator(".rejoinder-comment .rejoinder-body")
    expect(body).to_have_text("The bread was <b>good</b>.")
    assert service.comments()[0].body == "The bread was <b>good</b>."
    Reader(page).open(host.page_with_form())
    expect(body).to_have_text("The bread was <b>good</b>.")


def test_a_change_that_the_server_refuses_keeps_its_text_and_says_why(sent):
    sent.get_by_role("link", name="Edit your comment").click()
    field = sent.locator(".rejoinder-edit textarea")
    field.fill(" ")
    sent.get_by_role("button", name="Save the change").click()

    expect(sent.locator(".rejoinder-edit .rejoinder-notice")).not_to_be_empty()
    expect(field).to_have_value(" ")


def test_an_author_withdraws_the_comment_just_sent_and_it_is_gone_from_the_page(page, host, service, sent):
    sent.get_by_role("link", name="Withdraw your comment").click()
    page.get_by_role("button", name="Withdraw the comment").click()
    page.get_by_role("heading", name="Your comment was withdrawn").wait_for()

    Reader(page).open(host.page_with_form())

    expect(page.get_by_text("No comments yet.")).to_be_visible()
    expect(page.get_by_text("The bread was")).to_have_count(0)
    assert page.evaluate("localStorage.getItem('rejoinder:mine:demo:/a-page')") is None


def test_a_comment_that_is_not_public_yet_cannot_be_reported(sent):
    expect(sent.get_by_role("link", name="Withdraw your comment")).to_be_visible()

    expect(sent.get_by_role("link", name="Report")).to_have_count(0)
