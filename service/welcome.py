"""What the first run makes, and what every run shows: a site, its key, a moderator and a way in."""

from dataclasses import dataclass
from datetime import datetime

from moderation import admission, ownership
from moderation.accounts import Moderator, Role, Scope
from moderation.settings import Settings
from moderation.site import Site, checked_origin
from moderation.store import Rows, Store
from service.invitation import sign_in_link

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
    return store.write(lambda rows: _welcome(rows, settings, at=at))


def _welcome(rows: Rows, settings: Settings, *, at: datetime) -> Welcome:
    sites = rows.sites.all()
    key = "" if sites else _make_demo(rows, settings, at=at)
    owner = _owner(rows) or _make_owner(rows, at=at)
    site_id = DEMO if not sites or any(site.id == DEMO for site in sites) else sites[0].id
    return Welcome(site_id, key, owner.name, sign_in_link(rows, owner.id, settings, at=at))


def _make_demo(rows: Rows, settings: Settings, *, at: datetime) -> str:
    """The site of our own demo page, which may be opened under each name of this machine; returns its key."""
    hosts = (settings.public_url, f"http://localhost:{settings.port}", f"http://127.0.0.1:{settings.port}")
    site = Site(DEMO, "Demo", tuple(dict.fromkeys(checked_origin(each) for each in hosts)))
    ownership.add_site(rows, site, by_id=BY, at=at)
    _, secret = admission.add_key(rows, DEMO, "first run", Scope.MODERATE, by_id=BY, at=at)
    return secret


def _owner(rows: Rows) -> Moderator | None:
    """Somebody who may do everything on some site, rather the one that we made."""
    able = [each for each in rows.accounts.moderators() if Role.OWNER in each.roles.values() and not each.disabled_at]
    return min(able, key=lambda each: (each.name != OWNER, each.name), default=None)


def _make_owner(rows: Rows, *, at: datetime) -> Moderator:
    site_ids = [site.id for site in rows.sites.all()]
    taken = {each.name for each in rows.accounts.moderators()}
    name = next(each for each in (OWNER, *(f"{OWNER}-{n}" for n in range(2, len(taken) + 3))) if each not in taken)
    moderator_id = admission.add_moderator(rows, name, Role.OWNER, site_ids, by_id=BY, at=at)
    return Moderator(moderator_id, name, dict.fromkeys(site_ids, Role.OWNER))
