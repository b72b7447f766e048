"""Who calls a drop-in interface: a key, whatever its form, and the site that it belongs to."""

from dataclasses import dataclass

from flask import request

from moderation.accounts import Actor
from moderation.privacy import network_of
from moderation.site import Site
from service.resources import resources


@dataclass(frozen=True, slots=True)
class Caller:
    """A key and its site."""

    key_id: str
    site: Site


def caller_with(key: str) -> Caller | None:
    """The caller with this key; None for a key that does not work. Raises TooMany."""
    network = network_of(request.remote_addr or "")
    resources().limiter.admit_short_key(network)
    actor = _actor(key)
    if actor is None:
        resources().limiter.note_wrong_key(network)
        return None
    [site_id] = actor.grants
    return Caller(actor.id, resources().sites.get(site_id))


def _actor(key: str) -> Actor | None:
    with resources().store.read() as uow:
        return uow.keys.actor_of(key) or uow.keys.actor_of_akismet(key)
