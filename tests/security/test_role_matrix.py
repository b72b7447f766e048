"""Every rule of the URL map, asked by everybody: what each may do follows from the scope of its route.

A rule that is no operation of the API needs a row in PAGES; without one, a test fails.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import unquote

import pytest
from sqlalchemy import make_url
from werkzeug.test import TestResponse

from moderation.accounts import Role
from moderation.form_switches import FormSwitches
from service.api.routes import ROUTES
from service.auth.passwords import hash_password
from service.compat.akismet import OPERATIONS, VERSIONS
from tests.builders import NOON, a_site
from tests.one_of_everything import BODIES, add_one_of_everything
from tests.security.actors import ACTORS, OWNER, Caller

pytestmark = pytest.mark.slow  # seconds of processor time

ANYBODY, SIGNED_IN = "anybody", "signed in"
DOOR = "/dashboard/sign-in"
TO_THE_DOOR, SIGNED_OUT, INVALID = "to the sign-in page", "signed out", "invalid key"
REFUSED = {401, 403, 404, TO_THE_DOOR, INVALID}
NEW_ENDPOINT = {"url": "https://hooks.example/{key_id}", "events": "comment.approved"}
AUTOMATIC = {"HEAD", "OPTIONS"}
PASSWORD = "crumb stone ferment window"
QUERIES = {"give_form_token": "?thread=their-page", "count_comments": "?key=their-page"}


@dataclass(frozen=True)
class Page:
    """A rule that is no operation of the API. needs: ANYBODY, SIGNED_IN, or a scope on the site.

    status: of the answer to those who may; elsewhere: to an owner of another site only.
    """

    method: str
    endpoint: str
    needs: str
    status: int | str = 200
    elsewhere: int | str = 404
    values: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] | None = None
    query: str = ""


PAGES = (
    # Files, and pages for readers and authors
    Page("GET", "static", ANYBODY, values={"filename": "plain.css"}),
    Page("GET", "dashboard.static", ANYBODY, values={"filename": "dashboard.css"}),
    Page("GET", "embed.show_home", ANYBODY),
    Page("GET", "embed.script", ANYBODY),
    Page("GET", "embed.module", ANYBODY),
    Page("GET", "embed.types", ANYBODY),
    Page("GET", "embed.kept_file", ANYBODY, values={"release": "1", "name": "de.json"}),
    Page("GET", "embed.styles", ANYBODY),
    Page("GET", "embed.page_styles", ANYBODY),
    Page("GET", "embed.demo", ANYBODY),
    Page("GET", "embed.thanks", ANYBODY, query="?token={token}"),
    Page("GET", "embed.show_edit", ANYBODY, query="?token={token}"),
    Page("POST", "embed.edit", ANYBODY, 303, form={"token": "{token}", "body": "Hello again."}),
    Page("GET", "embed.show_appeal", ANYBODY, query="?token={rejected}"),
    Page("POST", "embed.appeal", ANYBODY, 303, form={"token": "{rejected}", "text": "It is no abuse."}),
    Page("GET", "embed.show_report", ANYBODY, query="?comment={comment_id}"),
    Page("POST", "embed.report", ANYBODY, form={"comment": "{comment_id}", "reason": "abuse"}),
    Page("GET", "embed.show_withdraw", ANYBODY, query="?token={token}"),
    Page("POST", "embed.withdraw", ANYBODY, 303, form={"token": "{token}"}),
    Page("GET", "embed.plain_form", ANYBODY, query="?thread=their-page"),
    Page("GET", "embed.show_preview", ANYBODY, query="?theme=dark"),
    Page("GET", "embed.preview_styles", ANYBODY),
    Page("GET", "embed.preview_script", ANYBODY),
    # Links in mails to authors, which are signed or a secret; the page that sends them needs mail
    Page("GET", "embed.show_confirm", ANYBODY, values={"token": "{confirms}"}),
    Page("POST", "embed.confirm_address", ANYBODY, values={"token": "{confirms}"}),
    Page("GET", "embed.show_unfollow", ANYBODY, values={"token": "{unfollows}"}),
    Page("POST", "embed.unfollow_thread", ANYBODY, values={"token": "{unfollows}"}),
    Page("POST", "embed.unfollow_all", ANYBODY, values={"token": "{unfollows}"}),
    Page("GET", "embed.show_my_data", ANYBODY, 404),
    Page("POST", "embed.ask_for_my_data", ANYBODY, 404),
    Page("GET", "embed.list_my_data", ANYBODY, values={"token": "{shows}"}),
    Page("GET", "embed.download_my_data", ANYBODY, values={"token": "{shows}"}),
    Page("GET", "embed.download_my_page", ANYBODY, values={"token": "{shows}"}),
    Page("POST", "embed.erase_my_data", ANYBODY, 303, values={"token": "{shows}"}),
    Page("GET", "embed.show_figures", ANYBODY),
    Page("GET", "embed.give_figures", ANYBODY),
    Page("GET", "embed.download_figures", ANYBODY),
    Page("GET", "akismet.test_connection", ANYBODY),
    Page("POST", "akismet.test_connection", ANYBODY, form={}),
    Page("GET", "perspective.show_discovery", ANYBODY, query="?version=v1alpha1"),
    # Signing in
    Page("GET", "dashboard.show_sign_in", ANYBODY),
    Page("POST", "dashboard.sign_in", ANYBODY, 303, form={"name": "{moderator}", "password": PASSWORD}),
    Page("POST", "dashboard.mail_link", ANYBODY, 404, form={"name": "{moderator}"}),  # mail is off
    Page("GET", "dashboard.show_second_step", ANYBODY, TO_THE_DOOR),  # without the first step
    Page("POST", "dashboard.take_second_step", ANYBODY, TO_THE_DOOR, form={"code": "000000"}),
    Page("GET", "dashboard.give_sign_in_options", ANYBODY),
    Page("POST", "dashboard.use_passkey", ANYBODY, TO_THE_DOOR, form={}),  # without what a device signed
    Page("GET", "dashboard.show_link", ANYBODY, values={"token": "{link}"}),
    Page("POST", "dashboard.use_link", ANYBODY, 303, values={"token": "{link}"}, form={}),
    Page("GET", "dashboard.show_new_password", ANYBODY, values={"token": "{new_password}"}),
    Page(
        "POST",
        "dashboard.set_new_password",
        ANYBODY,
        values={"token": "{new_password}"},
        form={"password": PASSWORD},
    ),
    Page("POST", "dashboard.sign_out", SIGNED_IN, SIGNED_OUT, SIGNED_OUT, form={}),
    # Links in mails; mail programs stop mails without a form of ours (RFC 8058)
    Page("GET", "dashboard.show_mail_decision", "moderate", values={"token": "{decides}"}),
    Page("POST", "dashboard.decide_by_mail", "moderate", 303, values={"token": "{decides}"}, form={}),
    Page("GET", "dashboard.show_mail_stop", ANYBODY, values={"token": "{stops}"}),
    Page("POST", "dashboard.stop_mail", ANYBODY, values={"token": "{stops}"}),
    # Every moderator, for their own sites
    Page("GET", "dashboard.show_queue", SIGNED_IN, elsewhere=200),
    Page("POST", "dashboard.search", SIGNED_IN, 303, 303, form={"text": "secret"}),
    Page("GET", "dashboard.show_password", SIGNED_IN, elsewhere=200),
    Page("POST", "dashboard.set_password", SIGNED_IN, 303, 303, form={"password": PASSWORD}),
    Page("GET", "dashboard.show_second_factor", SIGNED_IN, elsewhere=200),
    Page("POST", "dashboard.begin_second_factor", SIGNED_IN, elsewhere=200, form={}),
    Page("POST", "dashboard.confirm_second_factor", SIGNED_IN, 422, 422, form={"code": "000000"}),  # not begun
    Page("POST", "dashboard.replace_recovery_codes", SIGNED_IN, 422, 422, form={"code": "000000"}),
    Page("POST", "dashboard.turn_off_second_factor", SIGNED_IN, 422, 422, form={"code": "000000"}),
    Page("GET", "dashboard.show_passkeys", SIGNED_IN, elsewhere=200),
    Page("POST", "dashboard.give_passkey_options", SIGNED_IN, elsewhere=200, form={}),
    Page("POST", "dashboard.add_passkey", SIGNED_IN, 422, 422, form={"name": "Mine"}),  # without what a device made
    Page("POST", "dashboard.rename_passkey", SIGNED_IN, 404, values={"passkey_id": "pass_0"}, form={"name": "Mine"}),
    Page("POST", "dashboard.remove_passkey", SIGNED_IN, 404, values={"passkey_id": "pass_0"}, form={}),
    Page("GET", "dashboard.show_sessions", SIGNED_IN, elsewhere=200),
    Page("POST", "dashboard.end_session", SIGNED_IN, 404, values={"session_id": "0"}, form={}),  # nobody's
    Page("GET", "dashboard.show_notifications", SIGNED_IN, elsewhere=200),
    Page("POST", "dashboard.choose_notifications", SIGNED_IN, 303, 303, form={}),
    Page("GET", "dashboard.show_nothing", SIGNED_IN, 404, values={"rest": "nowhere"}),
    Page("POST", "dashboard.show_nothing", SIGNED_IN, 404, values={"rest": "nowhere"}, form={}),
    # Comments
    Page("GET", "dashboard.show_comment", "read"),
    Page("GET", "dashboard.show_evidence", "read"),
    Page("GET", "dashboard.show_news", SIGNED_IN, elsewhere=200, query="?since=0"),
    Page("POST", "dashboard.reveal_email", "moderate", form={}),
    Page("POST", "dashboard.decide", "moderate", 303, form={"action": "approve", "revision": "1"}),
    Page(
        "POST", "dashboard.decide_picked", "moderate", 303, 303, form={"action": "approve", "pick": "{comment_id}:1"}
    ),
    Page("POST", "dashboard.approve_author", "moderate", 303, form={}),
    Page("GET", "dashboard.show_appeals", SIGNED_IN, elsewhere=200),
    Page("POST", "dashboard.decide_appeal", "moderate", 303, form={"outcome": "refused", "revision": "1"}),
    Page("GET", "dashboard.show_bulk", "moderate", elsewhere=200),
    Page("POST", "dashboard.begin_bulk", "moderate", 303, 422, form={"action": "approve"}),
    Page("GET", "dashboard.show_bulk_run", "moderate"),
    Page("POST", "dashboard.cancel_bulk", "moderate", 303, form={}),
    Page("POST", "dashboard.undo_bulk", "moderate", 303, form={}),
    Page("GET", "dashboard.show_activity", SIGNED_IN, elsewhere=200),
    Page("POST", "dashboard.save_view", SIGNED_IN, 303, 303, form={"name": "Mine"}),
    Page("POST", "dashboard.remove_view", SIGNED_IN, 303, 303, values={"view_id": "view_0"}, form={}),
    Page("POST", "dashboard.tell_together", SIGNED_IN, elsewhere=200, form={"reading": "{comment_id}"}),
    Page("POST", "dashboard.claim_comment", "moderate", 422, form={}),  # it is decided
    Page("POST", "dashboard.escalate", "moderate", 422, form={"for": "{moderator_id}"}),
    Page("GET", "dashboard.show_page", "read"),
    Page("POST", "dashboard.close_page", "moderate", 303, form={}),
    Page("POST", "dashboard.move_page", "admin", 303, form={"key": "another-page-{comment_id}"}),
    Page("POST", "dashboard.answer", "moderate", 303, form={"body": "Thank you."}),
    Page("GET", "dashboard.show_author", "read"),
    Page("GET", "dashboard.show_author_panel", "read"),
    Page("POST", "dashboard.add_rule", "moderate", 303, form={"kind": "mute"}),
    Page("POST", "dashboard.end_rule", "moderate", 303, form={}),
    Page("GET", "dashboard.show_rules", SIGNED_IN, elsewhere=200),
    Page("GET", "dashboard.show_reports", SIGNED_IN, elsewhere=200),
    Page("POST", "dashboard.dismiss_reports", "moderate", 303, form={"last": "rpt_1"}),
    Page("GET", "dashboard.show_campaigns", SIGNED_IN, elsewhere=200),
    Page("POST", "dashboard.decide_campaign", "moderate", 303, form={"action": "approve"}),
    Page("POST", "dashboard.undo", "moderate", 303, form={"decision": "{decision_id}"}),
    # Automation
    Page("GET", "dashboard.show_first_automation", "admin", 303, 303),
    Page("GET", "dashboard.show_automation", "admin"),
    Page(
        "POST",
        "dashboard.change_automation",
        "admin",
        303,
        form={"mode": "on", "approve_one_in": "200", "reject_one_in": "1000"},
    ),
    Page("POST", "dashboard.pause_automation", "admin", 303, form={}),
    Page("GET", "dashboard.show_second_looks", SIGNED_IN, elsewhere=200),
    Page("POST", "dashboard.answer_second_look", "moderate", 303, form={"action": "approve"}),
    # The audit trail
    Page("GET", "dashboard.show_first_audit", "admin", 303, 303),
    Page("GET", "dashboard.show_audit", "admin"),
    Page("GET", "dashboard.download_audit", "admin"),
    # Learning
    Page("GET", "dashboard.show_learning", SIGNED_IN, 303, 303),
    Page("GET", "dashboard.show_learning_of", "read"),
    Page("POST", "dashboard.set_learning_mode", "admin", 303, form={"mode": "on"}),
    Page("POST", "dashboard.pin_site_model", "admin", 303, form={"model": "shipped"}),
    Page("POST", "dashboard.release_site_model", "admin", 303, form={}),
    Page("POST", "dashboard.forget_word", "moderate", 303, form={"head": "spam", "bucket": "7"}),
    Page("POST", "dashboard.relearn_word", "moderate", 303, form={"head": "spam", "bucket": "7"}),
    # Insights
    Page("GET", "dashboard.show_insights", SIGNED_IN, 303, 303),
    Page("GET", "dashboard.show_insights_of", "read"),
    Page("GET", "dashboard.download_insights", "read", query="?table=days"),
    # Settings
    Page("GET", "dashboard.show_first_settings", "admin", 303, 303),
    Page("GET", "dashboard.show_site", "admin"),
    Page("POST", "dashboard.add_site", "admin", 303, 303, form={"site": "site-of-{fresh}"}),
    Page("POST", "dashboard.rename_site", "admin", 303, form={"name": "Another name"}),
    Page("POST", "dashboard.add_origin", "admin", 303, form={"origin": "https://more.example"}),
    Page("POST", "dashboard.remove_origin", "admin", 303, form={"origin": "https://blog.example"}),
    Page("POST", "dashboard.keep_checks", "admin", 303, form={"days": "3"}),
    Page("POST", "dashboard.open_mail_links", "admin", 303, form={}),
    Page("POST", "dashboard.switch_form", "admin", 303, form={}),
    Page("POST", "dashboard.choose_figures", "admin", 303, form={}),
    Page("POST", "dashboard.change_retention", "admin", 303, form={"spam_days": "7"}),
    Page("GET", "dashboard.show_form", "admin", query="?lang=de"),
    Page("GET", "dashboard.show_policy", "admin"),
    Page("POST", "dashboard.change_policy", "admin", form={"do": "try", "closed_threads": "hold"}),
    Page("GET", "dashboard.show_keys", "admin"),
    Page("POST", "dashboard.add_key", "admin", 201, form={"name": "CI", "scope": "read"}),
    Page("POST", "dashboard.revoke_key", "admin", 303, form={}),
    Page("GET", "dashboard.show_moderators", "admin"),
    Page("POST", "dashboard.invite", "admin", 201, form={"name": "Ines {key_id}", "role": "viewer"}),
    Page("POST", "dashboard.admit", "admin", 303, form={"name": "{moderator}", "role": "owner"}),
    Page("POST", "dashboard.change_role", "admin", 303, form={"role": "viewer"}),
    Page("POST", "dashboard.remove_moderator", "admin", 303, form={}),
    Page("POST", "dashboard.disable", "admin", 303, form={}),
    Page("POST", "dashboard.enable", "admin", 303, values={"moderator_id": "{disabled_id}"}, form={}),
    Page("POST", "dashboard.reset_second_factor", "admin", 422, form={}),  # there is none
    Page("POST", "dashboard.make_link", "admin", 201, form={}),
    # What people may ask an owner for; an owner of another site finds nothing there
    Page("GET", "dashboard.show_people", "admin", elsewhere=200),
    Page("POST", "dashboard.find_person", "admin", elsewhere=200, form={"address": "rita@reader.example"}),
    Page("POST", "dashboard.export_person", "admin", elsewhere=200, form={"address": "rita@reader.example"}),
    Page("POST", "dashboard.erase_person", "admin", 303, 303, form={"address": "rita@reader.example"}),
    Page("POST", "dashboard.erase_comment", "admin", 303, form={}),
    Page("GET", "dashboard.show_imports", "admin"),
    Page("POST", "dashboard.upload_import", "admin", 422, form={"kind": "disqus"}),  # without a file
    Page("POST", "dashboard.begin_import", "admin", 303, form={}),
    Page("POST", "dashboard.cancel_import", "admin", 422, form={}),  # it has ended
    Page("POST", "dashboard.forget_import", "admin", 303, form={}),
    Page("GET", "dashboard.download_report", "admin", 404),  # the file is not there
    # Webhooks
    Page("POST", "dashboard.add_endpoint", "admin", 201, form=NEW_ENDPOINT),
    Page("POST", "dashboard.choose_events", "admin", 303, form={"events": "comment.approved"}),
    Page("POST", "dashboard.rotate_secret", "admin", 201, form={}),
    Page("POST", "dashboard.remove_endpoint", "admin", 303, form={}),
    Page("GET", "dashboard.show_first_webhooks", "admin", 303, 303),
    Page("GET", "dashboard.show_webhooks", "admin"),
    Page("POST", "dashboard.test_endpoint", "admin", 303, form={}),
    Page("POST", "dashboard.enable_endpoint", "admin", 303, form={}),
    Page("POST", "dashboard.replay_delivery", "admin", 303, form={}),
)

AKISMET = {
    (method, f"akismet.{name}-{version.replace('.', '-')}")
    for name, (_, methods) in OPERATIONS.items()
    for method in methods
    for version in VERSIONS
}
PERSPECTIVE = {
    "analyze": {"requestedAttributes": {"TOXICITY": {}}},
    "suggestscore": {"attributeScores": {"TOXICITY": {"summaryScore": {"value": 0}}}},
}
CANARIES = ("rita@reader.example", "mina@example.org")
"""The addresses of every author and of a moderator who gets mail: no answer and no log has them."""

ASKED_FOR = {"reveal_email", "export_person", "dashboard.reveal_email", "dashboard.find_person"}
ASKED_FOR |= {"dashboard.export_person"}
"""What shows an address: to a moderator, on record, or to an owner who typed it."""

COMMENT = {"comment_author": "Rita Reader", "comment_content": "A kind word about your bread."}


@pytest.fixture
def matrix(app, sqlite_store, sqlite_url, stub_classifier, caplog):
    """Everybody, and a site `theirs` for them to ask for. It asserts in the end that no log has an address."""
    caplog.set_level("DEBUG", "rejoinder")
    theirs = a_site("theirs", form=FormSwitches(proof=True))
    sqlite_store.write(lambda uow: uow.sites.add(theirs, at=NOON))
    with closing(sqlite3.connect(make_url(sqlite_url).database or "")) as watcher:
        yield Matrix(app, sqlite_store, watcher)
    assert not any(canary in caplog.text for canary in CANARIES)


class Matrix:
    """Asks one rule as everybody in turn."""

    def __init__(self, app, store, watcher):
        self._app, self._store, self._watcher = app, store, watcher
        self._things = self._new_things()

    def answers(self, expected, ask, *, method="POST", name=""):
        """What each actor gets, see `outcome_of`.

        expected: an actor's answer as it should be. ask: makes the request, given a caller and the things to ask for.
        name: of what is asked, to know whether it may show an address.
        Each actor who may change things gets new ones, because some can be changed only once. Those who may not must
        change nothing and see nothing.
        """
        hidden = () if name in ASKED_FOR else CANARIES
        return {actor.name: self._answer(actor, expected(actor), ask, method, hidden) for actor in ACTORS}

    def _answer(self, actor, expected, ask, method, hidden):
        caller, is_refused = Caller(actor, self._app, self._store), expected in REFUSED
        things = self._things if is_refused or method == "GET" else self._new_things()
        before = self._commits()
        answer = ask(caller, things)
        said = unquote(f"{answer.text} {answer.headers}")
        assert not any(canary in said for canary in hidden), f"{actor.name} got an address"
        if is_refused:
            assert self._commits() == before, f"{actor.name} changed something"
            assert "secret of theirs" not in answer.text, f"{actor.name} saw something"
        return outcome_of(answer)

    def _commits(self):
        return self._watcher.execute("PRAGMA data_version").fetchone()[0]

    def _new_things(self):
        return add_one_of_everything(self._store, "theirs") | self._store.write(self._new_moderator)

    def _new_moderator(self, uow):
        name = f"Ada {len(uow.accounts.moderators())}"
        moderator = uow.accounts.add_moderator(name, Role.OWNER, ["theirs"], at=NOON)
        uow.accounts.set_password(moderator, hash_password(PASSWORD))
        link = uow.accounts.issue_sign_in(moderator, kind="link", lifetime=timedelta(days=1), at=NOON)
        reset = uow.accounts.issue_sign_in(moderator, kind="new password", lifetime=timedelta(days=1), at=NOON)
        disabled = uow.accounts.add_moderator(f"{name}, disabled", Role.VIEWER, ["theirs"], at=NOON)
        uow.accounts.disable(disabled, at=NOON)
        return {"moderator": name, "disabled_id": disabled, "link": link, "new_password": reset}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.view.__name__)
def test_an_operation_of_the_api_is_for_the_scope_of_its_route(app, matrix, route):
    name = route.view.__name__

    def expected(actor):
        if route.scope is None:
            return 503 if name == "show_readiness" else route.status  # Redis is not there
        if not actor.scope:
            return 401
        if actor.is_elsewhere:
            return 404 if "<" in route.url else route.status
        return route.status if actor.has(route.scope) else 403

    def ask(caller, things):
        if name == "appeal_decision":
            things = things | {"token": things["rejected"]}
        url = url_of(app, name, things) + QUERIES.get(name, "")
        return caller.open(url, route.method, json=body_of(name, things) if route.takes else None)

    answers = matrix.answers(expected, ask, method=route.method, name=name)
    assert answers == {actor.name: expected(actor) for actor in ACTORS}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.method} {page.endpoint}")
def test_a_page_is_for_whom_its_row_says(app, matrix, page):
    def expected(actor):
        if page.needs == ANYBODY:
            return page.status
        if not actor.role:
            return TO_THE_DOOR  # keys are for the API
        if actor.is_elsewhere:
            return page.elsewhere
        return page.status if page.needs == SIGNED_IN or actor.has(page.needs) else 403

    def ask(caller, things):
        values = {name: value.format(**things) for name, value in page.values.items()}
        form = page.form and {name: value.format(**things) for name, value in page.form.items()}
        url = url_of(app, page.endpoint, things | values) + page.query.format(**things)
        return caller.open(url, page.method, form=form if page.form is not None else None)

    answers = matrix.answers(expected, ask, method=page.method, name=page.endpoint)
    assert answers == {actor.name: expected(actor) for actor in ACTORS}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_of_akismet_is_for_every_key(app, matrix, name):
    def expected(actor):
        return 200 if actor.has_key else INVALID

    def ask(version):
        def ask_it(caller, things):
            return caller.open(f"/{version}/{name}", "POST", form={"api_key": caller.key, **COMMENT})

        return ask_it

    for version in VERSIONS:
        assert matrix.answers(expected, ask(version)) == {actor.name: expected(actor) for actor in ACTORS}


@pytest.mark.parametrize("name", PERSPECTIVE)
def test_an_operation_of_perspective_is_for_every_key(matrix, name):
    def expected(actor):
        return 200 if actor.has_key else 403

    def ask(caller, things):
        body = {"comment": {"text": "A kind word about your bread."}, **PERSPECTIVE[name]}
        return caller.open(f"/v1alpha1/comments:{name}", "POST", json=body)

    assert matrix.answers(expected, ask) == {actor.name: expected(actor) for actor in ACTORS}


def test_what_coral_did_not_sign_is_refused_to_everybody(matrix):
    def ask(caller, things):
        return caller.open("/v1/sites/theirs/coral", "POST", json={"body": "A kind word about your bread."})

    assert matrix.answers(lambda actor: 401, ask) == {actor.name: 401 for actor in ACTORS}


def test_every_rule_of_the_url_map_is_in_a_table(app):
    known = {(route.method, route.view.__name__) for route in ROUTES}
    known |= {(page.method, page.endpoint) for page in PAGES} | AKISMET
    known |= {("POST", f"perspective.{name}") for name in PERSPECTIVE} | {("POST", "coral.moderate")}

    rules = {(method, rule.endpoint) for rule in app.url_map.iter_rules() for method in rule.methods or ()}

    assert {(method, endpoint) for method, endpoint in rules if method not in AUTOMATIC} == known


def test_no_page_of_another_site_can_change_anything_in_a_moderators_name(app, sqlite_store):
    sqlite_store.write(lambda uow: uow.sites.add(a_site("theirs"), at=NOON))
    owner, things = Caller(OWNER, app, sqlite_store), add_one_of_everything(sqlite_store, "theirs")
    changing = [(route.method, route.view.__name__) for route in ROUTES if route.scope and route.method != "GET"]
    forms = [
        (page.method, page.endpoint)
        for page in PAGES
        if page.form is not None and page.endpoint.startswith("dashboard.")
    ]

    values = {"rest": "nowhere", "session_id": "0", "view_id": "0", "passkey_id": "pass_0", **things}

    statuses = {
        endpoint: owner.open_without_token(url_of(app, endpoint, values), method).status_code
        for method, endpoint in [*changing, *forms]
    }

    assert statuses == dict.fromkeys([name for _, name in changing], 403) | dict.fromkeys(
        [name for _, name in forms], 400
    )


def outcome_of(answer: TestResponse) -> int | str:
    """The status; in words where the status does not say it."""
    if "rejoinder_session=;" in answer.headers.get("Set-Cookie", ""):
        return SIGNED_OUT
    if answer.headers.get("Location", "").startswith(DOOR):
        return TO_THE_DOOR
    return INVALID if answer.text == "invalid" else answer.status_code


def body_of(name, things):
    """The JSON body of an operation: about these things, and with a URL that no endpoint has."""
    decision = {"comment": things["comment_id"], "action": "approve", "revision": 1}
    url = {"url": f"https://hooks.example/{things['comment_id']}"}
    own = {"add_endpoint": url, "change_endpoint": url, "decide_comments": {"decisions": [decision]}}
    return (BODIES | own)[name]


def url_of(app, endpoint, values):
    """The URL of the rule, with those of the values that it has a place for."""
    [rule] = app.url_map.iter_rules(endpoint)
    return app.url_map.bind("localhost").build(endpoint, {name: values[name] for name in rule.arguments})
