import pytest
from playwright.sync_api import expect

from moderation.decision import Action
from moderation.form_switches import FormSwitches
from tests.browser.reader import Reader
from tests.builders import a_site, a_submission, received

pytestmark = pytest.mark.slow


@pytest.fixture
def rich_service(service):
    """The service, whose site uses Markdown."""
    site = a_site(origins=service.site.origins, form=FormSwitches(markdown=True))
    service.store.write(lambda uow: uow.sites.change(site))
    return service


def test_a_comment_is_previewed_sent_and_shown_with_its_marks_under_a_strict_policy(page, host, rich_service):
    reader = Reader(page).open(host.page_with_form())
    reader.write("So *true*:\n\n> a quote\n\n- one\n- two\n\n[a link](https://a.example) <b>")

    reader.form.get_by_role("button", name="Preview").click()

    preview = reader.form.get_by_role("region", name="Preview")
    expect(preview).to_be_focused()
    expect(preview.locator("em")).to_have_text("true")
    expect(preview.locator("blockquote")).to_have_text("a quote")
    expect(preview.locator("li")).to_have_text(["one", "two"])
    expect(preview.get_by_role("link", name="a link")).to_have_attribute("rel", "ugc nofollow noopener")
    expect(preview).to_contain_text("<b>")
    assert rich_service.comments() == []
    reader.post()
    own = page.locator(".rejoinder-comment").filter(has_text="awaiting moderation")
    expect(own.locator("em")).to_have_text("true")
    rich_service.decide(rich_service.comments()[0], Action.APPROVE)
    reader.open(host.page_with_form())
    expect(page.locator(".rejoinder-comment em")).to_have_text("true")
    assert reader.reports() == []


def test_a_preview_goes_when_the_text_changes_and_says_when_it_could_not_be_loaded(page, host, rich_service):
    reader = Reader(page).open(host.page_with_form()).write("*a*")
    preview = reader.form.get_by_role("region", name="Preview")
    button = reader.form.get_by_role("button", name="Preview")
    button.click()
    expect(preview).to_be_visible()

    reader.field("body").fill("*b*")
    expect(preview).to_be_hidden()
    page.route("**/preview", lambda route: route.abort())
    button.click()

    expect(reader.notice).to_have_text("The preview could not be loaded. Your text is kept.")


def test_a_site_without_markdown_has_neither_button_nor_marks(page, host, service):
    service.decide(received(service.store, a_submission("*plain*", thread="/a-page")), Action.APPROVE)

    reader = Reader(page).open(host.page_with_form())

    expect(reader.comment("*plain*")).to_be_visible()
    expect(page.locator(".rejoinder-comment em")).to_have_count(0)
    expect(reader.form.get_by_role("button", name="Preview")).to_have_count(0)


def test_without_javascript_the_preview_is_a_page(plain_page, rich_service):
    reader = Reader(plain_page).open(f"{rich_service.url}/sites/demo/form?thread=/a-page").write("*a* word")

    plain_page.get_by_role("button", name="Preview").click()

    expect(plain_page.get_by_role("region", name="Preview").locator("em")).to_have_text("a")
    expect(reader.field("body")).to_have_value("*a* word")
    assert rich_service.comments() == []
