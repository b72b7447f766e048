"""Reads that cost have a limit for each network; cached answers have none."""

from datetime import timedelta

import pytest

from moderation.accounts import Role
from moderation.decision import Action, Reason
from service.auth.actors import SESSION_COOKIE
from tests.builders import NOON, a_decision, received

THREAD = "/v1/sites/demo/threads/a-page/comments"
LIMIT = "2/minute"


def statuses(client, url, *, times=3, **options):
    return [client.get(url, **options).status_code for _ in range(times)]


@pytest.fixture
def thread(sqlite_store):
    """A thread with an approved comment."""
    comment = received(sqlite_store)
    decision = a_decision(comment, Action.APPROVE, reason=Reason.CLEAN)
    sqlite_store.write(lambda uow: (uow.decisions.add([decision]), uow.threads.touch([comment.thread.id], at=NOON)))
    return comment


COSTLY = [
    "/v1/queue",
    "/v1/queue?text=bread",
    "/v1/queue?sort=spam",
    "/sites/demo/form?thread=x",
    "/demo",
    "/metrics",
    "/v1/sites/demo/counts?keys=a",
    "/v1/sites/demo/threads",
]


@pytest.mark.parametrize("url", COSTLY)
def test_an_answer_that_costs_is_refused_beyond_the_limit(limited, key, url):
    client = limited(limit_reads=LIMIT)

    assert statuses(client, url, headers=key()) == [200, 200, 429]

    refused = client.get(url, headers=key())
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert "2 pages made for your network" in refused.text or refused.mimetype == "text/html"


def test_the_queue_of_the_dashboard_is_counted(limited, sqlite_store):
    browser = limited(limit_reads=LIMIT)
    mina = sqlite_store.write(lambda uow: uow.accounts.add_moderator("Mina", Role.OWNER, ["demo"], at=NOON))
    session = {"kind": "session", "lifetime": timedelta(hours=1), "at": NOON}
    token = sqlite_store.write(lambda uow: uow.accounts.issue_sign_in(mina, **session))
    browser.set_cookie(SESSION_COOKIE, token)

    assert statuses(browser, "/dashboard/") == [200, 200, 429]


def test_another_network_reads_on(limited, key):
    client = limited(limit_reads=LIMIT)
    statuses(client, "/v1/queue", headers=key())

    elsewhere = client.get("/v1/queue", headers=key(), environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 200


def test_a_thread_is_counted_only_when_it_is_rendered(limited, thread):
    client = limited(limit_reads=LIMIT)

    assert statuses(client, THREAD, times=10) == [200] * 10
    assert statuses(client, f"{THREAD}?limit=1", times=10) == [200] * 10
    tag = client.get(THREAD).headers["ETag"]

    assert statuses(client, f"{THREAD}?limit=2", times=1) == [429]
    assert statuses(client, THREAD, headers={"If-None-Match": tag}) == [304] * 3


def test_pages_without_comments_are_not_counted(limited):
    client = limited(limit_reads=LIMIT)

    assert [statuses(client, THREAD.replace("a-page", key)) for key in "abc"] == [[200] * 3] * 3


@pytest.mark.parametrize("kind", ["html", "md", "atom"])
def test_each_format_of_a_thread_is_counted_when_it_is_rendered(limited, thread, kind):
    client = limited(limit_reads="1/minute")

    assert statuses(client, f"{THREAD}.{kind}") == [200] * 3
    assert statuses(client, f"{THREAD}.{kind}?limit=7") == [429] * 3


def test_health_checks_are_not_counted(limited, key):
    client = limited(limit_reads=LIMIT)
    statuses(client, "/v1/queue", headers=key())

    assert statuses(client, "/health") == [200] * 3
