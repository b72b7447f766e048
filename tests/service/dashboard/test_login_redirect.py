import re
from urllib.parse import urlencode

import pytest
from flask import Flask

from moderation.store import Store
from service.auth.passwords import hash_password
from service.dashboard.login_redirect import OPEN
from tests.builders import received
from tests.service.dashboard.conftest import Browser, add_moderator, token_in

QUEUE = "/dashboard/"
PASSWORD = "crumb stone ferment window"


@pytest.fixture
def visitor(app: Flask, sqlite_store: Store) -> Browser:
    """Somebody who is not signed in, and could be by the name Mina."""
    mina = add_moderator(sqlite_store, "Mina")
    sqlite_store.write(lambda uow: uow.accounts.set_password(mina, hash_password(PASSWORD)))
    return Browser(app.test_client(), mina)


def led_to(visitor: Browser, page) -> str:
    """Where the form of a sign-in page leads to with the right password."""
    kept = re.search(r'name="next" value="([^"]*)"', page.text)
    form = {"csrf": token_in(page), "name": "Mina", "password": PASSWORD}
    wanted = {"next": kept[1].replace("&amp;", "&")} if kept else {}
    return visitor.client.post("/dashboard/sign-in", data=form | wanted).headers["Location"]


def test_a_link_to_a_comment_leads_there_after_signing_in(visitor, sqlite_store):
    link = f"/dashboard/comments/{received(sqlite_store).id}?status=pending&text=a+word"

    page = visitor.client.get(link, follow_redirects=True)

    assert "<h1>Sign in</h1>" in page.text
    assert led_to(visitor, page) == link


def test_a_wrong_password_does_not_lose_the_page(visitor):
    page = visitor.client.get("/dashboard/password", follow_redirects=True)
    form = {"csrf": token_in(page), "name": "Mina", "password": "not this one", "next": "/dashboard/password"}

    again = visitor.post("/dashboard/sign-in", **form)

    assert again.status_code == 401
    assert led_to(visitor, again) == "/dashboard/password"


def test_whoever_asks_for_the_queue_gets_a_plain_sign_in_page(visitor):
    assert visitor.get(QUEUE).headers["Location"] == "/dashboard/sign-in"


def test_whoever_signs_out_too_late_is_out_all_the_same(visitor):
    page = visitor.client.post("/dashboard/sign-out", follow_redirects=True)

    assert "<h1>Sign in</h1>" in page.text
    assert "not done" not in page.text


def test_a_form_that_came_too_late_is_told_to_be_undone_and_no_page_to_go_back_to(visitor):
    page = visitor.client.post("/dashboard/undo", follow_redirects=True)

    assert "your last action was not carried out" in page.text
    assert led_to(visitor, page) == QUEUE


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/dashboard/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "javascript:alert(1)",
        "https:/dashboard/password",
        "/dashboard/password\r\nSet-Cookie: a=b",
        "/dashboard/\r\n//evil.example",
        "/dashboard//evil.example/",
        "/dashboard/../v1/docs",
        "/dashboard/%2e%2e/v1/docs",
        "/dashboard/password#@evil.example",
        "/v1/docs",
        "/demo",
        "/dashboard/sign-in/a-token",
        "/dashboard/sign-out",
        "/dashboard/static/dashboard.js",
        "/dashboard/nowhere",
        "http://[",
        "/dashboard/?text=" + "a" * 2000,
    ],
)
def test_nothing_but_a_page_of_ours_is_believed(visitor, elsewhere):
    page = visitor.get("/dashboard/sign-in?" + urlencode({"next": elsewhere}))
    form = {"csrf": token_in(page), "name": "Mina", "password": PASSWORD, "next": elsewhere}

    answer = visitor.client.post("/dashboard/sign-in", data=form)

    assert 'name="next" value="/dashboard/"' in page.text
    assert answer.headers["Location"] == QUEUE
    assert "a=b" not in str(answer.headers)


@pytest.mark.parametrize("id", ["..", "%2e%2e", "%2F%2Fevil.example", "%5Cevil.example", "x%0d%0aLocation: y"])
def test_what_stands_in_a_path_stays_in_it(visitor, id):
    page = visitor.client.get("/dashboard/sign-in", query_string={"next": f"/dashboard/comments/{id}"})

    assert re.fullmatch(r"/dashboard/(comments/[^/\\\s]+)?", led_to(visitor, page))


def test_every_page_is_led_to(app):
    paths = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("dashboard.show_") and rule.endpoint not in OPEN and not rule.arguments
    }
    pieces = {"/dashboard/news"}

    assert {"/dashboard/settings", "/dashboard/audit", "/dashboard/campaigns"} <= paths
    for path in paths - pieces - {QUEUE}:
        page = app.test_client().get(path, follow_redirects=True)
        assert f'name="next" value="{path}"' in page.text, path


def test_only_what_begins_or_ends_a_sign_in_or_a_mail_is_open_to_everybody():
    opened = {name.removeprefix("dashboard.") for name in OPEN}

    first, second = {"show_sign_in", "sign_in", "show_link", "use_link"}, {"show_second_step", "take_second_step"}
    passkey = {"give_sign_in_options", "use_passkey"}
    new_password = {"show_new_password", "set_new_password"}
    assert opened == first | second | passkey | new_password | {"mail_link", "show_mail_stop", "stop_mail"}
