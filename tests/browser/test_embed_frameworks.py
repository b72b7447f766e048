"""The examples for React, Vue and Svelte, built by Vite as it comes from npm, in a browser."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from moderation.comment import ThreadRef
from moderation.decision import Action
from tests.builders import a_submission, received
from tests.waiting import eventually

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "frameworks"
PAGES = Path(__file__).parent / "frameworks"
MODULES = ROOT / "service" / "static" / "embed"
BUILD_S = 900
ROUNDS = 8

frameworks = pytest.mark.parametrize("framework", ["react", "vue", "svelte"])


def run(folder, *command):
    """Run a program of npm's; returns what it says."""
    clean = {**os.environ, "NODE_ENV": "development"}
    done = subprocess.run(
        command, cwd=folder, env=clean, capture_output=True, text=True, timeout=BUILD_S, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="session")
def packages(tmp_path_factory):
    """A folder with the frameworks, the examples and our types."""
    if not (npm := shutil.which("npm")):
        pytest.skip("npm is not installed, so the examples for frameworks cannot be built.")
    folder = tmp_path_factory.mktemp("frameworks")
    for each in (*PAGES.iterdir(), *EXAMPLES.iterdir(), MODULES / "embed.d.ts"):
        shutil.copy(each, folder)
    status, said = run(folder, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    assert "EUSAGE" not in said, "package.json and package-lock.json differ"
    if status:
        pytest.skip(f"The frameworks cannot be installed; does a package registry answer? {said[-300:]}")
    return folder


@pytest.fixture(scope="session")
def bundles(packages, live_service):
    """The scripts of a page for each framework, by name, which ask the service of these tests."""
    for each in EXAMPLES.iterdir():
        text = each.read_text("utf-8").replace("https://comments.example", f"http://localhost:{live_service.port}")
        (packages / each.name).write_text(text.replace("my-blog", "demo"), "utf-8")
    status, said = run(packages, packages / "node_modules/.bin/vite", "build")
    assert status == 0, said
    return {each.name: each.read_text("utf-8") for each in (packages / "dist").glob("*.js")}


@pytest.fixture
def show(page, host, service, bundles):
    """Opens the page of a framework; then shows these threads on it: `show("/one", "/two", heading="3")`."""
    for key in ("/one", "/two"):
        comment = received(service.store, a_submission(f"About {key}.", thread=ThreadRef(key)))
        service.decide(comment, Action.APPROVE)
    for name, script in bundles.items():
        host.page("", path=f"/{name}")
        host.pages[f"/{name}"] = script, {}

    def open_page(framework):
        script = f'<div id="app"></div><script type="module" src="/{framework}.js"></script>'
        page.goto(host.page(script, policy=""))
        eventually(lambda: page.evaluate("typeof window.show === 'function'"))
        return lambda *threads, **options: page.evaluate("given => window.show(...given)", [list(threads), options])

    return open_page


def said(page, key):
    return page.locator(".rejoinder-comment", has_text=f"About {key}.")


@frameworks
def test_a_component_shows_a_thread_changes_it_with_the_route_and_takes_it_away(page, service, show, framework):
    show_threads = show(framework)

    show_threads("/one")
    expect(said(page, "/one")).to_be_visible()
    page.locator("[name=body]").fill("Half a thought")
    show_threads("/two")
    expect(said(page, "/two")).to_be_visible()
    expect(said(page, "/one")).to_have_count(0)
    expect(page.locator("form")).to_have_count(1)
    expect(page.locator("[name=body]")).to_have_value("")
    show_threads("/one")
    expect(page.locator("[name=body]")).to_have_value("Half a thought")
    for name, value in {"name": "Rita", "email": "rita@reader.example"}.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Post Comment").click()
    expect(page.locator(".rejoinder-comment", has_text="Half a thought")).to_contain_text("awaiting moderation")
    show_threads()

    expect(page.locator(".rejoinder, form")).to_have_count(0)
    assert [each.thread.key for each in service.comments() if each.body == "Half a thought"] == ["/one"]


@frameworks
def test_a_component_passes_the_level_of_its_headings_and_the_place_of_the_form(page, show, framework):
    show_threads = show(framework)

    show_threads("/one", heading="3", form="last")
    expect(said(page, "/one")).to_be_visible()
    expect(page.locator("h3", has_text="Leave a Reply")).to_be_attached()
    expect(page.locator(".rejoinder-thread + form")).to_be_attached()

    show_threads("/one", heading="4", form="first")
    expect(said(page, "/one")).to_be_visible()
    expect(page.locator("h4", has_text="Leave a Reply")).to_be_attached()
    expect(page.locator("form + .rejoinder-thread")).to_be_attached()


@frameworks
def test_two_components_on_a_page_are_apart_and_may_change_places(page, show, framework):
    show_threads = show(framework)
    first, second = page.locator("#app > section").nth(0), page.locator("#app > section").nth(1)

    show_threads("/one", "/two")
    expect(first).to_contain_text("About /one.")
    expect(second).to_contain_text("About /two.")
    expect(page.locator("form")).to_have_count(2)

    show_threads("/one")
    expect(page.locator("form")).to_have_count(1)
    expect(first).to_contain_text("About /one.")

    ids = page.locator("[id]").evaluate_all("all => all.map((each) => each.id)")
    assert len(ids) == len(set(ids))


@frameworks
def test_components_that_come_and_go_leave_nothing_behind(page, show, framework):
    """Elements, listeners and objects: as many after eight visits of a route as after the first ones."""
    show_threads = show(framework)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def visit():
        show_threads("/one")
        expect(said(page, "/one")).to_be_visible()
        expect(page.locator("[aria-busy]")).to_have_count(0)
        show_threads()
        expect(page.locator(".rejoinder")).to_have_count(0)

    def kept():
        session.send("HeapProfiler.collectGarbage")
        metrics = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
        return metrics["Nodes"], metrics["JSEventListeners"]

    for _ in range(3):
        visit()
    nodes, listeners = kept()
    for _ in range(ROUNDS):
        visit()

    eventually(lambda: (now := kept()) and now[0] <= nodes + ROUNDS and now[1] < listeners + ROUNDS)


@frameworks
def test_a_route_left_before_the_script_came_shows_nothing(page, show, framework):
    held = []
    page.route("**/embed.mjs", lambda route: held.append(route))
    show_threads = show(framework)

    show_threads("/one")
    eventually(lambda: held or page.wait_for_timeout(20))
    show_threads()
    show_threads("/two")
    held.pop().continue_()

    expect(said(page, "/two")).to_be_visible()
    expect(page.locator(".rejoinder")).to_have_count(1)


def test_the_examples_agree_with_the_types_that_we_publish(packages):
    tools = packages / "node_modules" / ".bin"

    typed = run(packages, tools / "vue-tsc")
    svelte = run(packages, tools / "svelte-check", "--tsconfig", "./tsconfig.svelte.json", "--fail-on-warnings")

    assert typed[0] == 0, typed[1]
    assert svelte[0] == 0, svelte[1]


def test_every_name_in_a_module_of_the_script_is_declared_there_or_imported(packages, tmp_path):
    """The modules are joined into one scope, where a name that a module forgot to import may be another's."""
    options = {"allowJs": True, "checkJs": True, "noEmit": True, "module": "esnext", "lib": ["es2023", "dom"]}
    config = {"compilerOptions": {**options, "types": []}, "include": [f"{MODULES}/*"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(config))

    _, said = run(tmp_path, packages / "node_modules" / ".bin" / "tsc", "-p", ".")

    checked = run(tmp_path, packages / "node_modules" / ".bin" / "tsc", "-p", ".", "--listFilesOnly")[1]
    assert "widget.js" in checked
    assert re.findall(r"^.*error TS(?:2304|2552|18004):.*$", said, re.M) == []
