"""In which trail what concerns a moderator is told."""

from moderation import admission
from moderation.accounts import Role
from tests.builders import ADA, NOON, a_site

SIGNED = {"by_id": ADA.id, "at": NOON}


def add(store, name="Mina", *sites):
    return store.write(lambda rows: admission.add_moderator(rows, name, Role.VIEWER, sites, **SIGNED))


def actions(store, site_id):
    with store.read() as rows:
        return [entry.fact.action for entry in rows.audit.entries(site_id)]


def test_every_site_of_a_moderator_is_told_of_them_once(store):
    store.write(lambda rows: rows.sites.add(a_site("garden"), at=NOON))
    add(store, "Mina", "garden", "demo", "garden")

    assert actions(store, "demo") == actions(store, "garden") == ["moderator.added"]


def test_a_moderator_without_a_site_is_in_the_installations_own_trail(store):
    add(store, "Mina")

    assert actions(store, admission.INSTALLATION) == ["moderator.added"]
