import pytest

from moderation.accounts import Scope
from moderation.comment import Email
from moderation.config.rates import parse_rates
from moderation.dispatch import RedisProblem
from service.http.errors import TooMany
from service.rate_limits.limiter import FAIR_SHARE, Limiter, WindowCounter
from service.rate_limits.memory_windows import Hit, LocalWindows
from tests.builders import NOON, a_sealer, a_site
from tests.service.bodies import COMMENTS, a_body


def a_limiter(counter=None, **limits):
    given = {**dict.fromkeys(("network", "size", "reads", "email", "site", "checks"), "1000/hour"), **limits}
    rates = {name: parse_rates(text) for name, text in given.items()}
    return Limiter(counter or WindowCounter(), a_sealer(), **rates)


def send(client, address="192.0.2.1", **changes):
    return client.post(COMMENTS, json=a_body(**changes), environ_base={"REMOTE_ADDR": address})


def test_a_network_that_sends_too_much_is_told_when_to_try_again(limited):
    client = limited(limit_network="2/minute")
    send(client), send(client)

    answer = send(client)

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert f"Try again in {answer.headers['Retry-After']} second" in answer.get_json()["detail"]
    assert answer.get_json()["limit"] == "more than 2 submissions from your network in a minute"


def test_other_networks_are_not_concerned(limited):
    client = limited(limit_network="1/minute")
    send(client)

    assert send(client, "192.0.2.2").status_code == 202


def test_a_whole_ipv6_customer_is_one_network(limited):
    client = limited(limit_network="1/minute")
    send(client, "2001:db8:1:2::1")

    assert send(client, "2001:db8:1:2:ffff::9").status_code == 429
    assert send(client, "2001:db8:1:3::1").status_code == 202


def test_a_network_has_a_budget_of_bytes_on_each_site(limited, sqlite_store):
    sqlite_store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    client, body = limited(limit_bytes="1000/hour"), "é" * 400
    assert send(client, body=body).status_code == 202

    answer = send(client, body=body)

    assert answer.status_code == 429
    assert 60 < int(answer.headers["Retry-After"]) <= 3600
    assert answer.get_json()["limit"] == "more than 1000 bytes of text from your network in an hour"
    assert send(client, "192.0.2.2", body=body).status_code == 202
    assert client.post(COMMENTS.replace("demo", "other"), json=a_body(body=body)).status_code == 202


def test_a_server_with_a_key_has_no_budget_of_bytes(limited, key):
    client, headers = limited(limit_bytes="1000/hour"), key(Scope.SUBMIT)

    answers = [client.post(COMMENTS, json=a_body(body="b" * 900 + n), headers=headers) for n in "123"]

    assert {answer.status_code for answer in answers} == {202}


def test_every_one_of_several_windows_counts(limited):
    client = limited(limit_network="100/minute;2/hour")
    send(client), send(client)

    assert int(send(client).headers["Retry-After"]) > 60


def test_an_address_behind_no_proxy_cannot_be_forged(limited):
    client = limited(limit_network="1/minute")
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Client-IP"):
        client.post(COMMENTS, json=a_body(), headers={header: "198.51.100.7"})

    assert send(client, "127.0.0.1").status_code == 429


def test_behind_proxies_exactly_as_many_addresses_are_believed_as_there_are(limited):
    client = limited(limit_network="1/minute", proxy_hops="2")

    def send_through(forwarded):
        return client.post(COMMENTS, json=a_body(), headers={"X-Forwarded-For": forwarded}).status_code

    assert send_through("203.0.113.5, 10.0.0.1") == 202
    assert send_through("198.51.100.66, 203.0.113.5, 10.0.0.1") == 429  # the first one was invented by the sender
    assert send_through("203.0.113.6, 10.0.0.1") == 202


def test_an_author_who_sends_too_much_is_refused_from_any_network(limited):
    client = limited(limit_email="1/hour")
    send(client, "192.0.2.1", email="RITA@reader.example")

    assert send(client, "192.0.2.2").status_code == 429
    assert send(client, "192.0.2.2", email="other@reader.example").status_code == 202


def test_a_flood_never_closes_a_site_to_newcomers(limited):
    client = limited(limit_site="5/minute")
    flood = [send(client, "192.0.2.66", email=f"{number}@x.example").status_code for number in range(10)]

    newcomer = [send(client, "192.0.2.7", email=f"n{number}@x.example").status_code for number in range(5)]

    assert flood == [202] * 5 + [429] * 5
    assert newcomer == [202] * FAIR_SHARE + [429] * 2


def test_what_a_network_is_refused_does_not_use_up_the_sites_share():
    limiter = a_limiter(network="2/hour", site="4/hour")
    for _ in range(50):
        try:
            limiter.admit("demo", "192.0.2.66/32", None)
        except TooMany:
            continue

    for number in range(2):
        for _ in range(2):
            limiter.admit("demo", f"192.0.2.{number}/32", None)


def test_sites_are_counted_apart():
    limiter = a_limiter(network="1/hour", email="1/hour", site="1/hour")
    for site_id in ("demo", "other"):
        limiter.admit(site_id, "192.0.2.1/32", Email("rita@reader.example"))


def test_a_server_with_a_key_of_the_site_is_no_network_to_limit(limited, key):
    client = limited(limit_network="1/hour", limit_site="1/hour")
    from moderation.accounts import Scope

    for number in range(4):
        body = a_body(email=f"{number}@x.example")
        assert client.post(COMMENTS, json=body, headers=key(Scope.SUBMIT)).status_code == 202


def test_nothing_of_a_person_is_in_the_keys():
    storage = RecordingStorage()
    limiter = a_limiter(WindowCounter(storage))

    limiter.admit("demo", "192.0.2.1/32", Email("rita@reader.example"))

    assert len(storage.keys) == 3
    assert not [key for key in storage.keys if "rita" in key or "192.0" in key]


def test_a_submission_costs_one_command_for_all_windows():
    storage = RecordingStorage()
    limiter = a_limiter(
        WindowCounter(storage), network="20/minute;200/hour", email="10/minute;60/hour", site="600/minute"
    )

    limiter.admit("demo", "192.0.2.1/32", Email("rita@reader.example"))

    assert (storage.commands, len(storage.keys)) == (1, 5)


def test_without_redis_limits_are_counted_in_the_process():
    limiter = a_limiter(WindowCounter(BrokenStorage()), network="2/hour")
    limiter.admit("demo", "192.0.2.1/32", None)
    limiter.admit("demo", "192.0.2.1/32", None)

    with pytest.raises(TooMany):
        limiter.admit("demo", "192.0.2.1/32", None)


def test_a_redis_that_is_away_is_not_asked_for_every_comment():
    now, storage = [0.0], BrokenStorage()
    counter = WindowCounter(storage, ticks=lambda: now[0])

    for _ in range(10):
        counter.count([Hit("key", 60, 1000)])
    assert storage.asked == 1

    now[0] = 6.0
    counter.count([Hit("key", 60, 1000)])
    assert storage.asked == 2


def test_a_window_ends_and_another_begins():
    now = [0.0]
    windows = LocalWindows(clock=lambda: now[0])
    counts = []

    for now[0] in (0, 30, 59, 60, 61):
        counts += windows.count([Hit("key", 60, 1000)])

    assert counts == [1, 2, 3, 1, 2]
    assert windows.seconds_left("key") == 59


def test_what_has_ended_takes_no_room():
    now = [0.0]
    windows = LocalWindows(clock=lambda: now[0])
    for number in range(1_000):
        now[0] = number
        windows.count([Hit(f"key {number}", 10, 1000)])

    assert len(windows._kept[10]) <= 10


def test_a_flood_of_networks_does_not_fill_the_memory():
    windows = LocalWindows(clock=lambda: 0.0, max_keys=100)
    for number in range(1_000):
        windows.count([Hit(f"key {number}", 60, 1000)])

    assert len(windows._kept[60]) <= 101


class RecordingStorage(LocalWindows):
    """Remembers each key that was counted, and how often it was asked: each time is one command where it is Redis."""

    def __init__(self):
        super().__init__()
        self.commands, self.keys = 0, []

    def count(self, hits):
        self.commands += 1
        self.keys += [hit.key for hit in hits]
        return super().count(hits)


class BrokenStorage(LocalWindows):
    """Stands for a Redis that is away."""

    def __init__(self):
        super().__init__()
        self.asked = 0

    def count(self, hits):
        self.asked += 1
        raise RedisProblem("away")


def test_texts_that_strangers_want_scored_count_by_their_size_and_take_no_comment_of_theirs(limited):
    client = limited(limit_bytes="1000/hour", limit_network="1/hour")
    asked = [client.post("/v1/sites/demo/tone", json={"body": "é" * 200}).status_code for _ in range(3)]

    assert asked == [200, 200, 429]
    assert client.post(COMMENTS, json=a_body(body="Hi.")).status_code == 429  # too many bytes, not too many comments
