"""The form and the thread in the language of the page: texts, plurals, dates, direction."""

import re

import pytest
from playwright.sync_api import expect

from moderation.comment import ThreadRef
from moderation.decision import Action
from moderation.reasons import Reason
from tests.browser.reader import Reader
from tests.builders import NOON, SECOND, a_submission, received

pytestmark = pytest.mark.slow


@pytest.fixture
def published(service):
    """Three comments on /a-page, the last of them an answer."""
    parent = ""
    for number, body in enumerate(["Erstens.", "أولًا.", "An answer."]):
        submission = a_submission(body, name=f"Reader {number}", parent=parent, thread=ThreadRef("/a-page"))
        comment = received(service.store, submission, at=NOON + number * SECOND)
        service.decide(comment, Action.APPROVE)
        parent = comment.id if number == 1 else ""


def opened(page, host, page_lang="en", **data):
    return Reader(page).open(host.page(host.script(**data), lang=page_lang))


def test_a_german_page_has_german_texts_dates_and_errors(page, host, service, published):
    reader = opened(page, host, page_lang="de_DE")

    reader.form.get_by_role("button", name="Kommentar abschicken").click()

    assert reader.error_at("body") == "Bitte schreiben Sie einen Kommentar."
    expect(page.locator(".rejoinder-thread .rejoinder-heading")).to_have_text("3 Kommentare")
    expect(page.locator("time").first).to_have_attribute("title", "5. Januar 2026 um 12:00")
    expect(page.locator(".rejoinder")).to_have_attribute("lang", "de")


def test_what_the_server_says_is_in_the_language_of_the_page_too(page, host, service):
    reader = opened(page, host, lang="de").write("Ein freundliches Wort.")
    reader.form.get_by_role("button", name="Kommentar abschicken").click()
    expect(reader.comment("Ein freundliches Wort.")).to_contain_text("Ihr Kommentar wartet auf die Freigabe")
    [comment] = service.comments()

    service.decide(comment, Action.REJECT, Reason.OFF_TOPIC)
    page.reload()

    expect(reader.comment("Ein freundliches Wort.")).to_contain_text(
        "Der Kommentar hat nichts mit dieser Seite zu tun."
    )


def test_arabic_runs_from_right_to_left_on_an_english_page(page, host, service, published):
    page.set_viewport_size({"width": 360, "height": 740})
    reader = opened(page, host, lang="ar")

    expect(page.locator(".rejoinder-thread .rejoinder-heading")).to_have_text("3 تعليقات")
    label, star = reader.form.locator("label").first.bounding_box(), reader.form.locator(".rejoinder-star").nth(1)
    assert label["x"] + label["width"] > 300 and star.bounding_box()["x"] > 180
    answer, parent = (
        reader.comment(body).locator(".rejoinder-body").bounding_box() for body in ("An answer.", "أولًا.")
    )
    assert answer["x"] + answer["width"] < parent["x"] + parent["width"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    reader.form.get_by_role("button", name="إرسال التعليق").click()
    expect(reader.field("body")).to_have_css("box-shadow", re.compile("-3px 0px 0px 0px inset"))


def test_a_language_that_does_not_load_leaves_english_and_a_form_that_works(page, host, service):
    page.route("**/ar.json*", lambda route: route.fulfill(status=500, body="no JSON"))
    reader = opened(page, host, page_lang="ar")

    reader.write("A kind word.").post()

    expect(reader.comment("A kind word.")).to_contain_text("awaiting moderation")
    expect(page.locator(".rejoinder")).to_have_attribute("lang", "en")
    expect(page.locator(".rejoinder")).to_have_attribute("dir", "ltr")


def test_an_english_page_asks_for_no_other_texts(page, host, service):
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    opened(page, host)

    assert not [url for url in asked if url.endswith(".json")]


def test_a_page_may_replace_each_form_of_a_plural(page, host, service, published):
    opened(page, host, lang="de", text_comments_other="{count} Stimmen")

    expect(page.locator(".rejoinder-thread .rejoinder-heading")).to_have_text("3 Stimmen")
