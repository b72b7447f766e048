"""The list of settings.

To add a setting: an Option in OPTIONS, with its parser in this file; a field of the same name in `Settings`
(settings.py); and a section in docs/settings.md. Tests name what is missing.
"""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from moderation.addresses import Network
from moderation.config.rates import parse_rates
from moderation.config.smtp_server import smtp_url
from moderation.errors import Invalid
from moderation.mail.addresses import Mailbox, parsed_mailbox
from moderation.site import checked_origin

_PUBLIC_PATH = re.compile(r"(?:/(?!\.\.?(?:/|$))[A-Za-z0-9._~-]+)*")
_DATABASE = re.compile(r"/?|/\d{1,4}")

RESERVED_PATHS = frozenset(
    ("dashboard", "demo", "embed", "embed.css", "embed.d.ts", "embed.js", "embed.mjs", "health", "mail", "metrics")
) | {"my-data", "ready", "sites", "static", "thanks", "v1", "v1alpha1", "$discovery", "1.1", "1.2"}
"""The first segments of the service's own paths. A public path must not begin with one: it would be ambiguous."""

INTERNAL_VARIABLES = frozenset({"REJOINDER_FAILPOINT", "REJOINDER_HEARTBEAT_FD"})
"""Read by `moderation/process/failpoints.py` and `heartbeat.py`; not settings."""


@dataclass(frozen=True, slots=True)
class Option:
    """One setting.

    default: as a user would write it; "" when it is derived or there is none. parse: from text; raises ValueError.
    expected: completes the error "… cannot be …: expected …". is_secret: never shown, and may come from a file
    (NAME_FILE).
    """

    variable: str
    field: str
    default: str
    parse: Callable[[str], Any]
    expected: str
    is_secret: bool = False


def whole_number(text: str, *, least: int, most: int) -> int:
    """A whole number within bounds."""
    return int(_within(int(text), least, most))


def seconds(text: str, *, least: float, most: float) -> float:
    """A duration in seconds within bounds."""
    return _within(float(text), least, most)


def _within(number: float, least: float, most: float) -> float:
    if not least <= number <= most:
        raise ValueError(number)
    return number


def folder(text: str) -> Path:
    """An absolute path, of any characters that UTF-8 can encode."""
    text.encode()  # Python keeps bytes that are not UTF-8 as surrogates; a URL could not hold them
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError as problem:  # "~name" for a user who does not exist
        raise ValueError(text) from problem


def model_folder(text: str) -> Path:
    """An absolute path of a folder with a manifest.json. The files are verified when the model is loaded."""
    path = folder(text)
    if not (path / "manifest.json").is_file():
        raise ValueError(text)
    return path


def public_url(text: str) -> str:
    """The origin as browsers write it, since their Origin is compared with it, and the path without a last slash."""
    parts = urlsplit(text)
    path = parts.path.rstrip("/")
    if not text.isprintable() or parts.port == 0 or not _PUBLIC_PATH.fullmatch(path):
        raise ValueError(text)
    if path.split("/")[1:2] and path.split("/")[1] in RESERVED_PATHS:
        raise ValueError(text)
    try:
        return checked_origin(parts._replace(path="").geturl()) + path
    except Invalid as problem:
        raise ValueError(text) from problem


def database_url(text: str) -> str:
    """An SQLite file, or a PostgreSQL server. In-memory SQLite is refused: every process opens the database."""
    path = text.removeprefix("sqlite:///")
    if path != text and path not in {"", ":memory:"} and not set(path) & set("?#"):
        return sqlite_url(folder(unquote(path)))
    if text.startswith(("postgresql://", "postgresql+psycopg://")) and urlsplit(text).path.strip("/"):
        return text
    raise ValueError(text)


def sqlite_url(path: Path) -> str:
    """The URL of an SQLite file; the path may hold any characters."""
    return f"sqlite:///{quote(str(path))}"


def redis_url(text: str) -> str:
    """Redis or Valkey, over TCP, TLS or a Unix socket."""
    parts = urlsplit(text)
    is_server = parts.scheme in {"redis", "rediss"} and parts.hostname and parts.port != 0
    if not (is_server and _DATABASE.fullmatch(parts.path)) and not (parts.scheme == "unix" and parts.path):
        raise ValueError(text)
    from moderation.dispatch import check_url  # here: most commands do not need the slow import of a Redis client

    check_url(text)
    return text


def networks(text: str) -> tuple[Network, ...]:
    """IP networks, separated by commas."""
    return tuple(ipaddress.ip_network(each.strip()) for each in text.split(",") if each.strip())


def long_secret(text: str) -> bytes:
    """At least 32 characters."""
    if len(text) < 32:
        raise ValueError("too short")
    return text.encode()


def mailbox(text: str) -> Mailbox:
    """An address, with or without a name."""
    try:
        return parsed_mailbox(text)
    except Invalid as problem:
        raise ValueError("not an address") from problem


def host(text: str) -> str:
    """An IP address to listen on, or "localhost"; the server takes no other names."""
    if text == "localhost":
        return "127.0.0.1"
    ipaddress.ip_address(text)
    return text


def encoder_use(text: str) -> bool:
    """Whether the multilingual encoder may be asked."""
    return {"auto": True, "off": False}[_one_of(text.lower(), "auto", "off")]


def _one_of(text: str, *known: str) -> str:
    if text not in known:
        raise ValueError(text)
    return text


def level(text: str) -> str:
    """A log level."""
    return _one_of(text.lower(), "debug", "info", "warning", "error")


def _count(least: int, most: int) -> tuple[Callable[[str], Any], str]:
    return partial(whole_number, least=least, most=most), f"a whole number from {least} to {most}"


def _duration(least: float, most: float) -> tuple[Callable[[str], Any], str]:
    return partial(seconds, least=least, most=most), f"seconds, a number from {least:g} to {most:g}"


_PUBLIC_URL = (
    "https://host, http://host:port or https://host/path, with a path of letters, digits and . _ ~ - "
    "that does not begin like one of Rejoinder's own (/v1, /dashboard, /sites, …)"
)
_POSTGRES = "sqlite:////folder/file.db or postgresql://user:password@host/name"
_REDIS = (
    "redis://host:6379/0, rediss://host:6379/0 or unix:///folder/valkey.sock, "
    "with options such as ?db=1 or ?ssl_ca_certs=/file"
)
_SMTP = "smtp://user:password@host:587, smtps://user:password@host:465 or smtp://host:25?starttls=no"
_LIMITS = "a limit like 20/minute, or several like 20/minute;200/hour"

OPTIONS: tuple[Option, ...] = (
    Option("REJOINDER_HOME", "home", "rejoinder-home", folder, "the path of a folder, in UTF-8"),
    Option(
        "REJOINDER_HOST", "host", "127.0.0.1", host, "an address of this machine, such as 127.0.0.1, 0.0.0.0 or ::"
    ),
    Option("REJOINDER_PORT", "port", "8080", *_count(1, 65535)),
    Option("REJOINDER_PUBLIC_URL", "public_url", "", public_url, _PUBLIC_URL),
    Option("REJOINDER_DATABASE_URL", "database_url", "", database_url, _POSTGRES, is_secret=True),
    Option("REJOINDER_REDIS_URL", "redis_url", "", redis_url, _REDIS, is_secret=True),
    Option("REJOINDER_SECRET", "given_secret", "", long_secret, "at least 32 characters of your own", is_secret=True),
    Option("REJOINDER_WEB_PROCESSES", "web_processes", "", *_count(1, 64)),
    Option("REJOINDER_WEB_THREADS", "web_threads", "16", *_count(1, 64)),
    Option("REJOINDER_SCORING_WORKERS", "scoring_workers", "1", *_count(1, 64)),
    Option("REJOINDER_PROXY_HOPS", "proxy_hops", "0", *_count(0, 8)),
    Option("REJOINDER_OUTGOING_ALLOW", "outgoing_allow", ",", networks, "networks like 127.0.0.0/8,fd00::/8"),
    Option(
        "REJOINDER_METRICS_ALLOW", "metrics_allow", "127.0.0.0/8,::1", networks, "networks like 127.0.0.0/8,fd00::/8"
    ),
    Option("REJOINDER_SMTP_URL", "smtp", "", smtp_url, _SMTP, is_secret=True),
    Option("REJOINDER_MAIL_FROM", "mail_from", "", mailbox, "an address like Comments <comments@blog.example>"),
    Option("REJOINDER_LEASE_S", "lease_s", "60", *_duration(1, 3600)),
    Option("REJOINDER_SWEEP_S", "sweep_s", "5", *_duration(0.1, 3600)),
    Option("REJOINDER_LIMIT_NETWORK", "limit_network", "120/minute;2000/hour", parse_rates, _LIMITS),
    Option("REJOINDER_LIMIT_BYTES", "limit_bytes", "1000000/minute;10000000/hour", parse_rates, _LIMITS),
    Option("REJOINDER_LIMIT_READS", "limit_reads", "1200/minute", parse_rates, _LIMITS),
    Option("REJOINDER_LIMIT_EMAIL", "limit_email", "30/minute;300/hour", parse_rates, _LIMITS),
    Option("REJOINDER_LIMIT_SITE", "limit_site", "6000/minute", parse_rates, _LIMITS),
    Option("REJOINDER_LIMIT_CHECKS", "limit_checks", "60000/minute", parse_rates, _LIMITS),
    Option("REJOINDER_MAX_BODY_BYTES", "max_body_bytes", "1048576", *_count(1024, 10_485_760)),
    Option("REJOINDER_MODEL", "model_path", "", model_folder, "a folder that holds a trained model"),
    Option("REJOINDER_ENCODER", "uses_encoder", "auto", encoder_use, "auto or off"),
    Option("REJOINDER_LOG_LEVEL", "log_level", "info", level, "debug, info, warning or error"),
)
