"""What can be wrong with an installation, and how to mend it. Each check asks, and returns what it found."""

import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from moderation.config.bootstrap import check_secret, opened_store
from moderation.config.home import secret_path
from moderation.config.settings import Settings
from moderation.dispatch import RedisProblem, connect, listeners
from moderation.errors import ModerationError
from moderation.jobs import jobs_of
from moderation.site import Site
from moderation.store.database.diagnostics import examine
from moderation.store.database.migrate import check, shown

CLOCK_S = 2.0
LITTLE_BYTES, TOO_LITTLE_BYTES = 1_000_000_000, 100_000_000


class State(StrEnum):
    """How bad it is: only what is wrong makes the doctor end with exit code 1."""

    WELL = "well"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. remedy: what to do about it, "" when all is well."""

    about: str
    state: State
    told: str
    remedy: str = ""


def examination(settings: Settings) -> Iterator[Finding]:
    """Every check, in the order in which one would mend things."""
    yield from (Finding("settings", State.NOTE, doubt, "Take it away or mend its name.") for doubt in settings.doubts)
    yield from home_findings(settings)
    database = list(database_findings(settings))
    yield from database
    yield from redis_findings(settings)
    yield model_finding(settings.model_path)
    yield from address_findings(settings)
    if all(finding.state is not State.WRONG for finding in database):
        yield from site_findings(settings)


def home_findings(settings: Settings) -> Iterator[Finding]:
    """The data folder: room, and no secret that others may read."""
    yield _room_at(settings.home)
    if settings.is_sqlite and settings.database_path.parent != settings.home:
        with suppress(FileNotFoundError):  # told with the database
            yield _room_at(settings.database_path.parent)
    secret = secret_path(settings.home)
    if secret.exists() and secret.stat().st_mode & 0o077:
        yield Finding("secret file", State.WRONG, f"{secret} can be read by others", f"chmod 600 {secret}")


def _room_at(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    told = f"{free / 1e9:.1f} GB free at {folder}"
    if free >= LITTLE_BYTES:
        return Finding("disk", State.WELL, told)
    state = State.WRONG if free < TOO_LITTLE_BYTES else State.NOTE
    return Finding("disk", state, told, "Make room: without any, no comment can be taken in.")


def database_findings(settings: Settings) -> Iterator[Finding]:
    """Reachable, up to date, writable, durable, of our time, and begun with our secret."""
    path = settings.database_path
    if settings.is_sqlite and not path.exists():
        remedy = "Run `rejoinder up`; or set REJOINDER_HOME to the home of your installation."
        yield Finding("database", State.WRONG, f"there is none at {path}", remedy)
        return
    try:
        revision = check(settings.database_url)
        if not revision.is_current:
            told = (
                f"{shown(settings.database_url)} has revision {revision.found or 'none'}, {revision.needed} is needed"
            )
            yield Finding(
                "database", State.WRONG, told, "Start `rejoinder up` (or `serve`): it brings it up to date."
            )
            return
        examined = examine(settings.database_url)
    except ModerationError as problem:
        yield Finding("database", State.WRONG, str(problem), "See the end of the sentence.")
        return
    yield Finding(
        "database", State.WELL, f"{examined.product} at {shown(settings.database_url)}, up to date, writable"
    )
    yield durability_finding(examined.durability, examined.unsafe)
    yield clock_finding("database", examined.time_s - time.time())
    yield secret_finding(settings)


def secret_finding(settings: Settings) -> Finding:
    """Whether what is sealed in the database can be opened."""
    try:
        has_begun = check_secret(settings)
    except ModerationError as problem:
        return Finding("secret", State.WRONG, str(problem), "See the end of the sentence.")
    if not has_begun:
        return Finding("secret", State.NOTE, "this database has begun with none yet", "The next start lets it begin.")
    return Finding("secret", State.WELL, "the one that this database began with")


def durability_finding(durability: dict[str, str], unsafe: tuple[str, ...]) -> Finding:
    """Whether a comment that was answered for is still there after the power was lost."""
    told = ", ".join(f"{name}={value}" for name, value in durability.items())
    if not unsafe:
        return Finding("durability", State.WELL, told)
    remedy = f"Change {', '.join(unsafe)}: with it, accepted comments can be lost."
    return Finding("durability", State.WRONG, told, remedy)


def clock_finding(whose: str, offset_s: float) -> Finding:
    """Leases and retries compare the times of several machines."""
    told = f"{abs(offset_s):.1f} s apart from ours"
    if abs(offset_s) <= CLOCK_S:
        return Finding(f"{whose} clock", State.WELL, told)
    remedy = "Let both machines keep time by NTP (timedatectl set-ntp true)."
    return Finding(f"{whose} clock", State.WRONG, told, remedy)


def redis_findings(settings: Settings) -> Iterator[Finding]:
    """Reachable, new enough, forgetting nothing, and on disk."""
    try:
        with connect(settings.redis_url) as redis:
            info = redis.info()
            seconds, microseconds = redis.time()
    except RedisProblem as problem:
        yield _unreachable(settings, type(problem).__name__)
        return
    yield from redis_settings(info)
    yield clock_finding("Redis", seconds + microseconds / 1e6 - time.time())
    yield from worker_findings(listeners(settings.redis_url) or {})


def worker_findings(counts: Mapping[str, int]) -> Iterator[Finding]:
    """Whether the queue of each role has a worker. counts: live workers, by role."""
    for role, count in counts.items():
        if count:
            yield Finding(f"{role} worker", State.WELL, f"{count} running")
        else:
            names = ", ".join(job.name for job in jobs_of(role))
            remedy = "Start `rejoinder up` or `rejoinder work`."
            yield Finding(f"{role} worker", State.NOTE, f"none is running, so these jobs wait: {names}", remedy)


def _unreachable(settings: Settings, problem: str) -> Finding:
    if settings.embeds_valkey:
        told = "the embedded Valkey does not run; it does while `rejoinder up` does"
        return Finding("redis", State.NOTE, told, "Run `rejoinder up`, or set REJOINDER_REDIS_URL to a server.")
    remedy = "Start the server, or correct REJOINDER_REDIS_URL. Until then comments are kept, and scored afterwards."
    return Finding("redis", State.WRONG, f"no answer ({problem})", remedy)


def redis_settings(info: dict[str, object]) -> Iterator[Finding]:
    """What a server's INFO says about its version, its memory policy and its persistence."""
    product = f"Valkey {info['valkey_version']}" if "valkey_version" in info else f"Redis {info['redis_version']}"
    if int(str(info["redis_version"]).split(".")[0]) < 7:
        yield Finding("redis", State.WRONG, product, "Use Redis 7 or newer, or any Valkey.")
    else:
        yield Finding("redis", State.WELL, product)
    policy = str(info.get("maxmemory_policy", "unknown"))
    remedy = "" if policy == "noeviction" else "CONFIG SET maxmemory-policy noeviction, and the same in its file."
    yield Finding("redis memory", State.WRONG if remedy else State.WELL, f"maxmemory-policy {policy}", remedy)
    is_kept = bool(info.get("aof_enabled"))
    remedy = (
        "" if is_kept else "CONFIG SET appendonly yes: else a restart loses the rings, and comments wait for a sweep."
    )
    yield Finding(
        "redis disk", State.WELL if is_kept else State.NOTE, f"appendonly {'yes' if is_kept else 'no'}", remedy
    )


def model_finding(path: Path | None) -> Finding:
    """Whether the classifier loads, with the hashes that its manifest names."""
    remedy = "Install Rejoinder again, or correct REJOINDER_MODEL."
    try:
        from models.scorer import Scorer  # here, because an installation without arrays is a finding too
    except ImportError as problem:
        return Finding("model", State.WRONG, f"it cannot be used: {problem}", remedy)
    began = time.perf_counter()
    try:
        scorer = Scorer.from_setting(path)
    except ModerationError as problem:
        return Finding("model", State.WRONG, str(problem), remedy)
    return Finding("model", State.WELL, f"{scorer.version}, loaded in {(time.perf_counter() - began) * 1000:.0f} ms")


def address_findings(settings: Settings) -> Iterator[Finding]:
    """Whether browsers reach us in the way that we tell them."""
    parts = urlsplit(settings.public_url)
    is_local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme == "http" and not is_local:
        remedy = "Put a proxy with TLS in front, and set REJOINDER_PUBLIC_URL to its https:// address."
        yield Finding("public url", State.NOTE, f"{settings.public_url} is not encrypted", remedy)
    elif parts.scheme == "https" and not settings.proxy_hops:
        told = "https:// means a proxy in front, but REJOINDER_PROXY_HOPS is 0: every author has the proxy's address"
        yield Finding("public url", State.NOTE, told, "Set REJOINDER_PROXY_HOPS to the number of proxies, usually 1.")
    else:
        yield Finding("public url", State.WELL, settings.public_url)


def site_findings(settings: Settings) -> Iterator[Finding]:
    """Whether the pages of every site may use it."""
    with opened_store(settings) as store, store.read() as uow:
        sites = uow.sites.all()
    if not sites:
        yield Finding("sites", State.NOTE, "there is none", "rejoinder site add SITE --origin https://blog.example")
    for site in sites:
        yield origin_finding(site)


def origin_finding(site: Site) -> Finding:
    """Whether a site has origins, and the twin of each under which people may open the same page."""
    about = f"site {site.id}"
    command = f"rejoinder site add {site.id} --origin"
    if not site.origins:
        return Finding(about, State.NOTE, "no page may show its form", f"{command} https://blog.example")
    missing = [twin for origin in site.origins for twin in _twins(origin) if twin not in site.origins]
    if not missing:
        return Finding(about, State.WELL, " ".join(site.origins))
    told = f"a page opened as {missing[0]} is refused"
    return Finding(about, State.NOTE, told, f"If your pages also answer there: {command} {missing[0]}")


def _twins(origin: str) -> list[str]:
    """The same host with or without www; hosts without a dot and addresses have none."""
    parts = urlsplit(origin)
    host = parts.hostname or ""
    if "." not in host or host.replace(".", "").isdigit() or ":" in host:
        return []
    if host.startswith("www."):
        return [origin.replace("://www.", "://", 1)]
    return [origin.replace("://", "://www.", 1)] if host.count(".") == 1 else []
