"""What axe-core finds wrong with the form and the thread, on every theme: nothing."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from bench.widget.themes import THEMES, themed
from moderation.comment import ThreadRef
from moderation.decision import Action
from tests.browser.reader import Reader
from tests.builders import a_submission, received

pytestmark = pytest.mark.slow

VIEWS = [("light", 1280, "en"), ("light", 320, "ar"), ("dark", 320, "en"), ("dark", 1280, "ar")]


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_wrong_on_a_theme(page, host, service, theme):
    parent = ""
    for body in ("See https://a.example/", "An answer.", "And another."):
        comment = received(service.store, a_submission(body, thread=ThreadRef("/a-page"), parent=parent))
        service.decide(comment, Action.APPROVE)
        parent = comment.id

    for scheme, width, lang in VIEWS:
        direction = "rtl" if lang == "ar" else "ltr"
        host.pages["/a-page"] = themed(theme, host.script(), scheme=scheme, lang=lang, dir=direction), {}
        page.set_viewport_size({"width": width, "height": 900})
        reader = Reader(page).open(f"{host.origin}/a-page")
        page.locator(".rejoinder-comment").last.wait_for()
        reader.form.locator(".rejoinder-submit").click()
        expect(reader.field("body")).to_have_attribute("aria-invalid", "true")

        page.evaluate(AXE_SCRIPT)
        found = page.evaluate("axe.run('.rejoinder')")

        wrong = [(each["id"], [node["target"] for node in each["nodes"]]) for each in found["violations"]]
        assert wrong == [], (scheme, width, lang)
