"""Moderators who are shut out and let in again, and whose trail tells of them."""

from datetime import timedelta

import pytest

from moderation import account_admin
from moderation.accounts import Role
from moderation.errors import Invalid, NotFound
from tests.builders import ADA, NOON, a_site

SIGNED = {"by_id": ADA.id, "at": NOON}


def add(store, name="Mina", *sites):
    return store.write(lambda uow: account_admin.add_moderator(uow, name, Role.VIEWER, sites, **SIGNED))


def actions(store, site_id):
    with store.read() as uow:
        return [entry.fact.action for entry in uow.audit.entries(site_id)]


def test_every_site_of_a_moderator_is_told_of_them_once(store):
    store.write(lambda uow: uow.sites.add(a_site("garden"), at=NOON))
    add(store, "Mina", "garden", "demo", "garden")

    store.write(lambda uow: account_admin.disable_moderator(uow, "Mina", **SIGNED))

    assert actions(store, "demo") == actions(store, "garden") == ["moderator.added", "moderator.disabled"]


def test_a_moderator_without_a_site_is_in_the_installations_own_trail(store):
    add(store, "Mina")

    assert actions(store, account_admin.INSTALLATION) == ["moderator.added"]


def test_a_moderator_who_is_enabled_again_has_the_roles_but_no_session_of_before(store):
    mina = add(store, "Mina", "demo")
    hour = timedelta(hours=1)
    token = store.write(lambda uow: uow.accounts.issue_sign_in(mina, kind="session", lifetime=hour, at=NOON))

    store.write(lambda uow: account_admin.disable_moderator(uow, "Mina", **SIGNED))
    store.write(lambda uow: account_admin.enable_moderator(uow, "Mina", **SIGNED))

    with store.read() as uow:
        assert account_admin.enabled_moderator(uow, "Mina").roles == {"demo": Role.VIEWER}
        assert uow.accounts.actor_of_session(token, at=NOON) is None


def test_nobody_is_disabled_or_enabled_twice(store):
    add(store, "Mina", "demo")
    with pytest.raises(Invalid):
        store.write(lambda uow: account_admin.enable_moderator(uow, "Mina", **SIGNED))
    store.write(lambda uow: account_admin.disable_moderator(uow, "Mina", **SIGNED))

    with pytest.raises(Invalid):
        store.write(lambda uow: account_admin.disable_moderator(uow, "Mina", **SIGNED))

    assert actions(store, "demo") == ["moderator.added", "moderator.disabled"]


def test_whom_nobody_knows_cannot_be_disabled(store):
    with pytest.raises(NotFound):
        store.write(lambda uow: account_admin.disable_moderator(uow, "Eve", **SIGNED))
