from ipaddress import ip_address, ip_network

import pytest

from moderation.errors import Invalid
from moderation.messages import Message
from moderation.webhooks.endpoint import ENDPOINT_EVENTS, MAX_URL, checked_events, checked_url, why_refused
from moderation.webhooks.events import EventType

LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.mark.parametrize(
    "url",
    [
        "https://blog.example",
        "https://blog.example/hooks?from=rejoinder",
        "http://blog.example:8080/",
        "https://xn--bcher-kva.example/",
        "https://8.8.8.8:8443/hook",
        "https://[2606:4700::1111]/",
    ],
)
def test_a_url_that_webhooks_may_go_to_is_kept_as_it_is(url):
    assert checked_url(url) == url


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("blog.example/hooks", "begin with https://"),
        ("ftp://blog.example/", "begin with https://"),
        ("file:///etc/passwd", "begin with https://"),
        ("https:///hooks", "name a host"),
        ("https://ada:secret@blog.example/", "user name or password"),
        ("https://blog.example@127.0.0.1/", "user name or password"),
        ("https://@blog.example/", "user name or password"),
        ("https://blog.example/#part", "remove the #"),
        ("https://blog.example/#", "remove the #"),
        ("https://blog.example/" + "x" * MAX_URL, "2000 characters at most"),
        ("https://bücher.example/", "xn--"),
        ("https://127。0。0。1/", "ASCII"),
        ("https://blog.example/a b", "without spaces"),
        ("https://blog.example/\r\nX-Bad: 1", "ASCII without spaces"),
        ("https://blog.example\\@10.0.0.1/", "ASCII without spaces"),
        ("https://blog.example:99999/", "not a URL"),
        ("https://[::1/", "not a URL"),
        ("https://blog.example:22/", "port 22"),
        ("https://blog.example:0/", "port 0"),
        ("http://127.0.0.1/", "not public"),
        ("http://127.0.0.1./", "not public"),
        ("http://0x7f.1/", "not public"),
        ("http://2130706433/", "not public"),
        ("http://0177.0.0.1/", "not public"),
        ("http://[::ffff:127.0.0.1]/", "not public"),
        ("http://[::ffff:7f00:1]/", "not public"),
        ("http://[fe80::1%25eth0]/", "not public"),
        ("http://[64:ff9b::7f00:1]/", "not public"),
        ("http://169.254.169.254/latest/meta-data/", "not public"),
    ],
)
def test_a_forbidden_url_is_refused_with_a_hint(url, hint):
    with pytest.raises(Invalid, match=hint) as refused:
        checked_url(url)

    assert refused.value.field == "url"


def test_an_allowed_network_may_have_any_port():
    assert checked_url("http://127.0.0.1:3000/hook", allow=LOOPBACK)
    with pytest.raises(Invalid, match="not public"):
        checked_url("http://10.0.0.1:3000/hook", allow=LOOPBACK)


def test_one_private_address_among_public_ones_is_enough_to_refuse():
    found = [ip_address("8.8.8.8"), ip_address("10.0.0.1")]

    assert why_refused(found, port=443) == Message("connect.not_public")
    assert not why_refused(found[:1], port=443)


def test_an_unusual_port_is_open_only_in_allowed_networks():
    refusal = why_refused([ip_address("8.8.8.8")], port=6379, allow=LOOPBACK)

    assert refusal == Message("connect.port", {"port": "6379"})
    assert not why_refused([ip_address("127.0.0.1")], port=6379, allow=LOOPBACK)


def test_a_host_without_an_address_is_refused():
    assert why_refused([], port=443) == Message("connect.no_address")


def test_events_are_listed_once_each_in_a_fixed_order():
    assert checked_events(["comment.rejected", "comment.received", "comment.rejected"]) == (
        EventType.RECEIVED,
        EventType.REJECTED,
    )


@pytest.mark.parametrize("names", [[], ["comment.liked"], ["endpoint.test"]])
def test_an_unknown_event_is_refused_with_the_list_of_known_ones(names):
    with pytest.raises(Invalid, match=", ".join(ENDPOINT_EVENTS)):
        checked_events(names)
