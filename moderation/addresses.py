"""Which IP addresses are public. The standard library calls several tunnels to 127.0.0.1 global, so this has a table.

Sources: the IANA special-purpose registries for IPv4 and IPv6 (RFC 6890 and its updates) and the prefixes in which an
IPv6 address carries an IPv4 one.
"""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NOT_PUBLIC_4 = tuple(
    IPv4Network(each)
    for each in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by carriers
        "127.0.0.0/8",  # this machine
        "169.254.0.0/16",  # link-local, and the metadata service of clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)

_PUBLIC_6 = IPv6Network("2000::/3")  # all that is handed out; loopback, local, multicast and ::/96 lie outside
_NOT_PUBLIC_6 = tuple(
    IPv6Network(each)
    for each in (
        "2001::/23",  # protocol assignments, Teredo (2001::/32) among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, carries an IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)

_CARRIERS = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))
"""IPv4-mapped and NAT64: such an IPv6 address stands for the IPv4 address in its last bits, which is checked."""


def is_public(address: Address, *, allow: Sequence[Network] = ()) -> bool:
    """Whether a webhook may be sent to this address: public, or in one of the allowed networks."""
    if is_named(address, allow):
        return True
    meant = _carried(address)
    if isinstance(meant, IPv4Address):
        return not any(meant in network for network in _NOT_PUBLIC_4)
    is_global = meant in _PUBLIC_6 and meant.scope_id is None
    return is_global and not any(meant in network for network in _NOT_PUBLIC_6)


def is_named(address: Address, networks: Sequence[Network]) -> bool:
    """Whether the address, or the IPv4 address that it stands for, is in one of the networks."""
    meant = _carried(address)
    return any(meant in network for network in networks if network.version == meant.version)


def parsed_address(host: str) -> Address | None:
    """The IP address that a host is written as, in any notation that resolvers take; None for a name.

    `0x7f.1`, `2130706433`, `0177.0.0.1` and `127.1` all mean 127.0.0.1 to the C library.
    """
    host = host.rstrip(".")
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def _carried(address: Address) -> Address:
    if isinstance(address, IPv6Address) and any(address in network for network in _CARRIERS):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address
