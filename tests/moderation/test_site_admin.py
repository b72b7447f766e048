"""Every act of owners and moderators besides deciding: what it leaves in the audit trail."""

import inspect
from types import SimpleNamespace

import pytest

from moderation import account_admin, site_admin
from moderation.accounts import Role, Scope
from moderation.errors import NotFound
from moderation.webhooks.endpoint import COMMENT_EVENTS
from tests.builders import ADA, NOON, a_policy, a_site, received

SIGNED = {"by_id": ADA.id, "at": NOON}
HOOK = "https://hooks.example/rejoinder"

ACTS = {
    site_admin.add_site: ("site.added", lambda act, uow, _: act(uow, a_site("garden"), **SIGNED)),
    site_admin.change_site: ("site.changed", lambda act, uow, _: act(uow, a_site(name="A garden"), **SIGNED)),
    site_admin.replace_policy: ("policy.changed", lambda act, uow, _: act(uow, "demo", a_policy(), **SIGNED)),
    site_admin.close_thread: (
        "thread.closed",
        lambda act, uow, _: act(uow, "demo", "a-page", is_closed=True, **SIGNED),
    ),
    site_admin.describe_thread: (
        "thread.changed",
        lambda act, uow, _: act(uow, "demo", "a-page", title="Bread", **SIGNED),
    ),
    site_admin.add_endpoint: (
        "endpoint.added",
        lambda act, uow, _: act(uow, "demo", url=HOOK, events=COMMENT_EVENTS, **SIGNED),
    ),
    site_admin.change_endpoint: (
        "endpoint.changed",
        lambda act, uow, known: act(uow, "demo", known.endpoint_id, url=HOOK, **SIGNED),
    ),
    site_admin.remove_endpoint: (
        "endpoint.removed",
        lambda act, uow, known: act(uow, "demo", known.endpoint_id, **SIGNED),
    ),
    site_admin.rotate_secret: (
        "endpoint.rotated",
        lambda act, uow, known: act(uow, "demo", known.endpoint_id, **SIGNED),
    ),
    site_admin.enable_endpoint: (
        "endpoint.enabled",
        lambda act, uow, known: act(uow, "demo", known.endpoint_id, **SIGNED),
    ),
    site_admin.reveal_email: ("email.revealed", lambda act, uow, known: act(uow, known.comment, **SIGNED)),
    account_admin.add_key: ("key.added", lambda act, uow, _: act(uow, "demo", "CI", Scope.READ, **SIGNED)),
    account_admin.revoke_key: ("key.revoked", lambda act, uow, known: act(uow, known.key_id, **SIGNED)),
    account_admin.add_moderator: (
        "moderator.added",
        lambda act, uow, _: act(uow, "Ben", Role.VIEWER, ["demo"], **SIGNED),
    ),
    account_admin.grant_role: (
        "moderator.granted",
        lambda act, uow, _: act(uow, "Mina", Role.OWNER, "demo", **SIGNED),
    ),
    account_admin.disable_moderator: ("moderator.disabled", lambda act, uow, _: act(uow, "Mina", **SIGNED)),
    account_admin.forget_password: (
        "moderator.password_forgotten",
        lambda act, uow, _: act(uow, "Mina", **SIGNED),
    ),
    account_admin.enable_moderator: ("moderator.enabled", lambda act, uow, _: act(uow, "Carl", **SIGNED)),
}
"""Each act with the entry that it leaves, and how to do it."""

LOOKS = {account_admin.enabled_moderator}


@pytest.fixture
def known(store):
    """An endpoint, a key, a comment, and the moderators Mina and Carl, who is disabled; nothing in the trail yet."""

    def make(rows):
        endpoint, _ = rows.endpoints.add("demo", url=HOOK, events=COMMENT_EVENTS, at=NOON)
        key_id, _ = rows.accounts.add_key("demo", "CI", Scope.READ, at=NOON)
        rows.accounts.add_moderator("Mina", Role.MODERATOR, ["demo"], at=NOON)
        rows.accounts.disable(rows.accounts.add_moderator("Carl", Role.MODERATOR, ["demo"], at=NOON), at=NOON)
        return SimpleNamespace(endpoint_id=endpoint.id, key_id=key_id)

    made = store.write(make)
    made.comment = received(store)
    return made


def trail(store):
    with store.read() as uow:
        entries = [entry.fact for site_id in uow.audit.site_ids() for entry in uow.audit.entries(site_id)]
    return [(fact.by_id, fact.at, fact.action) for fact in entries]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_every_act_leaves_one_entry_that_says_who_and_when(store, known, act):
    action, carry_out = ACTS[act]

    store.write(lambda uow: carry_out(act, uow, known))

    assert trail(store) == [(ADA.id, NOON, action)]


@pytest.mark.parametrize("module", [site_admin, account_admin], ids=lambda module: module.__name__)
def test_no_act_is_missing_above(module):
    public = {
        each
        for name, each in inspect.getmembers(module, inspect.isfunction)
        if each.__module__ == module.__name__ and not name.startswith("_")
    }

    assert public - LOOKS <= ACTS.keys()


@pytest.mark.parametrize(
    "act",
    [site_admin.change_endpoint, site_admin.remove_endpoint, site_admin.rotate_secret, site_admin.enable_endpoint],
    ids=lambda act: act.__name__,
)
def test_what_cannot_be_done_leaves_no_entry(store, known, act):
    known.endpoint_id = "end_0"

    with pytest.raises(NotFound):
        store.write(lambda uow: ACTS[act][1](act, uow, known))

    assert trail(store) == []
