"""A public URL with a path, behind a proxy that strips the path and behind one that keeps it."""

import re
from urllib.parse import urlsplit

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from moderation.accounts import Role
from moderation.config.options import RESERVED_PATHS
from moderation.config.settings import Settings
from moderation.site import Site
from service.app import create_app
from service.http.public_path import without_path
from tests.builders import NOON
from tests.service.bodies import BROWSER, a_body, a_form
from tests.service.conftest import NO_LIMITS
from tests.service.dashboard.conftest import add_moderator, link_for, token_in

ORIGIN = "https://blog.example"
PUBLIC = f"{ORIGIN}/comments"


class Proxy:
    """A browser behind a proxy at https://blog.example/comments. Asks for the paths that the pages name."""

    def __init__(self, app, *, strips):
        self._app = app
        self._strips = strips
        self._client = Client(self._pass_on, Response)

    def __call__(self, method, url, **options):
        parts = urlsplit(url)
        assert f"{parts.scheme}://{parts.netloc}" in {"://", ORIGIN}, url
        return self._client.open(parts.path, method=method, query_string=parts.query, **options)

    def _pass_on(self, environ, start_response):
        assert environ["PATH_INFO"].startswith("/comments"), environ["PATH_INFO"]
        if self._strips:
            environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix("/comments")
        return self._app(environ, start_response)


@pytest.fixture
def app(tmp_path, sqlite_store, dispatch, clock):
    environment = {"REJOINDER_HOME": str(tmp_path), "REJOINDER_PUBLIC_URL": PUBLIC, **NO_LIMITS}
    return create_app(Settings.from_env(environment), store=sqlite_store, dispatch=dispatch, now=clock)


@pytest.fixture(params=[True, False], ids=["stripped", "kept"])
def proxy(app, request):
    return Proxy(app, strips=request.param)


def links_in(page):
    """Every URL of this host that a page names."""
    found = re.findall(r'\b(?:href|src|action)="([^"]+)"', page.text)
    return [each.replace("&amp;", "&") for each in found if not each.startswith(("#", "http", "mailto:", "data:"))]


def test_every_link_of_the_demo_page_works(proxy):
    page = proxy("GET", "/comments/demo")

    links = links_in(page)
    assert page.status_code == 200 and len(links) >= 3
    assert [proxy("GET", each).status_code for each in links if "/v1/" not in each] == [
        200 for each in links if "/v1/" not in each
    ]
    assert f'<link rel="canonical" href="{PUBLIC}/demo">' in page.text


def test_a_comment_and_its_status_link(proxy):
    answer = proxy("POST", "/comments/v1/sites/demo/comments", json=a_body())

    assert answer.status_code == 202
    assert answer.headers["Location"].startswith(f"{PUBLIC}/v1/status/")
    assert proxy("GET", answer.headers["Location"]).get_json()["status"] == "pending"


def test_the_plain_form_leads_to_the_thanks(proxy):
    form = proxy("GET", "/comments/sites/demo/form?thread=a-page")
    [action] = [each for each in links_in(form) if each.endswith("/v1/sites/demo/comments")]

    answer = proxy("POST", action, data=a_form(), headers=BROWSER)

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{PUBLIC}/thanks?")
    assert proxy("GET", answer.headers["Location"]).status_code == 200


def test_our_own_form_page_may_send_comments(proxy, sqlite_store):
    sqlite_store.write(lambda uow: uow.sites.add(Site("other", "Other"), at=NOON))

    answer = proxy("POST", "/comments/v1/sites/other/comments", json=a_body(), headers={"Origin": ORIGIN})

    assert answer.status_code == 202


def test_a_problem_names_its_page(proxy):
    answer = proxy("POST", "/comments/v1/sites/demo/comments", json={})

    assert answer.get_json()["type"] == f"{PUBLIC}/v1/docs#problem-invalid"
    assert proxy("GET", answer.get_json()["type"]).status_code == 200


def test_programs_find_the_server_in_openapi(proxy):
    assert proxy("GET", "/comments/v1/openapi.json").get_json()["servers"] == [{"url": PUBLIC}]


def test_signing_in_leads_to_the_page_that_was_asked_for_and_out_again(proxy, sqlite_store):
    mina = add_moderator(sqlite_store, "Mina", Role.OWNER)
    first = proxy("GET", "/comments/dashboard/password")
    sign_in = proxy("GET", first.headers["Location"])
    link = f"/comments/dashboard/sign-in/{link_for(sqlite_store, mina)}"

    answer = proxy("POST", link, data={"csrf": token_in(proxy("GET", link))})

    assert "next=/comments/dashboard/password" in first.headers["Location"]
    assert 'name="next" value="/comments/dashboard/password"' in sign_in.text
    assert answer.headers["Location"] == "/comments/dashboard/"
    assert "Path=/comments" in answer.headers["Set-Cookie"]
    queue = proxy("GET", answer.headers["Location"])
    assert queue.status_code == 200
    assert [each for each in links_in(queue) if not each.startswith(("/comments/", "?"))] == []
    out = proxy("POST", "/comments/dashboard/sign-out", data={"csrf": token_in(queue)})
    assert proxy("GET", out.headers["Location"]).status_code == 200
    assert proxy("GET", "/comments/dashboard/").status_code == 303


def test_a_dashboard_without_its_last_slash_stays_on_https(proxy):
    answer = proxy("GET", "/comments/dashboard")

    assert not answer.headers.get("Location", "").startswith("http:")


@pytest.mark.parametrize(
    ("path", "inner"),
    [
        ("/comments", "/"),
        ("/comments/", "/"),
        ("/comments/v1/x", "/v1/x"),
        ("/commentsv1", "/commentsv1"),
        ("/", "/"),
    ],
)
def test_only_the_whole_path_is_removed(path, inner):
    assert without_path(path, "/comments") == inner


def test_no_public_path_may_begin_like_a_route(app):
    assert {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()} - {""} <= RESERVED_PATHS
