"""The settings of all processes, read once from the environment. To add one, see options.py."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from moderation.addresses import Network
from moderation.config.home import kept_secret, socket_path
from moderation.config.options import INTERNAL_VARIABLES, OPTIONS, Option, sqlite_url
from moderation.config.rates import Rate
from moderation.config.smtp_server import SmtpServer
from moderation.errors import BadSetting
from moderation.mail.addresses import Mailbox


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process; docs/settings.md describes each. Names of durations end in their unit.

    embeds_valkey: REJOINDER_REDIS_URL is not set, so `rejoinder up` runs a Valkey at `redis_url`.
    given_secret: REJOINDER_SECRET; None when the secret is in the home (see `secret`).
    smtp, mail_from: both None when no mail is sent.
    doubts: a sentence about each variable that looks like a misspelt setting, for `up` and `doctor`.
    """

    home: Path
    host: str
    port: int
    public_url: str
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    embeds_valkey: bool
    given_secret: bytes | None = field(repr=False)
    web_processes: int
    web_threads: int
    scoring_workers: int
    proxy_hops: int
    outgoing_allow: tuple[Network, ...]
    metrics_allow: tuple[Network, ...]
    smtp: SmtpServer | None
    mail_from: Mailbox | None
    lease_s: float
    sweep_s: float
    limit_network: tuple[Rate, ...]
    limit_bytes: tuple[Rate, ...]
    limit_reads: tuple[Rate, ...]
    limit_email: tuple[Rate, ...]
    limit_site: tuple[Rate, ...]
    limit_checks: tuple[Rate, ...]
    max_body_bytes: int
    model_path: Path | None
    uses_encoder: bool
    log_level: str
    doubts: tuple[str, ...] = ()

    @property
    def public_origin(self) -> str:
        """Scheme, host and port of the public URL: what browsers send as Origin."""
        return self.public_url.removesuffix(self.public_path)

    @property
    def public_path(self) -> str:
        """The path of the public URL, such as "/comments"; "" when it has none."""
        return urlsplit(self.public_url).path

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file of this machine."""
        return self.database_url.startswith("sqlite")

    @property
    def database_path(self) -> Path:
        """The path of the SQLite file."""
        return Path(unquote(self.database_url.removeprefix("sqlite:///")))

    @property
    def secret(self) -> bytes:
        """The secret that encrypts and signs, from the setting or from the home. Raises BadSetting."""
        return self.given_secret or kept_secret(self.home)

    @staticmethod
    def from_env(environ: Mapping[str, str]) -> "Settings":
        """Read every setting and create the home folder. Raises BadSetting."""
        values = {option.field: read(option, environ) for option in OPTIONS}
        values["doubts"] = doubts_about(environ)
        home = made_home(values["home"])
        values["embeds_valkey"] = values["redis_url"] is None
        values["redis_url"] = values["redis_url"] or f"unix://{socket_path(home)}"
        values["database_url"] = values["database_url"] or sqlite_url(home / "rejoinder.db")
        values["public_url"] = values["public_url"] or f"http://localhost:{values['port']}"
        _check_mail(values["smtp"], values["mail_from"])
        values["web_processes"] = _processes(values["web_processes"], values["database_url"])
        return Settings(**values)


def read(option: Option, environ: Mapping[str, str]) -> Any:
    """One setting's value or default; None without either. Raises BadSetting."""
    text = _text_of(option, environ) or option.default
    if not text:
        return None
    try:
        return option.parse(text)
    except ValueError as problem:
        raise BadSetting(
            f"{option.variable} cannot be {_shown(option, text)}: expected {option.expected}."
        ) from problem


def doubts_about(environ: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence about each unknown variable, with the nearest name. They are not refused: Kubernetes, for one, sets
    variables with the prefix of a service's name."""
    known = {option.variable for option in OPTIONS} | {
        f"{option.variable}_FILE" for option in OPTIONS if option.is_secret
    }
    strangers = {name for name in environ if name.startswith("REJOINDER_")} - known - INTERNAL_VARIABLES
    return tuple(_doubt(name, known) for name in sorted(strangers))


def _doubt(name: str, known: set[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1)
    hint = f"Did you mean {near[0]}?" if near else "docs/settings.md lists those that exist."
    return f"{name} is not a setting of Rejoinder and has no effect. {hint}"


def made_home(home: Path) -> Path:
    """The home folder, created with mode 0700 if it is missing. Raises BadSetting."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise BadSetting(f"REJOINDER_HOME cannot be {str(home)!r}: {problem.strerror}. {_HOME_REMEDY}") from problem
    if not os.access(home, os.W_OK | os.X_OK):
        raise BadSetting(f"REJOINDER_HOME cannot be {str(home)!r}: it cannot be written. {_HOME_REMEDY}")
    return home


_HOME_REMEDY = "Expected a folder that this user may write; name another one or change its owner."


def _text_of(option: Option, environ: Mapping[str, str]) -> str:
    """The text of the variable or, for a secret, of the file that NAME_FILE names."""
    text, path = environ.get(option.variable, "").strip(), environ.get(f"{option.variable}_FILE", "").strip()
    if not (option.is_secret and path):
        return text
    if text:
        raise BadSetting(f"{option.variable} and {option.variable}_FILE are both set: expected only one of them.")
    named = f"{option.variable}_FILE cannot be {path!r}"
    try:
        kept = Path(path).read_text("utf-8").strip()
    except (OSError, ValueError) as problem:
        raise BadSetting(f"{named}: expected the path of a text file that can be read.") from problem
    if not kept:
        raise BadSetting(f"{named}: the file is empty, expected {option.expected}.")
    return kept


def _shown(option: Option, text: str) -> str:
    """A value for an error message; of a secret only the URL's scheme or the length."""
    if not option.is_secret:
        return repr(text)
    scheme, found, _ = text.partition("://")
    return f"'{scheme}://…'" if found else f"the {len(text)} characters that it is set to"


def _check_mail(smtp: SmtpServer | None, mail_from: Mailbox | None) -> None:
    """Mail is on with both settings and off with none."""
    if smtp and not mail_from:
        raise BadSetting("REJOINDER_MAIL_FROM is not set: expected the address that mail comes from.")
    if mail_from and not smtp:
        raise BadSetting("REJOINDER_SMTP_URL is not set: expected the mail server for REJOINDER_MAIL_FROM.")


def _processes(wanted: int | None, database_url: str) -> int:
    """One process on SQLite, which has one writer; on PostgreSQL as many as wanted, by default up to four."""
    if not database_url.startswith("sqlite"):
        return wanted or min(os.cpu_count() or 1, 4)
    if wanted not in (None, 1):
        raise BadSetting(
            f"REJOINDER_WEB_PROCESSES cannot be '{wanted}' with SQLite: expected 1, "
            "or PostgreSQL in REJOINDER_DATABASE_URL."
        )
    return 1
