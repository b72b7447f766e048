"""Whose address a request has behind proxies."""

import logging

import pytest

from service.http.client_address import parse_address
from tests.service.bodies import COMMENTS, a_body


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("203.0.113.8", "203.0.113.8"),
        (" 203.0.113.8:51234 ", "203.0.113.8"),
        ("203.0.113.8:", "203.0.113.8"),
        ("2001:db8::5", "2001:db8::5"),
        ("[2001:db8::5]", "2001:db8::5"),
        ("[2001:db8::5]:443", "2001:db8::5"),
        ("fe80::1%eth0", "fe80::1%eth0"),
        ("[fe80::1%eth0]:80", "fe80::1%eth0"),
        ("::ffff:203.0.113.8", "::ffff:203.0.113.8"),
        ('"203.0.113.8"', "203.0.113.8"),
        ('"[2001:db8::5]:443"', "2001:db8::5"),
        ("for=203.0.113.8", "203.0.113.8"),
        ('For="[2001:db8::5]:4711";proto=https', "2001:db8::5"),
        ("proto=http;by=203.0.113.43;for=203.0.113.8:80", "203.0.113.8"),
    ],
)
def test_every_way_in_which_proxies_write_an_address_is_read(value, address):
    assert parse_address(value) == address


@pytest.mark.parametrize(
    "value",
    ["", "unknown", "_hidden", "for=_secret", "203.0.113.8.9", "999.0.0.1", "[2001:db8::5", "a.example:80", "é"],
)
def test_what_is_no_address_is_empty(value):
    assert parse_address(value) == ""


@pytest.mark.parametrize("form", ["203.0.113.{}:51234", "[2001:db8:0:{}::5]:443"])
def test_readers_whose_proxy_adds_a_port_have_limits_of_their_own(limited, form):
    client = limited(limit_network="1/minute", proxy_hops="1")

    def send(number):
        headers = {"X-Forwarded-For": form.format(number)}
        return client.post(COMMENTS, json=a_body(email=f"{number}@x.example"), headers=headers).status_code

    assert [send(1), send(2), send(3), send(1)] == [202, 202, 202, 429]


def test_unreadable_addresses_share_one_limit_and_are_logged_once_without_their_text(limited, caplog):
    client = limited(limit_network="2/minute", proxy_hops="1")

    with caplog.at_level(logging.WARNING, "rejoinder.service"):
        answers = [
            client.post(COMMENTS, json=a_body(), headers={"X-Forwarded-For": f"host-{number}"}).status_code
            for number in range(3)
        ]

    assert answers == [202, 202, 429]
    assert [record.getMessage().split(":")[0] for record in caplog.records] == ["X-Forwarded-For unreadable"]
    assert "host-" not in caplog.text


def test_a_request_that_came_past_the_proxies_keeps_the_address_of_its_peer(limited):
    client = limited(limit_network="1/minute", proxy_hops="2")

    def send(peer, **headers):
        answer = client.post(COMMENTS, json=a_body(), headers=headers, environ_base={"REMOTE_ADDR": peer})
        return answer.status_code

    assert send("192.0.2.1") == 202
    assert send("192.0.2.1", **{"X-Forwarded-For": "203.0.113.8"}) == 429
    assert send("192.0.2.2") == 202
