"""Two sites in one installation: all rights on one of them are none on the other."""

import re
from itertools import pairwise

import pytest

from moderation.accounts import Scope
from service.api.routes import ROUTES
from tests.builders import NOON, a_site
from tests.one_of_everything import BODIES, add_one_of_everything

PRIVATE = [route for route in ROUTES if route.scope]
WITH_AN_ID = [route for route in PRIVATE if re.search(r"<site_id>.*_id>", route.url)]
"""Routes that name a site and the id of something on it. A thread's key is no id: sites may share one."""


@pytest.fixture
def theirs(sqlite_store):
    """One of everything on the site `theirs`, by the names in the URLs."""
    sqlite_store.write(lambda uow: uow.sites.add(a_site("theirs"), at=NOON))
    return add_one_of_everything(sqlite_store, "theirs")


def url_of(route, values):
    from werkzeug.routing import Map, Rule

    from service.http.routing import KeyConverter

    urls = Map([Rule(route.url, endpoint="it")], converters={"key": KeyConverter})
    wanted = {name: value for name, value in values.items() if name in urls._rules[0].arguments}
    return urls.bind("localhost").build("it", wanted)


def ask(client, route, values, headers):
    body = BODIES.get(route.view.__name__) if route.takes else None
    return client.open(url_of(route, values), method=route.method, json=body, headers=headers)


def test_nothing_of_another_site_can_be_seen_or_changed(client, sqlite_store, key, theirs):
    headers, routes = key(Scope.ADMIN, "demo"), [route for route in PRIVATE if "<" in route.url]

    answers = {route.view.__name__: ask(client, route, theirs, headers) for route in routes}

    assert statuses(answers) == dict.fromkeys(answers, 404)
    assert [name for name, answer in answers.items() if "secret of theirs" in answer.text] == []
    with sqlite_store.read() as uow:
        assert uow.comments.get(theirs["comment_id"]).revision == 1
        assert uow.endpoints.get("theirs", theirs["endpoint_id"]).disabled_at is None


def test_an_id_of_another_site_is_unknown_under_ones_own(client, key, theirs):
    headers, values = key(Scope.ADMIN, "demo"), {**theirs, "site_id": "demo"}

    answers = {route.view.__name__: ask(client, route, values, headers) for route in WITH_AN_ID}

    assert statuses(answers) == dict.fromkeys(answers, 404)


def test_every_private_route_needs_a_key(client, theirs):
    answers = {route.view.__name__: ask(client, route, theirs, {}) for route in PRIVATE}

    assert statuses(answers) == dict.fromkeys(answers, 401)


def test_a_key_of_a_smaller_scope_is_not_enough(client, key, theirs):
    keys = {scope: key(smaller, "theirs") for smaller, scope in pairwise(Scope)}

    answers = {
        route.view.__name__: ask(client, route, theirs, keys[route.scope]) for route in PRIVATE if route.scope in keys
    }

    assert statuses(answers) == dict.fromkeys(answers, 403)


@pytest.mark.parametrize("route", PRIVATE, ids=lambda route: route.view.__name__)
def test_a_key_of_its_scope_is_enough(client, key, theirs, route):
    answer = ask(client, route, theirs, key(route.scope, "theirs"))

    assert answer.status_code == route.status


def statuses(answers):
    return {name: answer.status_code for name, answer in answers.items()}


def test_many_decisions_touch_only_ones_own_site(client, sqlite_store, key, theirs):
    decisions = [{"comment": theirs["comment_id"], "action": "approve", "revision": 1}]

    answer = client.post("/v1/decisions", json={"decisions": decisions}, headers=key())

    assert [each["status"] for each in answer.get_json()["results"]] == [404]


def test_many_replays_touch_only_ones_own_site(client, key, theirs):
    answer = client.post("/v1/sites/demo/deliveries/replay", json={"deliveries": [1]}, headers=key())

    assert answer.get_json() == {"replayed": [], "left_out": [1]}


def test_the_queue_and_its_search_show_only_ones_own_sites(client, key, theirs):
    for query in ("", "&site=demo", "&author=rita@reader.example", "&text=secret", "&thread=their-page"):
        assert client.get(f"/v1/queue?status=any{query}", headers=key()).get_json()["comments"] == []
    assert client.get("/v1/queue?site=theirs", headers=key()).status_code == 404


def test_what_is_foreign_and_what_is_not_there_are_told_alike(client, key, theirs):
    foreign = client.get(f"/v1/comments/{theirs['comment_id']}", headers=key()).get_json()
    missing = client.get("/v1/comments/cmt_0", headers=key()).get_json()

    assert foreign == missing
