import time
from datetime import timedelta

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import create_environ

from moderation.comment import Status
from moderation.errors import StoreBusy
from service.http.metrics import ARRIVED, FRESH_S, RARELY, StoreCollector
from tests.builders import NOON, SECOND, a_site, received, settled
from tests.service.bodies import COMMENTS, a_body


def figures(client):
    """Every sample: name and labels to value."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(s.name, *sorted(s.labels.values())): s.value for family in families for s in family.samples}


def test_every_accepted_comment_is_somewhere(client, sqlite_store):
    settled(sqlite_store, received(sqlite_store))
    received(sqlite_store)

    samples = figures(client)

    places = [samples["rejoinder_comments", place] for place in ("pending", "decided", "erased")]
    assert samples["rejoinder_comments_accepted",] == sum(places) == 2


def test_what_waits_for_a_score_is_counted_and_timed(client, sqlite_store, clock):
    received(sqlite_store)
    clock.wait(timedelta(seconds=42))

    samples = figures(client)

    assert samples["rejoinder_comments_unscored",] == 1
    assert samples["rejoinder_unscored_age_seconds",] == 42


def test_the_age_of_the_queue_is_that_of_its_oldest_comment_scored_or_not(client, sqlite_store, clock):
    sqlite_store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    held = settled(sqlite_store, received(sqlite_store))
    received(sqlite_store, site=a_site("other"), at=NOON + 5 * SECOND)
    clock.wait(timedelta(seconds=42))

    samples = figures(client)

    assert held.status is Status.PENDING
    assert (samples["rejoinder_queue_age_seconds",], samples["rejoinder_unscored_age_seconds",]) == (42, 37)


def test_ages_are_zero_when_nothing_waits(client):
    samples = figures(client)

    assert (samples["rejoinder_queue_age_seconds",], samples["rejoinder_unscored_age_seconds",]) == (0, 0)


def test_decisions_are_counted_by_action_and_reason(client, sqlite_store):
    settled(sqlite_store, received(sqlite_store))

    assert figures(client)["rejoinder_decisions", "first_comment", "hold"] == 1


def test_the_time_in_front_of_the_gate_counts(app, client):
    environ = create_environ("/health") | {ARRIVED: time.perf_counter() - 7}

    Flask.wsgi_app(app, environ, lambda *started: None)

    samples = figures(client)
    assert samples["rejoinder_http_request_seconds_bucket", "/health", "2.5"] == 0
    assert samples["rejoinder_http_request_seconds_count", "/health"] == 1


def test_requests_are_counted_by_route_never_by_url(client):
    client.post(COMMENTS, json=a_body())
    client.get("/v1/sites/demo/threads/a-canary-page/comments")
    client.get("/v1/a-canary-that-is-nowhere")

    samples = figures(client)

    assert samples["rejoinder_http_requests_total", "/v1/sites/<site_id>/comments", "202"] == 1
    assert samples["rejoinder_http_requests_total", "404", "none"] == 1
    assert "canary" not in client.get("/metrics").text


def test_nothing_of_a_person_is_in_the_figures(client):
    client.post(COMMENTS, json=a_body(name="Canary", email="canary@reader.example", body="A canary."))

    assert "canary" not in client.get("/metrics").text.lower()


def test_the_database_is_asked_at_most_every_few_seconds(sqlite_store):
    ticks = [0.0]
    collector = StoreCollector(sqlite_store, lambda: NOON, ticks=lambda: ticks[0])
    first = accepted(collector)
    received(sqlite_store)

    soon = accepted(collector)
    ticks[0] = FRESH_S
    later = accepted(collector)

    assert (first, soon, later) == (0, 0, 1)


def test_a_database_that_takes_long_to_count_is_asked_more_seldom(sqlite_store):
    took_s = 0.5
    moments = iter([0.0, took_s, RARELY * took_s - 1, RARELY * took_s, RARELY * took_s])
    collector = StoreCollector(sqlite_store, lambda: NOON, ticks=lambda: next(moments))
    accepted(collector)
    received(sqlite_store)

    assert [accepted(collector), accepted(collector)] == [0, 1]


def test_a_database_that_is_away_is_a_figure_not_an_error(client, sqlite_store, monkeypatch):
    def fail():
        raise StoreBusy("The database cannot be used at the moment.")

    monkeypatch.setattr(sqlite_store, "read", fail)

    assert figures(client)["rejoinder_database_up",] == 0


def accepted(collector):
    (found,) = [family for family in collector.collect() if family.name == "rejoinder_comments_accepted"]
    return found.samples[0].value


@pytest.mark.parametrize(
    ("address", "headers", "allow", "status"),
    [
        ("127.0.0.1", {}, "", 200),
        ("::1", {}, "", 200),
        ("::ffff:127.0.0.1", {}, "", 200),
        ("192.0.2.7", {}, "", 403),
        ("", {}, "", 403),
        ("192.0.2.7", {}, "192.0.2.0/24", 200),
        ("127.0.0.1", {}, "192.0.2.0/24", 403),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, "", 403),
    ],
)
def test_only_allowed_networks_read_the_figures(limited, address, headers, allow, status):
    client = limited(**({"metrics_allow": allow} if allow else {}))

    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})

    assert answer.status_code == status


@pytest.mark.parametrize(("author", "status"), [("192.0.2.7", 403), ("127.0.0.1", 200)])
def test_behind_a_known_proxy_the_client_counts(limited, author, status):
    client = limited(proxy_hops="1")

    answer = client.get("/metrics", headers={"X-Forwarded-For": author})

    assert answer.status_code == status
