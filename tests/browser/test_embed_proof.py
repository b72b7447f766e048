"""The form while its site is under a flood: the browser solves a challenge, and who cannot still gets in."""

from datetime import UTC, datetime

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from moderation import proof_of_work
from tests.browser.reader import Reader
from tests.proofs import OFFER, ask_for_proof, flood
from tests.waiting import eventually

pytestmark = pytest.mark.slow

TRUSTED_TYPES = "require-trusted-types-for 'script'; trusted-types 'none'"


@pytest.fixture
def asking(service):
    """The service, whose site asks for proofs in a flood."""
    ask_for_proof(service.store, origins=service.site.origins)
    return service


@pytest.fixture
def flooded(asking, monkeypatch):
    """The same in a flood, with little work to prove."""
    monkeypatch.setattr(proof_of_work, "COST", 10)
    monkeypatch.setattr(proof_of_work, "COUNTERS", range(3, 9))
    flood(asking.store, at=datetime.now(UTC))
    return asking


def sent(service):
    """What came besides the flood."""
    return [each for each in service.comments() if each.body[:11] != OFFER[:11]]


def opened(page, host, policy=None, **options):
    """A reader of a page with the form."""
    policy = f"{host.strict_policy}; {TRUSTED_TYPES}" if policy is None else policy
    return Reader(page).open(host.page(host.script(), policy=policy, **options))


def write(reader, body="A kind word."):
    """Write a comment until the browser asks for a challenge, as it does when the part of the script has come."""
    asked = []
    reader.page.on("request", lambda request: asked.append(request.url.endswith("/challenge")))
    eventually(lambda: reader.write(f"{body} ").write(body) and any(asked))
    return reader


def test_a_challenge_is_solved_under_the_strictest_policy_and_the_comment_is_like_any_other(page, host, flooded):
    reader = write(opened(page, host))

    reader.post()

    expect(reader.comment("A kind word.")).to_contain_text("awaiting moderation")
    assert [each.signals - {"too_fast"} for each in sent(flooded)] == [set()]
    assert reader.reports() == []


def test_each_comment_has_a_solution_of_its_own(page, host, flooded):
    reader = write(opened(page, host), "The first.").post()
    expect(reader.comment("The first.")).to_contain_text("awaiting moderation")

    write(reader, "The second.").post()

    expect(reader.comment("The second.")).to_contain_text("awaiting moderation")
    assert [each.signals - {"too_fast"} for each in sent(flooded)] == [set(), set()]


@pytest.mark.parametrize(("lang", "words"), [("en", "short calculation"), ("ar", "عملية حسابية قصيرة")])
def test_who_has_to_wait_is_told_why_and_axe_finds_nothing_wrong_with_it(page, host, flooded, lang, words):
    held = []
    page.route("**/challenge", lambda route: held.append(route))
    page.emulate_media(reduced_motion="reduce")
    reader = write(opened(page, host, lang=lang, policy=""))

    reader.form.locator(".rejoinder-submit").click()
    expect(reader.notice).to_contain_text(words)
    expect(reader.notice).to_have_role("status")
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run('.rejoinder')")
    held[0].continue_()

    expect(page.locator(".rejoinder-note-pending")).to_be_visible()
    expect(reader.notice).to_be_empty()
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found["violations"]] == []


@pytest.mark.parametrize(
    "lack",
    [
        "crypto.subtle.deriveBits = () => Promise.reject(new Error('not supported'))",
        "Object.defineProperty(crypto, 'subtle', { value: undefined })",
    ],
)
def test_a_browser_that_cannot_solve_it_posts_all_the_same_and_moderators_read_it(page, host, flooded, lack):
    page.add_init_script(lack)
    reader = write(opened(page, host))

    reader.post()

    expect(reader.comment("A kind word.")).to_contain_text("awaiting moderation")
    assert [each.signals - {"too_fast"} for each in sent(flooded)] == [{"no_proof"}]


def test_a_browser_that_cannot_get_it_posts_all_the_same(page, host, flooded):
    page.route("**/challenge", lambda route: route.abort())
    reader = write(opened(page, host))

    reader.post()

    expect(reader.comment("A kind word.")).to_contain_text("awaiting moderation")
    assert [each.signals - {"too_fast"} for each in sent(flooded)] == [{"no_proof"}]


def test_without_javascript_a_comment_is_taken_and_moderators_read_it(plain_page, host, flooded):
    plain_page.goto(f"{host.service_url}/sites/demo/form?thread=/a-page")
    for name, value in {"body": "A kind word.", "name": "Rita Reader", "email": "rita@reader.example"}.items():
        plain_page.locator(f"[name={name}]").fill(value)

    plain_page.get_by_role("button", name="Post Comment").click()

    expect(plain_page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert [each.signals - {"too_fast"} for each in sent(flooded)] == [{"no_proof"}]


def test_without_a_flood_nothing_is_asked_for_and_nothing_loaded(page, host, asking):
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    reader = Reader(page).open(host.page_with_form()).write()

    reader.post()

    expect(reader.comment("A kind word.")).to_contain_text("awaiting moderation")
    assert [url for url in requests if "challenge" in url or "proof" in url] == []
