"""What is kept of an IP address: a masked form for moderators and a network for limits."""

from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address


def mask_address(address: str) -> str:
    """An IPv4 address to its /24, an IPv6 address to its /48; "" when it is none. Fit to store and to show."""
    parsed = _parse(address)
    if parsed is None:
        return ""
    prefix = 24 if parsed.version == 4 else 48
    return str(_network(parsed, prefix))


def network_of(address: str) -> str:
    """Whom a limit counts as one: an IPv4 address (/32), an IPv6 network (/64); "" when it is none.

    An IPv6 customer commands at least a /64, so counting single addresses would limit nobody.
    """
    parsed = _parse(address)
    if parsed is None:
        return ""
    return str(_network(parsed, 32 if parsed.version == 4 else 64))


def _parse(address: str):  # type: ignore[no-untyped-def]
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(parsed, "ipv4_mapped", None)
    return mapped or parsed


def _network(parsed, prefix: int):  # type: ignore[no-untyped-def]
    kind = IPv4Network if isinstance(parsed, IPv4Address) else IPv6Network
    return kind((parsed, prefix), strict=False)
