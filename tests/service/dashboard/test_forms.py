import re

import pytest

from moderation.accounts import Role
from moderation.store import Store
from service.app import create_app
from service.auth import csrf
from service.dashboard.session import WITHOUT_TOKEN
from tests.builders import RecordingDispatch, a_sealer
from tests.service.conftest import settings_of


@pytest.fixture(scope="module")
def every_rule(tmp_path_factory):
    """Every URL of the dashboard with its methods, from the app itself."""
    home = tmp_path_factory.mktemp("rules")
    store = Store(f"sqlite:///{home}/none.db", a_sealer())
    app = create_app(settings_of(home), store=store, dispatch=RecordingDispatch())
    store.close()
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("dashboard.")]


def url_of(rule) -> str:
    return re.sub("<[^>]+>", "dashboard.css", re.sub("<int:[^>]+>", "1", rule.rule))


def posts_of(rules) -> list[str]:
    """The URL of every form of ours; mail programs send the others without one (RFC 8058)."""
    return [url_of(rule) for rule in rules if "POST" in rule.methods and rule.endpoint not in WITHOUT_TOKEN]


def test_every_post_without_the_pages_token_is_refused(signed_in, every_rule):
    browser = signed_in()
    posts = posts_of(every_rule)

    answers = {url: browser.post(url).status_code for url in posts}

    assert len(posts) >= 8
    assert answers == dict.fromkeys(posts, 400)


def test_every_post_with_a_token_of_another_session_is_refused(signed_in, every_rule):
    mina, ben = signed_in("Mina"), signed_in("Ben")
    posts = posts_of(every_rule)

    answers = {url: mina.post(url, csrf=ben.token()).status_code for url in posts}

    assert answers == dict.fromkeys(posts, 400)


def test_every_page_comes_with_the_strict_headers(signed_in, every_rule):
    browser = signed_in("Olga", Role.OWNER)
    pages = [url_of(rule) for rule in every_rule if "GET" in rule.methods and rule.endpoint != "dashboard.static"]

    for url in [*pages, "/dashboard/?reason=nonsense", "/dashboard/comments/cmt_none"]:
        headers = browser.client.get(url).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy and "http" not in policy
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"


def test_nothing_in_any_page_is_inline(signed_in, every_rule):
    browser = signed_in("Olga", Role.OWNER)
    pages = [url_of(rule) for rule in every_rule if "GET" in rule.methods and rule.endpoint != "dashboard.static"]

    for url in pages:
        page = browser.client.get(url).text.lower()
        assert " style=" not in page and "<style" not in page
        assert " on" + "click=" not in page
        assert all(" src=" in tag.partition(">")[0] for tag in page.split("<script")[1:])


def test_a_token_needs_its_cookie():
    sealer = a_sealer()
    token = csrf.issue_token(sealer, "cookie of Mina")

    assert csrf.is_ours(sealer, token, "cookie of Mina")
    assert not csrf.is_ours(sealer, token, "cookie of Ben")
    assert not csrf.is_ours(sealer, "", "cookie of Mina")
    assert not csrf.is_ours(sealer, csrf.issue_token(sealer, ""), "")
    assert not csrf.is_ours(a_sealer(b"another secret, 32 bytes long..."), token, "cookie of Mina")


def test_only_the_files_of_the_look_may_be_kept_by_browsers(client):
    with client.get("/dashboard/static/dashboard.css?v=1") as answer:
        kept = answer.headers["Cache-Control"]

    assert kept == "public, max-age=31536000, immutable"
