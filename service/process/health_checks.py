"""What `rejoinder doctor` checks. Each check returns findings: what it saw and how to repair it."""

import shlex
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from moderation.config.bootstrap import check_secret
from moderation.config.home import secret_path
from moderation.config.settings import Settings
from moderation.config.smtp_server import Security
from moderation.dispatch import RedisProblem, connect, listeners
from moderation.errors import ModerationError
from moderation.jobs import jobs_of
from moderation.mail.smtp import check as check_mail_server
from moderation.store.database.diagnostics import diagnose
from moderation.store.database.migrate import check, shown
from service.process.findings import Finding, State
from service.process.site_checks import site_findings, webhook_findings

MAX_CLOCK_OFFSET_S = 2.0
LOW_DISK_BYTES, FULL_DISK_BYTES = 1_000_000_000, 100_000_000


def check_installation(settings: Settings) -> Iterator[Finding]:
    """Run every check, in the order in which one would repair things."""
    yield from (Finding("settings", State.NOTE, doubt, "Remove it or correct its name.") for doubt in settings.doubts)
    yield from home_findings(settings)
    database = list(database_findings(settings))
    yield from database
    yield from redis_findings(settings)
    yield model_finding(settings.model_path)
    yield encoder_finding(uses_encoder=settings.uses_encoder)
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


def encoder_finding(*, uses_encoder: bool) -> Finding:
    """Whether the optional encoder is asked, and still says what it said when it was checked."""
    remedy = "Scores are without it. Repair or remove the package, or set REJOINDER_ENCODER=off; see docs/models.md."
    try:
        from models.inference.sentence_encoder import BadEncoder, SentenceEncoder, is_installed
    except ImportError as error:
        return Finding("encoder", State.WRONG, f"cannot be imported: {error}", remedy)
    if not uses_encoder:
        return Finding("encoder", State.OK, "off, by REJOINDER_ENCODER")
    if not is_installed():
        return Finding("encoder", State.OK, "not installed; it is optional")
    try:
        encoder = SentenceEncoder.find()
        encoder.check()
    except BadEncoder as problem:
        return Finding("encoder", State.WRONG, str(problem), remedy)
    return Finding("encoder", State.OK, f"{encoder.version}, asked about {', '.join(sorted(encoder.slopes))}")


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
