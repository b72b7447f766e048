"""Every act of owners and moderators besides deciding: what it leaves in the audit trail."""

import inspect
from types import SimpleNamespace

import pytest

from moderation import admission, ownership
from moderation.accounts import Role, Scope
from moderation.endpoint import COMMENT_EVENTS
from moderation.errors import NotFound
from tests.builders import ADA, NOON, a_policy, a_site, received

SIGNED = {"by_id": ADA.id, "at": NOON}
HOOK = "https://hooks.example/rejoinder"

ACTS = {
    ownership.add_site: ("site.added", lambda act, rows, _: act(rows, a_site("garden"), **SIGNED)),
    ownership.change_site: ("site.changed", lambda act, rows, _: act(rows, a_site(name="A garden"), **SIGNED)),
    ownership.replace_policy: ("policy.changed", lambda act, rows, _: act(rows, "demo", a_policy(), **SIGNED)),
    ownership.close_thread: (
        "thread.closed",
        lambda act, rows, _: act(rows, "demo", "a-page", is_closed=True, **SIGNED),
    ),
    ownership.describe_thread: (
        "thread.changed",
        lambda act, rows, _: act(rows, "demo", "a-page", title="Bread", **SIGNED),
    ),
    ownership.add_endpoint: (
        "endpoint.added",
        lambda act, rows, _: act(rows, "demo", url=HOOK, events=COMMENT_EVENTS, **SIGNED),
    ),
    ownership.change_endpoint: (
        "endpoint.changed",
        lambda act, rows, known: act(rows, "demo", known.endpoint_id, url=HOOK, **SIGNED),
    ),
    ownership.remove_endpoint: (
        "endpoint.removed",
        lambda act, rows, known: act(rows, "demo", known.endpoint_id, **SIGNED),
    ),
    ownership.rotate_secret: (
        "endpoint.rotated",
        lambda act, rows, known: act(rows, "demo", known.endpoint_id, **SIGNED),
    ),
    ownership.enable_endpoint: (
        "endpoint.enabled",
        lambda act, rows, known: act(rows, "demo", known.endpoint_id, **SIGNED),
    ),
    ownership.reveal_email: ("email.revealed", lambda act, rows, known: act(rows, known.comment, **SIGNED)),
    admission.add_key: ("key.added", lambda act, rows, _: act(rows, "demo", "CI", Scope.READ, **SIGNED)),
    admission.revoke_key: ("key.revoked", lambda act, rows, known: act(rows, known.key_id, **SIGNED)),
    admission.add_moderator: (
        "moderator.added",
        lambda act, rows, _: act(rows, "Ben", Role.VIEWER, ["demo"], **SIGNED),
    ),
    admission.grant_role: (
        "moderator.granted",
        lambda act, rows, _: act(rows, "Mina", Role.OWNER, "demo", **SIGNED),
    ),
    admission.disable_moderator: ("moderator.disabled", lambda act, rows, _: act(rows, "Mina", **SIGNED)),
    admission.forget_password: (
        "moderator.password_forgotten",
        lambda act, rows, _: act(rows, "Mina", **SIGNED),
    ),
    admission.enable_moderator: ("moderator.enabled", lambda act, rows, _: act(rows, "Carl", **SIGNED)),
}
"""Each act with the entry that it leaves, and how to do it."""

LOOKS = {admission.enabled_moderator}


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
    with store.read() as rows:
        entries = [entry.fact for site_id in rows.audit.site_ids() for entry in rows.audit.entries(site_id)]
    return [(fact.by_id, fact.at, fact.action) for fact in entries]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_every_act_leaves_one_entry_that_says_who_and_when(store, known, act):
    action, carry_out = ACTS[act]

    store.write(lambda rows: carry_out(act, rows, known))

    assert trail(store) == [(ADA.id, NOON, action)]


@pytest.mark.parametrize("module", [ownership, admission], ids=lambda module: module.__name__)
def test_no_act_is_missing_above(module):
    public = {
        each
        for name, each in inspect.getmembers(module, inspect.isfunction)
        if each.__module__ == module.__name__ and not name.startswith("_")
    }

    assert public - LOOKS <= ACTS.keys()


@pytest.mark.parametrize(
    "act",
    [ownership.change_endpoint, ownership.remove_endpoint, ownership.rotate_secret, ownership.enable_endpoint],
    ids=lambda act: act.__name__,
)
def test_what_cannot_be_done_leaves_no_entry(store, known, act):
    known.endpoint_id = "end_0"

    with pytest.raises(NotFound):
        store.write(lambda rows: ACTS[act][1](act, rows, known))

    assert trail(store) == []
