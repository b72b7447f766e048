"""`rejoinder site`, `key` and `moderator`."""

import json
import os
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from moderation.accounts import Scope
from moderation.errors import StoreBusy
from moderation.store import Store
from service.auth.passwords import hash_password, is_right
from tests.moderation.test_second_factor import turned_on
from tests.service.cli.conftest import NO_SITE

NO_KEY = "There is no such key. `rejoinder key list SITE` lists those that exist."
NO_MODERATOR = "There is no such moderator. `rejoinder moderator list` lists those that exist."


def test_a_site_can_be_added_and_is_listed(console, store, facts):
    console("site", "add", "my-blog", "--name", "My blog", "--origin", "https://blog.example")

    assert console.json("site", "list")[1] == {
        "id": "my-blog",
        "name": "My blog",
        "origins": ["https://blog.example"],
        "check_days": 15,
    }
    assert facts("my-blog") == [("console", "site.added")]


def test_the_days_for_which_a_site_keeps_the_texts_of_checks_can_be_changed(console, store, facts):
    changed = console.json("site", "keep-checks", "demo", "0")

    assert (changed["check_days"], console.json("site", "list")[0]["check_days"]) == (0, 0)
    assert facts("demo") == [("console", "site.changed")]


def test_a_number_of_days_that_makes_no_sense_is_refused(console, store):
    assert console.refusal("site", "keep-checks", "demo", "3651") == "days: must be a whole number from 0 to 3650."


def test_adding_a_site_again_adds_origins_and_keeps_the_rest(console, store):
    console("site", "add", "my-blog", "--name", "My blog", "--origin", "https://blog.example")

    changed = console.json("site", "add", "my-blog", "--origin", "https://www.blog.example")

    assert changed["name"] == "My blog"
    assert changed["origins"] == ["https://blog.example", "https://www.blog.example"]


def test_a_site_that_nobody_moderates_says_how_somebody_will(console, store):
    message = "Nobody moderates it yet: rejoinder moderator {} NAME --role owner --site my-blog"
    missing = message.format("grant")

    assert message.format("add") in console("site", "add", "my-blog").stdout
    console("moderator", "add", "mina", "--site", "demo")
    assert missing in console("site", "add", "my-blog").stdout
    console("moderator", "grant", "mina", "--role", "owner", "--site", "my-blog")
    assert missing not in console("site", "add", "my-blog").stdout


def test_a_bad_id_or_origin_is_told_with_what_would_be_right(console, store):
    assert "lower-case letters" in console.refusal("site", "add", "My Blog")
    assert "like https://blog.example" in console.refusal("site", "add", "my-blog", "--origin", "blog.example")


def test_a_new_key_opens_the_site_with_its_scope_and_is_in_the_trail(console, store, facts):
    made = console.json("key", "add", "demo", "--scope", "moderate")

    with store.read() as uow:
        actor = uow.keys.actor_of(made["key"])
    assert actor is not None and actor.grants == {"demo": Scope.MODERATE}
    assert made["key"].startswith("rj_")
    assert facts("demo") == [("console", "key.added")]


def test_a_revoked_key_opens_nothing(console, store, facts):
    made = console.json("key", "add", "demo")

    console("key", "revoke", made["id"])

    with store.read() as uow:
        assert uow.keys.actor_of(made["key"]) is None
    assert [each["revoked_at"] is not None for each in console.json("key", "list", "demo")] == [True]
    assert facts("demo")[-1] == ("console", "key.revoked")


def test_a_list_of_keys_shows_no_secret(console, store):
    made = console.json("key", "add", "demo", "--name", "the blog's server")

    listed = console("key", "list", "demo").output

    assert "the blog's server" in listed and made["id"] in listed
    assert made["key"] not in listed


def test_a_key_for_a_site_that_does_not_exist_is_refused(console, store):
    assert console.refusal("key", "add", "nowhere") == NO_SITE
    assert console.refusal("key", "list", "nowhere") == NO_SITE


def test_a_key_that_does_not_exist_cannot_be_revoked(console, store):
    assert console.refusal("key", "revoke", "key_0") == NO_KEY


def test_a_new_moderator_gets_a_link_that_signs_them_in_once(console, store, facts):
    made = console.json("moderator", "add", "Ada", "--role", "owner")

    token = urlsplit(made["link"]).path.removeprefix("/dashboard/sign-in/")
    now = datetime.now(UTC)
    assert store.write(lambda uow: uow.accounts.redeem_link(token, at=now)) == made["id"]
    assert store.write(lambda uow: uow.accounts.redeem_link(token, at=now)) is None
    assert console.json("moderator", "list")[0]["roles"] == {"demo": "owner"}
    assert facts("demo") == [("console", "moderator.added")]


def test_a_moderator_can_be_given_one_site_only(console, store):
    console("site", "add", "other")

    console("moderator", "add", "Ben", "--site", "other")

    assert console.json("moderator", "list")[0]["roles"] == {"other": "moderator"}


def test_a_moderator_who_exists_can_be_given_a_new_site_too(console, store, facts):
    console("moderator", "add", "Ada", "--role", "owner")
    console("site", "add", "other")

    console("moderator", "grant", "Ada", "--role", "viewer", "--site", "other")

    assert console.json("moderator", "list")[0]["roles"] == {"demo": "owner", "other": "viewer"}
    assert facts("other")[-1] == ("console", "moderator.granted")
    assert console.refusal("moderator", "grant", "Eve", "--role", "owner", "--site", "demo") == NO_MODERATOR
    assert console.refusal("moderator", "grant", "Ada", "--role", "owner", "--site", "nowhere") == NO_SITE


def test_a_password_is_asked_for_and_kept_as_a_hash(console, store):
    console("moderator", "add", "Ada", "--ask-password", given="open sesame please\nopen sesame please\n")

    with store.read() as uow:
        ada = uow.accounts.moderator_named("Ada")
    assert ada is not None and is_right(ada.password_hash, "open sesame please")


def test_a_name_that_is_taken_is_refused(console, store):
    console("moderator", "add", "Ada")

    assert "somebody has this name already" in console.refusal("moderator", "add", "Ada")


def test_whoever_lost_their_link_gets_another_one(console, store):
    first = console.json("moderator", "add", "Ada")["link"]

    second = console.json("moderator", "link", "Ada")["link"]

    assert second != first
    assert console.refusal("moderator", "link", "Eve") == NO_MODERATOR


def test_whoever_forgot_their_password_gets_a_link_to_set_a_new_one(console, store, facts):
    made = console.json("moderator", "add", "Ada")
    store.write(lambda uow: uow.accounts.set_password(made["id"], hash_password("a few words in a row")))
    session = session_of(store, made["id"])

    assert console.json("moderator", "link", "Ada")["link"]
    assert console.json("moderator", "list")[0]["has_password"] is True

    token = urlsplit(console.json("moderator", "link", "Ada", "--forget-password")["link"]).path.rpartition("/")[2]

    now = datetime.now(UTC)
    with store.read() as uow:
        assert uow.accounts.actor_of_session(session, at=now) is None
    assert console.json("moderator", "list")[0]["has_password"] is False
    assert store.write(lambda uow: uow.accounts.redeem_link(token, at=now)) == made["id"]
    assert facts("demo")[-2:] == [("console", "moderator.password_forgotten"), ("console", "moderator.link_made")]


def test_a_disabled_moderator_is_signed_out_and_gets_no_link_until_enabled(console, store, facts):
    made = console.json("moderator", "add", "Ada")
    session = session_of(store, made["id"])

    console.json("moderator", "disable", "Ada")

    with store.read() as uow:
        assert uow.accounts.actor_of_session(session, at=datetime.now(UTC)) is None
    assert console.json("moderator", "list")[0]["is_disabled"] is True
    assert "this moderator is disabled" in console.refusal("moderator", "link", "Ada")
    assert console.json("moderator", "enable", "Ada") == {"name": "Ada", "is_disabled": False}
    assert console.json("moderator", "link", "Ada")["link"]
    done = ("moderator.disabled", "moderator.enabled", "moderator.link_made")
    assert facts("demo")[-3:] == [("console", action) for action in done]


def test_a_lost_second_factor_is_reset(console, store, facts):
    made = console.json("moderator", "add", "Ada")
    turned_on(store, made["id"])
    session = session_of(store, made["id"])

    before = console.json("moderator", "list")[0]["has_second_factor"]
    answer = console.json("moderator", "reset-second-factor", "Ada")

    assert (before, answer) == (True, {"name": "Ada", "has_second_factor": False})
    assert console.json("moderator", "list")[0]["has_second_factor"] is False
    with store.read() as uow:
        assert uow.accounts.actor_of_session(session, at=datetime.now(UTC)) is None
    assert facts("demo")[-1] == ("console", "moderator.second_factor_reset")
    assert "has no second factor" in console.refusal("moderator", "reset-second-factor", "Ada")


def session_of(store, moderator_id):
    now, lifetime = datetime.now(UTC), timedelta(hours=1)
    return store.write(
        lambda uow: uow.accounts.issue_sign_in(moderator_id, kind="session", lifetime=lifetime, at=now)
    )


def test_a_command_in_the_wrong_folder_makes_no_second_installation(console, home):
    assert "There is no database at" in console.refusal("site", "add", "my-blog")
    assert list(home.iterdir()) == []


def test_a_command_with_another_secret_is_refused(console, store):
    console.environment["REJOINDER_SECRET"] = "forty characters that nobody could guess"

    assert "REJOINDER_SECRET is not the one that this database began with" in console.refusal("site", "list")


def test_a_database_that_refuses_is_told_with_its_cause_and_where_to_look(console, store, monkeypatch):
    def refuse(self, work):
        raise StoreBusy("The database cannot be used at the moment.") from OSError("a word of somebody's")

    monkeypatch.setattr(Store, "write", refuse)

    assert console.refusal("key", "add", "demo") == (
        "The database cannot be used at the moment. The cause is OSError; `rejoinder doctor` says more."
    )


def test_a_name_that_is_not_utf_8_is_refused_in_one_line(console, store):
    latin_1 = os.fsdecode(b"Andr\xe9")

    assert console.refusal("moderator", "add", latin_1) == (
        r"argument: b'Andr\xe9' is not UTF-8; set your terminal to it."
    )
    assert json.loads(console("site", "add", latin_1, "--json").stdout)["error"].startswith("argument: ")
    assert console.json("moderator", "add", "André")["name"] == "André"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (("key", "list"), "Missing argument 'SITE'."),
        (("key", "add", "demo", "--scope", "bogus"), "'bogus' is not one of"),
        (("key", "burn"), "No such command 'burn'"),
        (("--bogus",), "No such option"),
    ],
)
def test_a_wrong_call_is_told_in_json_too_and_to_people_with_the_usage(console, call, message):
    for_programs, for_people = console(*call, "--json"), console(*call)

    assert (for_programs.exit_code, for_people.exit_code) == (2, 2)
    assert message in json.loads(for_programs.stdout)["error"]
    assert for_people.stderr.startswith("Usage: ") and message in for_people.stderr


def test_a_problem_is_json_too_for_whoever_asks_in_json(console, store):
    result = console("key", "add", "nowhere", "--json")

    assert (result.exit_code, json.loads(result.stdout)) == (1, {"error": NO_SITE})


def test_a_key_for_clients_of_akismet_has_twelve_digits_and_a_warning_where_all_is_held(console, store, facts):
    said = console("key", "add", "demo", "--scope", "check", "--akismet")

    secret = said.stdout.strip()
    assert re.fullmatch("[0-9a-f]{12}", secret)
    assert "Enter it as the Akismet API key." in said.stderr and "leave every comment pending" in said.stderr
    assert facts("demo") == [("console", "key.added")]
    with store.read() as uow:
        assert uow.keys.actor_of_akismet(secret).grants == {"demo": Scope.CHECK}


def test_a_short_key_is_for_checks_only(console, store):
    refusal = console.refusal("key", "add", "demo", "--scope", "read", "--akismet")

    assert refusal == "akismet: such a key is short, so it is for checks only; add --scope check."


def test_the_signing_secret_of_coral_is_asked_for_and_never_shown(console, store, facts):
    said = console("key", "add", "demo", "--scope", "check", "--coral", given="ssec_0123\n")

    assert "/v1/sites/demo/coral" in said.stdout and "ssec_0123" not in said.stdout + said.stderr
    assert facts("demo") == [("console", "key.added")]
    with store.read() as uow:
        [(key_id, secret)] = uow.keys.signing_secrets("demo")
    assert (key_id in said.stdout, secret) == (True, b"ssec_0123")


def test_a_signing_secret_is_for_checks_only(console, store):
    refusal = console.refusal("key", "add", "demo", "--scope", "read", "--coral")

    assert refusal == "coral: a signing secret is for checks only; add --scope check."
