"""What `rejoinder doctor` checks of each site: its pages, its endpoints, and what proxies say of its authors."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from urllib.parse import urlsplit

from moderation.addresses import is_public
from moderation.config.bootstrap import opened_store
from moderation.config.settings import Settings
from moderation.page_problems import PROBLEMS, SHOWN_FOR, PageProblem
from moderation.site import Site
from moderation.webhooks.endpoint import Endpoint
from service.process.findings import Finding, State

GIVEN_UP_FOR = timedelta(days=7)
PASSING = timedelta(minutes=10)
"""A failure that lasts no longer may be a restart of the receiver."""


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
        yield from proof_findings(site)
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


def proof_findings(site: Site) -> Iterator[Finding]:
    """Origins on whose pages no browser can do what the site asks for in a flood: those that are not secure."""
    plain = [origin for origin in site.origins if not _is_secure(origin)]
    if site.form.proof and plain:
        text = f"asks for proof of work in a flood, but browsers calculate none at {' '.join(plain)}"
        remedy = "Serve these pages over https; until then their comments are held in a flood."
        yield Finding(f"site {site.id}", State.NOTE, text, remedy)


def _is_secure(origin: str) -> bool:
    parts = urlsplit(origin)
    host = parts.hostname or ""
    return parts.scheme == "https" or host in {"localhost", "::1"} or host.startswith("127.")


def _twins(origin: str) -> list[str]:
    """The origin with www if it has none, or without; host names without a dot and IP addresses have no twin."""
    parts = urlsplit(origin)
    host = parts.hostname or ""
    if "." not in host or host.replace(".", "").isdigit() or ":" in host:
        return []
    if host.startswith("www."):
        return [origin.replace("://www.", "://", 1)]
    return [origin.replace("://", "://www.", 1)] if host.count(".") == 1 else []
