"""What the first run makes, and what every run shows: a site, its key, a moderator and a way in."""

from dataclasses import dataclass
from datetime import datetime

from moderation import account_admin, site_admin
from moderation.accounts import Moderator, Role, Scope
from moderation.config.settings import Settings
from moderation.site import Site, checked_origin
from moderation.store import Store, UnitOfWork
from service.auth.sign_in_links import sign_in_link

DEMO = "demo"
OWNER = "owner"
BY = "first run"
"""Who made all this, in the audit trail."""


@dataclass(frozen=True, slots=True)
class Welcome:
    """What the screen of `rejoinder up` shows. key: "" on every run but the first, because it is kept nowhere."""

    site_id: str
    key: str
    moderator: str
    link: str


def welcome(store: Store, settings: Settings, *, at: datetime) -> Welcome:
    """Make what is missing, in one transaction, and a fresh sign-in link."""
    return store.write(lambda uow: _welcome(uow, settings, at=at))


def _welcome(uow: UnitOfWork, settings: Settings, *, at: datetime) -> Welcome:
    sites = uow.sites.all()
    key = "" if sites else _make_demo(uow, settings, at=at)
    owner = _owner(uow) or _make_owner(uow, at=at)
    site_id = DEMO if not sites or any(site.id == DEMO for site in sites) else sites[0].id
    return Welcome(site_id, key, owner.name, sign_in_link(uow, owner.id, settings, at=at))


def _make_demo(uow: UnitOfWork, settings: Settings, *, at: datetime) -> str:
    """The site of our own demo page, which may be opened under each name of this machine; returns its key."""
    hosts = (settings.public_url, f"http://localhost:{settings.port}", f"http://127.0.0.1:{settings.port}")
    site = Site(DEMO, "Demo", tuple(dict.fromkeys(checked_origin(each) for each in hosts)))
    site_admin.add_site(uow, site, by_id=BY, at=at)
    _, secret = account_admin.add_key(uow, DEMO, "first run", Scope.MODERATE, by_id=BY, at=at)
    return secret


def _owner(uow: UnitOfWork) -> Moderator | None:
    """Somebody who may do everything on some site, rather the one that we made."""
    able = [each for each in uow.accounts.moderators() if Role.OWNER in each.roles.values() and not each.disabled_at]
    return min(able, key=lambda each: (each.name != OWNER, each.name), default=None)


def _make_owner(uow: UnitOfWork, *, at: datetime) -> Moderator:
    site_ids = [site.id for site in uow.sites.all()]
    taken = {each.name for each in uow.accounts.moderators()}
    name = next(each for each in (OWNER, *(f"{OWNER}-{n}" for n in range(2, len(taken) + 3))) if each not in taken)
    moderator_id = account_admin.add_moderator(uow, name, Role.OWNER, site_ids, by_id=BY, at=at)
    return Moderator(moderator_id, name, dict.fromkeys(site_ids, Role.OWNER))
