"""The preview of a form: the script with the options of its address, in a frame of the dashboard only."""

import re
from datetime import timedelta

import pytest

from moderation.comment import ThreadRef
from moderation.form_switches import FormSwitches
from tests.builders import NOON, a_policy, a_site
from tests.service.publishing import published

PREVIEW = "/sites/demo/form/preview"


def script_of(page):
    return re.search(r"<script src=\"/embed.js\"[^>]*>", page.text)[0]


def test_only_the_dashboard_may_show_it_and_nothing_can_be_sent_from_it(client):
    answer = client.get(PREVIEW)

    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy and "form-action 'none'" in policy
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|<style", answer.text)


def test_it_has_the_options_that_its_address_asks_for_and_no_others(client):
    page = client.get(f"{PREVIEW}?language=de&theme=dark&place=last&heading=3&order=newest&style=none&x=y")
    odd = client.get(f"{PREVIEW}?language=%22&theme=pink&heading=9")

    for option in ("lang=", "theme=", "form=", "heading=", "order=", "css="):
        assert f"data-{option}" in script_of(page)
        assert f"data-{option}" not in script_of(odd)
    assert 'data-ground="dark"' in client.get(f"{PREVIEW}?ground=dark").text


def test_its_variables_are_a_style_sheet_and_none_says_more_than_a_colour_or_a_length(client):
    page = client.get(f"{PREVIEW}?accent=%23a30&radius=url(https://evil.example)")
    sheet = client.get(f"{PREVIEW}.css?accent=%23a30&radius=0;}}body{{display:none")

    assert 'href="/sites/demo/form/preview.css?accent=%23a30"' in page.text
    assert (sheet.mimetype, sheet.text) == ("text/css", ".rejoinder {\n  --rejoinder-accent: #a30;\n}")


def test_without_javascript_it_is_the_plain_form_in_the_language_that_was_chosen(client, sqlite_store):
    published(sqlite_store, "Which flour?")

    page = client.get(f"{PREVIEW}?language=de&lang=de").text

    plain = page.rpartition("<noscript>")[2]
    assert "Which flour?" in plain and "Kommentar" in plain and "<form" in plain


@pytest.mark.parametrize(
    ("saved", "query", "has_part"),
    [(True, "", True), (True, "?switches=", False), (False, "?switches=markdown,kinder", True)],
    ids=["as saved", "off", "on"],
)
def test_switches_are_as_they_are_chosen_else_as_they_are_saved(client, sqlite_store, saved, query, has_part):
    sqlite_store.write(lambda uow: uow.sites.change(a_site(form=FormSwitches(markdown=saved))))

    page = client.get(f"{PREVIEW}{query}").text

    assert ('data-parts="markdown.mjs"' in page) is has_part
    assert ('name="preview"' in page) is has_part
    assert "kinder.mjs" not in page


def test_it_shows_the_page_that_was_commented_on_last_and_takes_comments(client, sqlite_store, clock):
    sqlite_store.write(lambda uow: uow.sites.change(a_site(policy=a_policy(close_days=1))))
    nobody = script_of(client.get(PREVIEW))
    published(sqlite_store, "old", thread=ThreadRef("/old"))
    published(sqlite_store, "new", thread=ThreadRef("/new"), number=3_600)

    newest = script_of(client.get(PREVIEW))
    sqlite_store.write(lambda uow: uow.threads.close(uow.threads.get("demo", "/new").id, is_closed=True, at=NOON))
    other = script_of(client.get(PREVIEW))
    clock.at = NOON + timedelta(days=2)
    too_old = script_of(client.get(PREVIEW))

    shown = [re.search('data-thread="([^"]+)"', each)[1] for each in (nobody, newest, other, too_old)]
    assert shown == ["rejoinder:preview", "/new", "/old", "rejoinder:preview"]
