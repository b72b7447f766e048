"""The mail server that REJOINDER_SMTP_URL names."""

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import parse_qsl, unquote, urlsplit

DEFAULT_PORTS = {"smtp": 587, "smtps": 465}


class Security(StrEnum):
    """How the connection is encrypted."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed in. security: with TLS or STARTTLS nothing is sent unless the certificate is valid.

    user: "" for a server that asks for no login. It is often an e-mail address, so it is not printed either.
    """

    host: str
    port: int
    security: Security
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


def smtp_url(text: str) -> SmtpServer:
    """A server from its URL. Raises ValueError.

    smtp:// upgrades by STARTTLS, but not to this machine itself or with ?starttls=no; smtps:// begins with TLS.
    """
    parts = urlsplit(text)
    options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    is_ours = parts.scheme in DEFAULT_PORTS and parts.hostname and parts.path in {"", "/"} and not parts.fragment
    if not is_ours or parts.port == 0 or not options.items() <= {("starttls", "no")} or not text.isprintable():
        raise ValueError("not the URL of a mail server")
    if (parts.scheme == "smtps" and options) or bool(parts.username) != bool(parts.password):
        raise ValueError("contradicts itself")
    host = parts.hostname or ""
    return SmtpServer(
        host=host,
        port=parts.port or DEFAULT_PORTS[parts.scheme],
        security=_security(parts.scheme, host, is_plain=bool(options)),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _security(scheme: str, host: str, *, is_plain: bool) -> Security:
    if scheme == "smtps":
        return Security.TLS
    return Security.NONE if is_plain or _is_loopback(host) else Security.STARTTLS


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
