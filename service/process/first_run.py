"""Creates what a new installation needs: a site, an API key, a moderator and a sign-in link."""

from dataclasses import dataclass
from datetime import datetime

from moderation import account_admin, site_admin
from moderation.accounts import Moderator, Role, Scope
from moderation.config.settings import Settings
from moderation.sign_ins import sign_in_link
from moderation.site import Site, checked_origin
from moderation.store import Store, UnitOfWork

DEMO = "demo"
OWNER = "owner"
FIRST_RUN = "first run"
"""The actor of all this in the audit trail."""


@dataclass(frozen=True, slots=True)
class FirstRun:
    """What `rejoinder up` prints when it is ready. key: "" except on the first run, since it is not stored."""

    site_id: str
    key: str
    moderator: str
    link: str


def ensure_first_run(store: Store, settings: Settings, *, at: datetime) -> FirstRun:
    """Create what is missing in one transaction, and a new sign-in link."""
    return store.write(lambda uow: _ensure(uow, settings, at=at))


def _ensure(uow: UnitOfWork, settings: Settings, *, at: datetime) -> FirstRun:
    sites = uow.sites.all()
    key = "" if sites else _add_demo_site(uow, settings, at=at)
    owner = _owner(uow) or _add_owner(uow, at=at)
    site_id = DEMO if not sites or any(site.id == DEMO for site in sites) else sites[0].id
    return FirstRun(site_id, key, owner.name, sign_in_link(uow, owner.id, settings.public_url, at=at))


def _add_demo_site(uow: UnitOfWork, settings: Settings, *, at: datetime) -> str:
    """Add the site of the demo page, which may be opened under every name of this machine. Returns its key."""
    hosts = (settings.public_origin, f"http://localhost:{settings.port}", f"http://127.0.0.1:{settings.port}")
    site = Site(DEMO, "Demo", tuple(dict.fromkeys(checked_origin(each) for each in hosts)))
    site_admin.add_site(uow, site, by_id=FIRST_RUN, at=at)
    _, secret = account_admin.add_key(uow, DEMO, "first run", Scope.MODERATE, by_id=FIRST_RUN, at=at)
    return secret


def _owner(uow: UnitOfWork) -> Moderator | None:
    """An enabled owner of some site; the one from the first run if possible."""
    owners = [
        each for each in uow.accounts.moderators() if Role.OWNER in each.roles.values() and not each.disabled_at
    ]
    return min(owners, key=lambda each: (each.name != OWNER, each.name), default=None)


def _add_owner(uow: UnitOfWork, *, at: datetime) -> Moderator:
    site_ids = [site.id for site in uow.sites.all()]
    taken = {each.name for each in uow.accounts.moderators()}
    name = next(each for each in (OWNER, *(f"{OWNER}-{n}" for n in range(2, len(taken) + 3))) if each not in taken)
    moderator_id = account_admin.add_moderator(uow, name, Role.OWNER, site_ids, by_id=FIRST_RUN, at=at)
    return Moderator(moderator_id, name, dict.fromkeys(site_ids, Role.OWNER))
