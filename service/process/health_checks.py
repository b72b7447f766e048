"""What `rejoinder doctor` checks. Each check returns findings: what it saw and how to repair it."""

import shlex
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from moderation.addresses import is_public
from moderation.config.bootstrap import check_secret, opened_store
from moderation.config.home import secret_path
from moderation.config.settings import Settings
from moderation.config.smtp_server import Security
from moderation.dispatch import RedisProblem, connect, listeners
from moderation.errors import ModerationError
from moderation.jobs import jobs_of
from moderation.mail.smtp import check as check_mail_server
from moderation.page_problems import PROBLEMS, SHOWN_FOR, PageProblem
from moderation.site import Site
from moderation.store.database.diagnostics import diagnose
from moderation.store.database.migrate import check, shown
from moderation.webhooks.endpoint import Endpoint

MAX_CLOCK_OFFSET_S = 2.0
GIVEN_UP_FOR = timedelta(days=7)
PASSING = timedelta(minutes=10)
"""A failure that lasts no longer may be a restart of the receiver."""

LOW_DISK_BYTES, FULL_DISK_BYTES = 1_000_000_000, 100_000_000


class State(StrEnum):
    """How bad a finding is. Only WRONG makes `rejoinder doctor` exit with 1."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check. remedy: what to do, "" when nothing is wrong."""

    subject: str
    state: State
    text: str
    remedy: str = ""


def check_installation(settings: Settings) -> Iterator[Finding]:
    """Run every check, in the order in which one would repair things."""
    yield from (Finding("settings", State.NOTE, doubt, "Remove it or correct its name.") for doubt in settings.doubts)
    yield from home_findings(settings)
    database = list(database_findings(settings))
    yield from database
    yield from redis_findings(settings)
    yield model_finding(settings.model_path)
    yield from address_findings(settings)
    yield mail_finding(settings)
    if all(finding.state is not State.WRONG for finding in database):
        yield from site_findings(settings)
        yield from webhook_findings(settings, at=datetime.now(UTC))


def home_findings(settings: Settings) -> Iterator[Finding]:
    """The home folder: free space, and a secret that only its owner can read."""
    yield _disk_finding(settings.home)
    if settings.is_sqlite and settings.database_path.parent != settings.home:
        with suppress(FileNotFoundError):  # reported with the database
            yield _disk_finding(settings.database_path.parent)
    secret = secret_path(settings.home)
    if secret.exists() and secret.stat().st_mode & 0o077:
        yield Finding(
            "secret file", State.WRONG, f"others can read {secret}", f"chmod 600 {shlex.quote(str(secret))}"
        )


def _disk_finding(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    text = f"{free / 1e9:.1f} GB free at {folder}"
    if free >= LOW_DISK_BYTES:
        return Finding("disk", State.OK, text)
    state = State.WRONG if free < FULL_DISK_BYTES else State.NOTE
    return Finding("disk", state, text, "Free some space: a full disk means that every comment is refused.")


def database_findings(settings: Settings) -> Iterator[Finding]:
    """Reachable, migrated, writable, durable, with the right time and with our secret."""
    path = settings.database_path
    if settings.is_sqlite and not path.exists():
        remedy = "Run `rejoinder up`, or set REJOINDER_HOME to the home of your installation."
        yield Finding("database", State.WRONG, f"there is no file {path}", remedy)
        return
    try:
        revision = check(settings.database_url)
        if not revision.is_current:
            text = f"{shown(settings.database_url)} is at revision {revision.found or 'none'}, not {revision.needed}"
            yield Finding("database", State.WRONG, text, "Start `rejoinder up` (or `serve`), which migrates it.")
            return
        examined = diagnose(settings.database_url)
    except ModerationError as error:
        yield Finding("database", State.WRONG, str(error), "The end of the message says what to do.")
        return
    text = f"{examined.product} at {shown(settings.database_url)}, up to date, writable"
    yield Finding("database", State.OK, text)
    yield durability_finding(examined.durability, examined.unsafe)
    yield clock_finding("database", examined.time_s - time.time())
    yield secret_finding(settings)


def secret_finding(settings: Settings) -> Finding:
    """Whether the secret can decrypt what is in the database."""
    try:
        has_secret = check_secret(settings)
    except ModerationError as error:
        return Finding("secret", State.WRONG, str(error), "The end of the message says what to do.")
    if not has_secret:
        return Finding("secret", State.NOTE, "the database has none yet", "The next start sets it.")
    return Finding("secret", State.OK, "matches the database")


def durability_finding(durability: dict[str, str], unsafe: tuple[str, ...]) -> Finding:
    """Whether an accepted comment survives a power failure."""
    text = ", ".join(f"{name}={value}" for name, value in durability.items())
    if not unsafe:
        return Finding("durability", State.OK, text)
    return Finding("durability", State.WRONG, text, f"Change {', '.join(unsafe)}: it can lose accepted comments.")


def clock_finding(owner: str, offset_s: float) -> Finding:
    """Leases and retries compare the clocks of several machines."""
    text = f"differs by {abs(offset_s):.1f} s"
    if abs(offset_s) <= MAX_CLOCK_OFFSET_S:
        return Finding(f"{owner} clock", State.OK, text)
    remedy = "Synchronize both machines with NTP (timedatectl set-ntp true)."
    return Finding(f"{owner} clock", State.WRONG, text, remedy)


def redis_findings(settings: Settings) -> Iterator[Finding]:
    """Reachable, recent enough, never evicting, and persistent."""
    try:
        with connect(settings.redis_url) as redis:
            info = redis.info()
            seconds, microseconds = redis.time()
    except RedisProblem as error:
        yield _unreachable(settings, type(error).__name__)
        return
    yield from redis_settings(info)
    yield clock_finding("Redis", seconds + microseconds / 1e6 - time.time())
    yield from worker_findings(listeners(settings.redis_url) or {})


def worker_findings(counts: Mapping[str, int]) -> Iterator[Finding]:
    """Whether the queue of each role has a worker. counts: live workers, by role."""
    for role, count in counts.items():
        if count:
            yield Finding(f"{role} worker", State.OK, f"{count} running")
        else:
            names = ", ".join(job.name for job in jobs_of(role))
            remedy = "Start `rejoinder up` or `rejoinder work`."
            yield Finding(f"{role} worker", State.NOTE, f"none is running, so these jobs wait: {names}", remedy)


def _unreachable(settings: Settings, error: str) -> Finding:
    if settings.embeds_valkey:
        text = "the embedded Valkey is not running; it runs while `rejoinder up` does"
        return Finding("redis", State.NOTE, text, "Run `rejoinder up`, or set REJOINDER_REDIS_URL to a server.")
    remedy = "Start the server, or correct REJOINDER_REDIS_URL. Until then comments are accepted, and scored later."
    return Finding("redis", State.WRONG, f"no answer ({error})", remedy)


def redis_settings(info: dict[str, object]) -> Iterator[Finding]:
    """What the server's INFO says about its version, its memory policy and its persistence."""
    product = f"Valkey {info['valkey_version']}" if "valkey_version" in info else f"Redis {info['redis_version']}"
    if int(str(info["redis_version"]).split(".")[0]) < 7:
        yield Finding("redis", State.WRONG, product, "Use Redis 7 or newer, or any Valkey.")
    else:
        yield Finding("redis", State.OK, product)
    policy = str(info.get("maxmemory_policy", "unknown"))
    remedy = "" if policy == "noeviction" else "CONFIG SET maxmemory-policy noeviction, and set it in redis.conf too."
    yield Finding("redis memory", State.WRONG if remedy else State.OK, f"maxmemory-policy {policy}", remedy)
    is_persistent = bool(info.get("aof_enabled"))
    remedy = "" if is_persistent else "CONFIG SET appendonly yes: otherwise a restart delays scoring by some seconds."
    text = f"appendonly {'yes' if is_persistent else 'no'}"
    yield Finding("redis disk", State.OK if is_persistent else State.NOTE, text, remedy)


def model_finding(path: Path | None) -> Finding:
    """Whether the classifier loads and matches the hashes in its manifest."""
    remedy = "Install Rejoinder again, or correct REJOINDER_MODEL."
    try:
        from models.scorer import Scorer  # here, so that a broken numpy is a finding instead of a traceback
    except ImportError as error:
        return Finding("model", State.WRONG, f"cannot be imported: {error}", remedy)
    started = time.perf_counter()
    try:
        scorer = Scorer.from_setting(path)
    except ModerationError as error:
        return Finding("model", State.WRONG, str(error), remedy)
    return Finding("model", State.OK, f"{scorer.version}, loaded in {(time.perf_counter() - started) * 1000:.0f} ms")


def address_findings(settings: Settings) -> Iterator[Finding]:
    """Whether the public URL fits the proxies in front."""
    parts = urlsplit(settings.public_url)
    is_local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme == "http" and not is_local:
        remedy = "Put a proxy with TLS in front, and set REJOINDER_PUBLIC_URL to its https:// address."
        yield Finding("public URL", State.NOTE, f"{settings.public_url} is not encrypted", remedy)
    elif parts.scheme == "https" and not settings.proxy_hops:
        text = "https:// means that there is a proxy, but REJOINDER_PROXY_HOPS is 0: all authors share its address"
        yield Finding("public URL", State.NOTE, text, "Set REJOINDER_PROXY_HOPS to the number of proxies, usually 1.")
    else:
        yield Finding("public URL", State.OK, settings.public_url)


def mail_finding(settings: Settings) -> Finding:
    """Whether the mail server lets us in. Nothing is sent; `rejoinder mail test` does that."""
    if settings.smtp is None or settings.mail_from is None:
        return Finding("mail", State.OK, "off; moderators are not notified by mail")
    server = settings.smtp
    where = f"{server.host}:{server.port}"
    problem = check_mail_server(server, settings.mail_from.email).problem
    if problem:
        return Finding("mail", State.WRONG, f"{where}: {problem}", "Correct REJOINDER_SMTP_URL; see docs/mail.md.")
    how = {Security.TLS: "with TLS", Security.STARTTLS: "with STARTTLS", Security.NONE: "without TLS"}
    return Finding("mail", State.OK, f"{where} lets us in {how[server.security]}")


def site_findings(settings: Settings) -> Iterator[Finding]:
    """Whether proxies pass the authors' addresses on, and whether the pages of every site may use it."""
    with opened_store(settings) as store, store.read() as uow:
        sites = uow.sites.all()
        networks = uow.statistics.author_networks()
        lately = datetime.now(UTC) - SHOWN_FOR
        problems = [(site, problem) for site in sites for problem in uow.page_problems.since(site.id, at=lately)]
    if settings.proxy_hops and networks:
        yield proxy_finding(networks)
    if not sites:
        remedy = "Add one: rejoinder site add SITE --origin https://blog.example"
        yield Finding("sites", State.NOTE, "there are none", remedy)
    for site in sites:
        yield origin_finding(site)
    for site, problem in problems:
        yield page_finding(site, problem)


def page_finding(site: Site, problem: PageProblem) -> Finding:
    """What a page gave that could not be used. Its comments were taken, and their authors not troubled with it."""
    text, remedy = PROBLEMS[problem.field]
    return Finding(f"site {site.id}", State.NOTE, f"{text}: {problem.key}", remedy)


def webhook_findings(settings: Settings, *, at: datetime) -> Iterator[Finding]:
    """Whether the endpoints of every site take what is sent to them."""
    with opened_store(settings) as store, store.read() as uow:
        for site in uow.sites.all():
            for endpoint in uow.endpoints.all(site.id):
                given_up = uow.statistics.given_up(endpoint.id, since=at - GIVEN_UP_FOR)
                yield webhook_finding(endpoint, given_up=given_up, at=at)


def webhook_finding(endpoint: Endpoint, *, given_up: int, at: datetime) -> Finding:
    """Whether an endpoint takes what is sent to it. given_up: deliveries of the last week."""
    subject = f"webhook {endpoint.id}"
    where = f"{urlsplit(endpoint.url).hostname} of site {endpoint.site_id}"
    lost = f"{given_up:,} given up in the last week"
    if endpoint.disabled_at is not None:
        text = (
            f"{where} is disabled since {endpoint.disabled_at:%Y-%m-%d %H:%M} UTC: {endpoint.disabled_reason}; {lost}"
        )
        remedy = "Repair the receiver, enable it under Settings, Webhooks, and send again there what was given up."
        return Finding(subject, State.WRONG, text, remedy)
    if endpoint.failing_since is not None:
        text = f"{where} fails since {endpoint.failing_since:%Y-%m-%d %H:%M} UTC; {lost}"
        remedy = (
            "See under Settings, Webhooks, what it answers, and repair the receiver; it is tried again by itself."
        )
        state = State.WRONG if at - endpoint.failing_since > PASSING else State.NOTE
        return Finding(subject, state, text, remedy)
    if given_up:
        return Finding(subject, State.NOTE, f"{where} works; {lost}", "Send them again under Settings, Webhooks.")
    return Finding(subject, State.OK, f"{where} works")


def proxy_finding(networks: Sequence[str]) -> Finding:
    """Whether X-Forwarded-For named the authors of the latest comments. networks: masked, "" where unreadable."""
    unreadable, private = networks.count(""), sum(not _is_public(each) for each in networks if each)
    text = f"the addresses of {len(networks) - unreadable} of the latest {len(networks)} comments are readable"
    if unreadable:
        remedy = "Let the proxy put plain IP addresses into X-Forwarded-For; now these authors share a limit."
        state = State.WRONG if 2 * unreadable > len(networks) else State.NOTE
        return Finding("author addresses", state, f"{text}, {unreadable} are not", remedy)
    if 2 * private > len(networks):
        remedy = "Correct REJOINDER_PROXY_HOPS, and let every proxy append to X-Forwarded-For."
        return Finding("author addresses", State.NOTE, f"{text}, but most are those of a private network", remedy)
    return Finding("author addresses", State.OK, text)


def _is_public(network: str) -> bool:
    return is_public(ip_network(network).network_address)


def origin_finding(site: Site) -> Finding:
    """Whether a site has origins, and each of them with and without www."""
    subject = f"site {site.id}"
    command = f"rejoinder site add {site.id} --origin"
    if not site.origins:
        text = "has no origin, so no page may show its form"
        return Finding(subject, State.NOTE, text, f"{command} https://blog.example")
    missing = [twin for origin in site.origins for twin in _twins(origin) if twin not in site.origins]
    if not missing:
        return Finding(subject, State.OK, " ".join(site.origins))
    remedy = f"If your pages also answer there: {command} {missing[0]}"
    return Finding(subject, State.NOTE, f"pages opened as {missing[0]} are refused", remedy)


def _twins(origin: str) -> list[str]:
    """The origin with www if it has none, or without; host names without a dot and IP addresses have no twin."""
    parts = urlsplit(origin)
    host = parts.hostname or ""
    if "." not in host or host.replace(".", "").isdigit() or ":" in host:
        return []
    if host.startswith("www."):
        return [origin.replace("://www.", "://", 1)]
    return [origin.replace("://", "://www.", 1)] if host.count(".") == 1 else []
