"""The reader's language: what the page asks for, then what the browser prefers, then English."""

import pytest

from service.http.language import _, ask_for_language, ngettext
from tests.catalogues import german


@pytest.fixture(autouse=True)
def _german(tmp_path):
    with german(
        tmp_path / "locales", {"Reply": "Antworten", ("%(n)s page", "%(n)s pages"): ("%(n)s Seite", "%(n)s Seiten")}
    ):
        yield


@pytest.mark.parametrize(
    ("url", "accepted", "word"),
    [
        ("/", "de-DE,de;q=0.9,en;q=0.5", "Antworten"),
        ("/", "en,de;q=0.5", "Reply"),
        ("/", "fr, de;q=0.5", "Antworten"),
        ("/", "fr, de;q=0", "Reply"),
        ("/?lang=de", "en", "Antworten"),
        ("/?lang=xx", "de", "Antworten"),
        ("/?lang=%00%F0", "", "Reply"),
    ],
)
def test_a_text_is_in_the_language_that_is_asked_for(app, url, accepted, word):
    with app.test_request_context(url, headers={"Accept-Language": accepted}):
        assert _("Reply") == word


def test_a_form_may_name_its_language_once_it_is_read(app):
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert _("Reply") == "Reply"

        ask_for_language("de")

        assert _("Reply") == "Antworten"
        assert ngettext("%(n)s page", "%(n)s pages", 2) == "2 Seiten"


def test_a_template_has_texts_with_escaped_parameters_in_each_readers_language(app):
    template = app.jinja_env.from_string(
        "{{ _('Reply') }} {{ _('to %(name)s <b>100%%</b>', name=name) }} {{ _('50%%') }}"
    )

    said = []
    for language in ("en", "de", "en"):
        with app.test_request_context("/", headers={"Accept-Language": language}):
            said.append(template.render(name="<i>"))

    rest = " to &lt;i&gt; <b>100%</b> 50%"
    assert said == [f"Reply{rest}", f"Antworten{rest}", f"Reply{rest}"]


def test_outside_of_a_request_all_is_english():
    assert _("Reply") == "Reply"
