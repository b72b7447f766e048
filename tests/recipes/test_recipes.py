"""The recipes of docs/static-sites.md, as they stand there, run by the real generators that PyPI has."""

import html
import os
import re
import shutil
import subprocess
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from moderation.comment import ThreadRef
from moderation.config.settings import Settings
from moderation.queue import Search
from service.app import create_app
from tests.builders import RecordingDispatch, a_site
from tests.service.hostile import HOSTILE
from tests.service.parsing import Elements, one_line, words
from tests.service.publishing import published

pytestmark = pytest.mark.slow

DOCS = Path(__file__).parents[2] / "docs" / "static-sites.md"
HUGO_EXAMPLE = Path(__file__).parents[2] / "examples" / "hugo"
GENERATORS = Path(__file__).parent / "generators.txt"
OURS = "https://comments.example/v1/sites/my-blog"
HUGO_PARAMETERS = 'rejoinder = "https://comments.example"\nsite = "my-blog"'
INSTALL_S = BUILD_S = 300
HUGO = """
baseURL = "https://blog.example/"
disableKinds = ["taxonomy", "term", "rss", "sitemap"]
[security.http]
urls = ["^http://127[.]0[.]0[.]1:"]
"""
HUGO_INDEX = """
{{ $counts := partial "comment-counts.html" site.RegularPages }}
{{ range site.RegularPages }}<a href="{{ .RelPermalink }}">x</a>, comments: {{ index $counts .RelPermalink }}{{ end }}
"""
PELICAN = """
PATH, THEME = "content", "theme"
ARTICLE_URL, ARTICLE_SAVE_AS = "{slug}/", "{slug}/index.html"
"""
LIST = "---\ncomments: false\n---\n[Bread](bread.md), [comments:/bread/] [Rye](rye.md), [comments:/rye/]\n"


@pytest.fixture(scope="session")
def programs(tmp_path_factory):
    """A folder with the generators, installed by their hashes."""
    folder, uv = tmp_path_factory.mktemp("generators") / "venv", shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not installed, so the generators cannot be installed.")
    into = ["--quiet", "--python", str(folder / "bin/python"), "--require-hashes", "-r", str(GENERATORS)]
    for command in ([uv, "venv", "--quiet", str(folder)], [uv, "pip", "install", *into]):
        run = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_S, check=False)
        if run.returncode:
            pytest.skip(f"The generators cannot be installed; does a package registry answer? {run.stderr[-300:]}")
    return folder / "bin"


@pytest.fixture
def site_url(tmp_path, sqlite_store):
    """The address of the site `demo` on a running service, with hostile comments on /bread/ and one on /rye/."""
    for number, text in enumerate(HOSTILE):
        published(sqlite_store, text, name=one_line(text), thread=ThreadRef("/bread/"), number=number)
    published(sqlite_store, "A word about rye.", thread=ThreadRef("/rye/"))
    settings = Settings.from_env({"REJOINDER_HOME": str(tmp_path / "home")})
    server = make_server("127.0.0.1", 0, create_app(settings, store=sqlite_store, dispatch=RecordingDispatch()))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/v1/sites/demo"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def blog(tmp_path, site_url):
    """Writes the files of a recipe into a new folder, with further ones, and gives it."""
    service, _, site_id = site_url.partition("/v1/sites/")
    hugo_parameters = f'rejoinder = "{service}"\nsite = "{site_id}"'

    def write(recipe, **more):
        [section] = re.findall(rf"^## {recipe}\n(.*?)(?=^## |\Z)", DOCS.read_text("utf-8"), re.S | re.M)
        files = dict(re.findall(r"^\*\*`([^`]+)`\*\*.*?^```\w+\n(.*?)^```", section, re.S | re.M))
        assert len(files) >= 2
        for name, text in more.items():
            files[name] = files.get(name, "") + text
        for name, text in files.items():
            path = tmp_path / "blog" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            text = text.replace(OURS, site_url).replace(HUGO_PARAMETERS, hugo_parameters)
            path.write_text(text, "utf-8")
        return tmp_path / "blog"

    return write


def build(folder, program, *arguments):
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    run = subprocess.run(
        [str(program), *arguments],
        cwd=folder,
        env=clean,
        capture_output=True,
        text=True,
        timeout=BUILD_S,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def check(index, page):
    """Every comment is in the page, as text; the list has the numbers."""
    counts = re.findall(r'href="/?(\w+)/"[^,]*, comments: (\d+)', index.read_text("utf-8"))
    parsed = Elements(page.read_text("utf-8"))

    assert dict(counts) == {"bread": str(len(HOSTILE)), "rye": "1"}
    assert [text for text in HOSTILE if words(parsed.text).count(words(text)) < 2] == []
    assert not {name for name, _ in parsed.attributes if name.startswith("on")}
    assert not {"svg", "img"} & set(parsed.tags)
    assert parsed.attributes.count(("data-thread", "/bread/")) == 1


def test_pelican_builds_a_page_with_its_comments_and_a_list_with_their_numbers(blog, programs):
    pages = {f"content/{name}.md": f"Title: {name}\nDate: 2026-01-05\n\nText.\n" for name in ("bread", "rye")}
    folder = blog("Pelican", **pages, **{"pelicanconf.py": PELICAN})

    build(folder, programs / "pelican")

    check(folder / "output/index.html", folder / "output/bread/index.html")


def test_mkdocs_builds_a_page_with_its_comments_and_a_list_with_their_numbers(blog, programs):
    pages = {f"docs/{name}.md": f"# {name}\n" for name in ("bread", "rye")}
    folder = blog("MkDocs", **pages, **{"docs/index.md": LIST, "mkdocs.yml": "site_name: A blog\n"})

    build(folder, programs / "mkdocs", "build", "--theme", "mkdocs")

    check(folder / "site/index.html", folder / "site/bread/index.html")


def test_hugo_builds_a_page_with_its_comments_and_a_list_with_their_numbers(blog, programs):
    pages = {f"content/{name}.md": f"---\ntitle: {name}\n---\n" for name in ("bread", "rye")}
    layouts = {"layouts/_default/single.html": '{{ partial "comments.html" . }}', "layouts/index.html": HUGO_INDEX}
    (folder := blog("Hugo", **pages, **layouts)).joinpath("more.toml").write_text(HUGO, "utf-8")

    build(folder, programs / "hugo", "--config", "hugo.toml,more.toml", "--cacheDir", str(folder / "cache"))

    check(folder / "public/index.html", folder / "public/bread/index.html")


def test_hugo_shows_the_form_and_the_thread_by_the_example(browser, sqlite_store, site_url, programs, tmp_path):
    shutil.copytree(HUGO_EXAMPLE, folder := tmp_path / "blog")
    (folder / "content").mkdir()
    (folder / "content" / "bread.md").write_text('---\ntitle: Bread & "butter"\n---\n')
    (folder / "layouts" / "_default").mkdir()
    (folder / "layouts" / "_default" / "single.html").write_text('<!doctype html>{{ partial "comments.html" . }}')
    with serving(partial(SimpleHTTPRequestHandler, directory=folder / "public")) as origin:
        sqlite_store.write(lambda uow: uow.sites.change(a_site(origins=(origin,))))
        service = site_url.partition("/v1/")[0]
        params = f'[params]\nrejoinder = "{service}"\nsite = "demo"\n'
        (folder / "hugo.toml").write_text(f'baseURL = "{origin}/"\nlanguageCode = "de"\n{params}', "utf-8")
        build(folder, programs / "hugo")
        page = browser.new_page()
        page.goto(f"{origin}/bread/")

        expect(page.get_by_text("<script>").first).to_be_visible()
        for name, value in {"body": "From Hugo.", "name": "Rita", "email": "rita@reader.example"}.items():
            page.locator(f"[name={name}]").fill(value)
        page.locator(".rejoinder-submit").click()
        expect(page.locator(".rejoinder-comment", has_text="From Hugo.")).to_be_visible()
        page.close()

    with sqlite_store.read() as uow:
        [comment] = uow.queue.page(Search(sites=("demo",), limit=100)).comments
    assert (comment.thread.key, comment.thread.title) == ("/bread/", 'Bread & "butter"')
    assert comment.thread.url == f"{origin}/bread/"
    [link] = re.findall(r'href="([^"]+/form[?][^"]+)"', (folder / "public/bread/index.html").read_text())
    with urlopen(html.unescape(link)) as answer:
        plain = answer.read().decode()
    assert 'name="thread_key" value="/bread/"' in plain and f"{origin}/bread/" in plain


@contextmanager
def serving(handler):
    """An HTTP server on a port of its own; yields its origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_the_markdown_stays_text_in_pythons_own_dialect_with_every_extension(site_url, programs, tmp_path):
    program = (
        "import sys, urllib.request, markdown\n"
        "source = urllib.request.urlopen(sys.argv[1]).read().decode()\n"
        "extensions = ['extra', 'meta', 'toc', 'smarty', 'nl2br', 'admonition', 'wikilinks']\n"
        "open('out.html', 'w', encoding='utf-8').write(markdown.markdown(source, extensions=extensions))\n"
    )

    build(tmp_path, programs / "python", "-c", program, f"{site_url}/threads/%2Fbread%2F/comments.md")

    parsed = Elements((tmp_path / "out.html").read_text("utf-8"))
    assert set(parsed.tags) == {"p", "strong", "br"}
    assert parsed.attributes == [] and parsed.comments == []
