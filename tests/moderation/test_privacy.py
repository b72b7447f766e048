"""What is kept of an address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.privacy import mask_address, network_of


@pytest.mark.parametrize(
    ("address", "masked", "network"),
    [
        ("192.0.2.7", "192.0.2.0/24", "192.0.2.7/32"),
        ("::ffff:192.0.2.7", "192.0.2.0/24", "192.0.2.7/32"),
        ("::ffff:c000:207", "192.0.2.0/24", "192.0.2.7/32"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/48", "fe80::/64"),
        ("", "", ""),
        ("unknown", "", ""),
        ("192.0.2.7:80", "", ""),
        ("192.0.2.7, 192.0.2.8", "", ""),
    ],
)
def test_an_address_is_masked_to_show_and_narrowed_to_count(address, masked, network):
    assert (mask_address(address), network_of(address)) == (masked, network)


@given(st.ip_addresses())
def test_no_address_is_kept_whole(address):
    assert mask_address(str(address)).endswith((".0/24", "::/48"))


@given(st.text())
def test_what_is_no_address_leaves_nothing_or_a_network(text):
    assert mask_address(text) == "" or "/" in mask_address(text)
