"""What axe-core finds wrong with the dashboard's pages, light and dark, wide and narrow: nothing."""

from datetime import UTC, datetime

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from bench.dashboard.keyboard import sign_in
from moderation.accounts import Role
from moderation.demo.fill import Plan, fill
from moderation.queue import Search
from tests.builders import ADA

pytestmark = pytest.mark.slow

NOW = datetime.now(UTC)
PAGES = (
    "",
    "?order=oldest",
    "?status=approved&text=oven",
    "?status=rejected",
    "bulk",
    "campaigns",
    "activity",
    "insights",
    "people",
    "rules",
    "audit",
    "reports",
    "appeals",
    "second-looks",
    "learning",
    "sessions",
    "notifications",
    "password",
    "passkeys",
    "second-factor",
    "sites/demo/settings",
    "sites/demo/policy",
    "sites/demo/form",
    "sites/demo/keys",
    "sites/demo/webhooks",
    "sites/demo/moderators",
    "sites/demo/imports",
    "sites/demo/automation",
    "comments/{comment}",
    "comments/{comment}/page",
    "comments/{comment}/author",
)


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_on_any_page(browser, service, scheme, width):
    fill(service.store, Plan("demo", 300, 80, ADA, NOW))
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800}, locale="en-GB")
    page = context.new_page()
    sign_in(page, service.store, service.url, role=Role.OWNER)
    with service.store.read() as uow:
        comment = uow.queue.page(Search(sites=("demo",))).comments[0].id

    found: list[str] = []
    for path in PAGES:
        answer = page.goto(f"{service.url}/dashboard/{path.format(comment=comment)}")
        assert answer.status == 200, path
        page.evaluate(AXE_SCRIPT)
        for wrong in page.evaluate("axe.run()")["violations"]:
            found += [f"/{path} {wrong['id']}: {node['html'][:160]}" for node in wrong["nodes"]]
    context.close()

    assert "\n".join(found) == ""
