"""What is kept of an IP address: a masked form for moderators and a network for limits."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network


@lru_cache(maxsize=1024)
def mask_address(address: str) -> str:
    """An IPv4 address to its /24, an IPv6 address to its /48; "" when it is none. Fit to store and to show."""
    return _network(address, prefix_v4=24, prefix_v6=48)


@lru_cache(maxsize=1024)
def network_of(address: str) -> str:
    """Whom a limit counts as one: an IPv4 address (/32), an IPv6 network (/64); "" when it is none.

    An IPv6 customer commands at least a /64, so counting single addresses would limit nobody.
    """
    return _network(address, prefix_v4=32, prefix_v6=64)


def _network(address: str, *, prefix_v4: int, prefix_v6: int) -> str:
    parsed = _parsed(address)
    if parsed is None:
        return ""
    prefix = prefix_v4 if parsed.version == 4 else prefix_v6
    return str(ip_network(f"{parsed}/{prefix}", strict=False))


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """The address without its zone; an IPv4 address that IPv6 wraps as what it is."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return (parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None) or parsed
