from ipaddress import ip_address, ip_network

import pytest

from moderation.addresses import is_public, parsed_address

NOT_PUBLIC = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.0.170",
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.175.48.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a9fe:a9fe",
    "64:ff9b:1:fffe::",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::",
    "2620:4f:8000::1",
    "3fff::1",
    "3fff:fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "febf::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "4000::1",
    "2606:4700::1%eth0",
]

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "126.255.255.255",
    "128.0.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "192.0.1.1",
    "192.167.255.255",
    "198.17.255.255",
    "198.20.0.1",
    "223.255.255.255",
    "2001:4860:4860::8888",
    "2606:4700::1111",
    "2a00:1450::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]


def test_no_webhook_goes_to_an_address_that_is_not_public():
    assert [address for address in NOT_PUBLIC if is_public(ip_address(address))] == []


def test_a_webhook_may_go_to_a_public_address():
    assert [address for address in PUBLIC if not is_public(ip_address(address))] == []


def test_a_network_that_was_named_is_open_and_no_other():
    allow = (ip_network("127.0.0.0/8"), ip_network("fd00::/8"))

    assert is_public(ip_address("127.0.0.1"), allow=allow)
    assert is_public(ip_address("::ffff:127.0.0.1"), allow=allow)
    assert is_public(ip_address("fd12::1"), allow=allow)
    assert not is_public(ip_address("10.0.0.1"), allow=allow)
    assert not is_public(ip_address("::1"), allow=allow)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "0x7f.1", "0177.0.0.1", "2130706433", "0x7f000001", "127.0.1."]
)
def test_every_notation_of_loopback_that_a_resolver_takes_is_seen_through(host):
    assert not is_public(parsed_address(host))


@pytest.mark.parametrize("host", ["blog.example", "localhost", "1.2.3.4.5", "::1::", "256.1.1.1", "x" * 300, ""])
def test_a_name_is_no_address(host):
    assert parsed_address(host) is None
