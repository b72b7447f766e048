"""Administration of sites and accounts: what each function writes into the audit trail."""

import inspect
from types import SimpleNamespace

import pytest

from moderation import account_admin, site_admin
from moderation.accounts import Role, Scope
from moderation.comment import Email, ThreadRef
from moderation.erasing.retention import Retention
from moderation.errors import Invalid, NotFound
from moderation.form_switches import FormSwitches
from moderation.mail.notify import Notify
from moderation.webhooks.endpoint import ENDPOINT_EVENTS
from tests.builders import ADA, DAY, NOON, a_policy, a_site, received

SIGNED = {"by_id": ADA.id, "at": NOON}
HOOK = "https://hooks.example/rejoinder"

ACTS = {
    site_admin.add_site: ("site.added", lambda act, uow, _: act(uow, a_site("garden"), **SIGNED)),
    site_admin.change_site: ("site.changed", lambda act, uow, _: act(uow, a_site(name="A garden"), **SIGNED)),
    site_admin.rename_site: ("site.changed", lambda act, uow, _: act(uow, "demo", "A garden", **SIGNED)),
    site_admin.add_origins: (
        "site.changed",
        lambda act, uow, _: act(uow, "demo", ["https://garden.example"], **SIGNED),
    ),
    site_admin.remove_origin: (
        "site.changed",
        lambda act, uow, _: act(uow, "demo", "https://blog.example", **SIGNED),
    ),
    site_admin.keep_checks: ("site.changed", lambda act, uow, _: act(uow, "demo", 3, **SIGNED)),
    site_admin.change_retention: (
        "retention.changed",
        lambda act, uow, _: act(uow, "demo", Retention(spam_days=7), **SIGNED),
    ),
    site_admin.open_mail_links: (
        "site.mail_links",
        lambda act, uow, _: act(uow, "demo", is_open=True, **SIGNED),
    ),
    site_admin.show_figures: ("site.figures", lambda act, uow, _: act(uow, "demo", is_shown=False, **SIGNED)),
    site_admin.switch_form: (
        "site.form",
        lambda act, uow, _: act(uow, "demo", FormSwitches(markdown=True), **SIGNED),
    ),
    site_admin.replace_policy: ("policy.changed", lambda act, uow, _: act(uow, "demo", a_policy(), **SIGNED)),
    site_admin.close_by_age: ("policy.changed", lambda act, uow, _: act(uow, "demo", 30, **SIGNED)),
    site_admin.close_thread: (
        "thread.closed",
        lambda act, uow, _: act(uow, "demo", "a-page", is_closed=True, **SIGNED),
    ),
    site_admin.keep_open: (
        "thread.kept_open",
        lambda act, uow, _: act(uow, "demo", "a-page", is_kept=True, **SIGNED),
    ),
    site_admin.describe_thread: (
        "thread.changed",
        lambda act, uow, _: act(uow, "demo", "a-page", title="Bread", **SIGNED),
    ),
    site_admin.move_thread: (
        "thread.moved",
        lambda act, uow, _: act(uow, "demo", "a-page", "moved-page", **SIGNED),
    ),
    site_admin.merge_threads: (
        "thread.merged",
        lambda act, uow, known: act(uow, "demo", "a-page", known.other_key, **SIGNED),
    ),
    site_admin.add_endpoint: (
        "endpoint.added",
        lambda act, uow, _: act(uow, "demo", url=f"{HOOK}/new", events=ENDPOINT_EVENTS, **SIGNED),
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
    account_admin.add_akismet_key: ("key.added", lambda act, uow, _: act(uow, "demo", "WordPress", **SIGNED)),
    account_admin.add_signing_key: ("key.added", lambda act, uow, _: act(uow, "demo", "Coral", "s" * 32, **SIGNED)),
    account_admin.revoke_key: ("key.revoked", lambda act, uow, known: act(uow, known.key_id, **SIGNED)),
    account_admin.add_moderator: (
        "moderator.added",
        lambda act, uow, _: act(uow, "Ben", Role.VIEWER, ["demo"], **SIGNED),
    ),
    account_admin.grant_role: (
        "moderator.granted",
        lambda act, uow, _: act(uow, "Mina", Role.OWNER, "demo", **SIGNED),
    ),
    account_admin.withdraw_role: (
        "moderator.withdrawn",
        lambda act, uow, _: act(uow, "Mina", "demo", **SIGNED),
    ),
    account_admin.end_session: (
        "moderator.session_ended",
        lambda act, uow, known: act(uow, known.carl, known.session_id, **SIGNED),
    ),
    account_admin.note_link: ("moderator.link_made", lambda act, uow, _: act(uow, "Mina", **SIGNED)),
    account_admin.disable_moderator: ("moderator.disabled", lambda act, uow, _: act(uow, "Mina", **SIGNED)),
    account_admin.forget_password: (
        "moderator.password_forgotten",
        lambda act, uow, _: act(uow, "Mina", **SIGNED),
    ),
    account_admin.set_email: (
        "moderator.email_set",
        lambda act, uow, _: act(uow, "Mina", Email("mina@example.org"), **SIGNED),
    ),
    account_admin.choose_notify: (
        "moderator.notify",
        lambda act, uow, _: act(uow, "Mina", "demo", Notify.DAILY, **SIGNED),
    ),
    account_admin.note_of_moderator: (
        "moderator.passkey_added",
        lambda act, uow, known: act(uow, known.carl, "moderator.passkey_added", **SIGNED),
    ),
    account_admin.enable_moderator: ("moderator.enabled", lambda act, uow, _: act(uow, "Carl", **SIGNED)),
}
"""Each function with the action that it writes into the audit trail, and how to call it."""

LOOKS = {account_admin.enabled_moderator}
OF_THEMSELVES = {account_admin.replace_password}
"""What moderators do to their own account, and sign with their own name."""


@pytest.fixture
def known(store):
    """An endpoint, a key, a comment, the moderators Mina and Carl (disabled); nothing in the audit trail yet."""

    def add(uow):
        endpoint, _ = uow.endpoints.add("demo", url=HOOK, events=ENDPOINT_EVENTS, at=NOON)
        key_id, _ = uow.keys.add("demo", "CI", Scope.READ, at=NOON)
        mina = uow.accounts.add_moderator("Mina", Role.MODERATOR, ["demo"], at=NOON)
        uow.mailboxes.set_email(mina, Email("mina@example.org"), at=NOON)
        carl = uow.accounts.add_moderator("Carl", Role.MODERATOR, ["demo"], at=NOON)
        uow.accounts.disable(carl, at=NOON)
        token = uow.accounts.issue_sign_in(carl, kind="session", lifetime=DAY, at=NOON)
        [session] = uow.accounts.sessions(carl, token, at=NOON)
        uow.threads.begin("demo", ThreadRef("other-page"), at=NOON)
        return SimpleNamespace(
            endpoint_id=endpoint.id, key_id=key_id, other_key="other-page", carl=carl, session_id=session.id
        )

    known = store.write(add)
    known.comment = received(store)
    return known


def trail(store):
    with store.read() as uow:
        entries = [entry.fact for site_id in uow.audit.site_ids() for entry in uow.audit.entries(site_id)]
    return [(fact.by_id, fact.at, fact.action) for fact in entries]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_every_change_is_on_record_once_with_its_author_and_time(store, known, act):
    action, call = ACTS[act]

    store.write(lambda uow: call(act, uow, known))

    assert trail(store) == [(ADA.id, NOON, action)]


@pytest.mark.parametrize("module", [site_admin, account_admin], ids=lambda module: module.__name__)
def test_no_function_is_missing_above(module):
    public = {
        each
        for name, each in inspect.getmembers(module, inspect.isfunction)
        if each.__module__ == module.__name__ and not name.startswith("_")
    }

    assert public - LOOKS - OF_THEMSELVES <= ACTS.keys()


@pytest.mark.parametrize(
    "act",
    [site_admin.change_endpoint, site_admin.remove_endpoint, site_admin.rotate_secret, site_admin.enable_endpoint],
    ids=lambda act: act.__name__,
)
def test_a_failed_change_is_not_on_record(store, known, act):
    known.endpoint_id = "end_0"

    with pytest.raises(NotFound):
        store.write(lambda uow: ACTS[act][1](act, uow, known))

    assert trail(store) == []


@pytest.mark.parametrize("url", [HOOK, "https://HOOKS.example:443/rejoinder"])
def test_a_second_endpoint_with_the_same_url_is_refused_and_not_on_record(store, known, url):
    with pytest.raises(Invalid, match=f"endpoint {known.endpoint_id} of this site already has this URL"):
        store.write(lambda uow: site_admin.add_endpoint(uow, "demo", url=url, events=ENDPOINT_EVENTS, **SIGNED))

    assert trail(store) == []


def test_an_endpoint_cannot_be_given_the_url_of_another(store, known):
    other, _ = store.write(
        lambda uow: site_admin.add_endpoint(uow, "demo", url=f"{HOOK}/2", events=ENDPOINT_EVENTS, **SIGNED)
    )

    with pytest.raises(Invalid, match="already has this URL"):
        store.write(lambda uow: site_admin.change_endpoint(uow, "demo", other.id, url=HOOK, **SIGNED))


def test_the_url_of_a_removed_endpoint_and_of_another_site_is_free(store, known):
    store.write(lambda uow: uow.endpoints.remove("demo", known.endpoint_id, at=NOON))
    store.write(lambda uow: site_admin.add_site(uow, a_site("garden"), **SIGNED))

    for site_id in ("demo", "garden"):
        store.write(
            lambda uow, to=site_id: site_admin.add_endpoint(uow, to, url=HOOK, events=ENDPOINT_EVENTS, **SIGNED)
        )

    assert [action for _, _, action in trail(store)].count("endpoint.added") == 2


def test_an_endpoint_keeps_its_own_url_when_only_its_events_change(store, known):
    events = ENDPOINT_EVENTS[:1]

    changed = store.write(
        lambda uow: site_admin.change_endpoint(uow, "demo", known.endpoint_id, events=events, **SIGNED)
    )

    assert (changed.url, changed.events) == (HOOK, events)


def test_a_password_replaced_by_mail_is_on_record_and_ends_the_sessions(store, known):
    store.write(lambda uow: account_admin.replace_password(uow, known.carl, "a hash", at=NOON))

    assert trail(store) == [(known.carl, NOON, "moderator.password_replaced")]
    with store.read() as uow:
        assert uow.accounts.sessions(known.carl, "", at=NOON) == []
