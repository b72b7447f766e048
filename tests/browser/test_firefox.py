"""The form in a real Firefox."""

from collections.abc import Iterator

import pytest

from moderation.decision import Action
from moderation.form_switches import FormSwitches
from tests.browser.firefox import Tab, firefox, program
from tests.builders import a_site

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(program() is None, reason="Firefox is not installed (Debian: firefox-esr)"),
]


@pytest.fixture
def tab(tmp_path) -> Iterator[Tab]:
    """A tab of a Firefox. In the end no script may have failed."""
    profile = tmp_path / "profile"
    profile.mkdir()
    with firefox(profile) as tab:
        yield tab
        assert tab.errors == [], "a script failed"


def test_a_comment_is_written_previewed_sent_and_read_in_firefox(tab, host, service):
    site = a_site(origins=service.site.origins, form=FormSwitches(markdown=True))
    service.store.write(lambda uow: uow.sites.change(site))
    address = host.page_with_form()
    tab.open(address)
    tab.until("Boolean(document.querySelector('form.rejoinder-form .rejoinder-more'))")

    tab.read("document.querySelector('[name=body]').focus()")
    tab.type("From *another* browser.")
    for text in ("Rita Reader", "rita@reader.example"):
        tab.press("Tab")
        tab.type(text)
    tab.read("document.querySelector('form.rejoinder-form .rejoinder-more').click()")
    assert tab.until("document.querySelector('[role=region] em')?.textContent") == "another"
    tab.read("document.querySelector('[name=body]').focus()")
    tab.press("Enter", holding="Control")

    assert "awaiting moderation" in tab.until("document.querySelector('.rejoinder-note-pending')?.textContent")
    [comment] = service.comments()
    assert (comment.name, comment.body) == ("Rita Reader", "From *another* browser.")
    service.decide(comment, Action.APPROVE)
    tab.open(address)
    assert tab.until("document.querySelector('.rejoinder-comment em')?.textContent") == "another"
    tab.read("document.querySelector('.rejoinder-report').focus()")
    tab.read("document.activeElement.click()")
    assert tab.until("document.querySelector('dialog:modal')?.textContent.includes('Advertising or spam')")
    tab.press("Escape")
    assert tab.until("!document.querySelector('dialog') && document.activeElement.className") == "rejoinder-report"
    assert tab.read("window.getComputedStyle(document.querySelector('.rejoinder-submit')).borderRadius") == "6px"
