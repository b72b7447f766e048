"""A real WordPress whose own form sends to Rejoinder, by examples/wordpress, in a browser."""

import shutil
import subprocess

import pytest
from playwright.sync_api import expect

from moderation.queue import Search
from tests.builders import a_site
from tests.compat.wordpress import ROOT, wordpress
from tests.stack import free_port
from tests.waiting import LIMIT_S, eventually

pytestmark = pytest.mark.slow

PLUGIN = ROOT / "examples" / "wordpress" / "rejoinder-form.php"
THEME = {
    "style.css": "/* Theme Name: Plain */",
    "index.php": "<!doctype html><html <?php language_attributes(); ?>><meta charset='utf-8'><?php wp_head();"
    "while ( have_posts() ) { the_post(); the_title( '<h1>', '</h1>' ); comments_template(); } wp_footer();",
    "comments.php": "<div id='comments'><?php wp_list_comments(); comment_form(); ?></div>",
}
SETTINGS = """<?php
define( 'WP_HOME', '{url}' ); define( 'WP_SITEURL', '{url}' );
add_filter( 'pre_option_template', function () {{ return 'plain'; }} );
add_filter( 'pre_option_stylesheet', function () {{ return 'plain'; }} );
"""


@pytest.fixture
def blog(stack):
    """The address of a WordPress with a plain theme and the plugin."""
    port = free_port()
    url = f"http://localhost:{port}"
    stack.store.write(lambda uow: uow.sites.change(a_site(origins=(url,))))
    with wordpress(stack.url) as folder:
        content = folder / "wp-content"
        theme = content / "themes" / "plain"
        theme.mkdir(parents=True)
        for name, text in THEME.items():
            (theme / name).write_text(text)
        (content / "mu-plugins" / "0-settings.php").write_text(SETTINGS.format(url=url))
        text = PLUGIN.read_text("utf-8").replace("https://comments.example", stack.url).replace("my-blog", "demo")
        (content / "mu-plugins" / PLUGIN.name).write_text(text, "utf-8")
        command = [shutil.which("php"), "-S", f"localhost:{port}", "-t", str(folder)]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            eventually(lambda: b"started" in (folder / "log").read_bytes())
            yield url
            print((folder / "log").read_text()[-3000:])
        finally:
            server.terminate()
            server.wait()


def test_the_themes_form_sends_to_rejoinder_for_readers_and_for_who_is_signed_in(browser, blog, stack):
    page = browser.new_page()
    page.set_default_timeout(LIMIT_S * 1_000)

    page.goto(f"{blog}/?p=1")
    for name, value in {"comment": "Howdy.", "author": "Rita", "email": "rita@reader.example"}.items():
        page.locator(f"#commentform [name={name}]").fill(value)
    page.get_by_role("button", name="Post Comment").click()
    expect(page.locator(".rejoinder-comment", has_text="Howdy.")).to_contain_text("awaiting moderation")

    page.goto(f"{blog}/wp-login.php")
    page.locator("#user_login").fill("admin")
    page.locator("#user_pass").fill("secret")
    page.locator("#wp-submit").click()
    page.wait_for_url("**/wp-admin/**")
    page.goto(f"{blog}/?p=1")
    page.locator("#commentform [name=comment]").fill("Howdy back.")
    page.get_by_role("button", name="Post Comment").click()
    expect(page.locator(".rejoinder-comment", has_text="Howdy back.")).to_contain_text("awaiting moderation")

    with stack.store.read() as uow:
        kept = {each.body: (each.name, each.thread.key) for each in uow.queue.page(everything()).comments}
    assert kept == {"Howdy.": ("Rita", "/?p=1"), "Howdy back.": ("admin", "/?p=1")}
    assert page.get_by_text("A WordPress Commenter").count() == 0
    page.close()


def everything():
    """Every comment of the site."""
    return Search(sites=("demo",), status=None, limit=100)
