"""IP addresses are never stored whole: a masked form is shown to moderators, and limits count networks."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network


@lru_cache(maxsize=1024)
def mask_address(address: str) -> str:
    """The /24 of an IPv4 address or the /48 of an IPv6 address, to store and to show; "" for anything else."""
    return _network(address, prefix_v4=24, prefix_v6=48)


@lru_cache(maxsize=1024)
def network_of(address: str) -> str:
    """The network that a limit counts: an IPv4 address (/32) or an IPv6 /64; "" for anything else.

    An IPv6 customer has at least a /64, so a limit on single addresses would have no effect.
    """
    return _network(address, prefix_v4=32, prefix_v6=64)


def _network(address: str, *, prefix_v4: int, prefix_v6: int) -> str:
    parsed = _parsed(address)
    if parsed is None:
        return ""
    prefix = prefix_v4 if parsed.version == 4 else prefix_v6
    return str(ip_network(f"{parsed}/{prefix}", strict=False))


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """The address without its zone; an IPv4-mapped address as IPv4."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return (parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None) or parsed
