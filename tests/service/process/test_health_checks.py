"""Each thing that can be wrong is found and reported with its remedy."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import update

from models.inference import sentence_encoder
from models.inference.sentence_encoder import SentenceEncoder
from moderation.config.bootstrap import opened_store, prepare
from moderation.config.settings import Settings
from moderation.form_switches import FormSwitches
from moderation.messages import Message
from moderation.page_problems import PROBLEMS
from moderation.store import Store
from moderation.store.database.migrate import opened_database
from moderation.store.sealing import Sealer
from moderation.store.tables import deliveries, destinations
from service.process.findings import State
from service.process.health_checks import (
    address_findings,
    clock_finding,
    database_findings,
    durability_finding,
    encoder_finding,
    home_findings,
    mail_finding,
    model_finding,
    redis_findings,
    redis_settings,
)
from service.process.site_checks import origin_finding, proof_findings, proxy_finding, site_findings, webhook_findings
from tests.builders import DAY, NOON, a_site, an_arrival, received
from tests.models.encoders import needs_encoder
from tests.moderation.mail.smtp_server import post_office
from tests.moderation.store.announcing import an_endpoint
from tests.stack import free_port

GOOD_REDIS = {"redis_version": "7.2.4", "maxmemory_policy": "noeviction", "aof_enabled": 1}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation whose database is up to date."""
    settings = Settings.from_env({"REJOINDER_HOME": str(tmp_path)})
    prepare(settings)
    return settings


def wrong(findings):
    return [finding for finding in findings if finding.state is State.WRONG]


def test_a_good_database_is_well(settings):
    findings = list(database_findings(settings))

    assert [finding.subject for finding in findings] == ["database", "durability", "database clock", "secret"]
    assert {finding.state for finding in findings} == {State.OK}
    assert "journal_mode=wal, synchronous=FULL" in findings[1].text


@pytest.mark.slow
def test_a_good_postgresql_is_well_but_for_a_switched_off_fsync(postgresql_url, tmp_path):
    settings = Settings.from_env({"REJOINDER_HOME": str(tmp_path), "REJOINDER_DATABASE_URL": postgresql_url})
    prepare(settings)

    database, durability, clock, _ = database_findings(settings)

    assert (database.state, clock.state) == (State.OK, State.OK)
    assert database.text.startswith("PostgreSQL")
    assert durability.state is State.WRONG  # the tests' own server runs without fsync
    assert "Change fsync=off" in durability.remedy


def test_a_missing_database_is_wrong(tmp_path):
    [finding] = database_findings(Settings.from_env({"REJOINDER_HOME": str(tmp_path)}))

    assert (finding.state, finding.text) == (State.WRONG, f"there is no file {tmp_path}/rejoinder.db")
    assert "rejoinder up" in finding.remedy


def test_a_database_without_our_tables_is_told_to_be_brought_up_to_date(tmp_path):
    settings = Settings.from_env({"REJOINDER_HOME": str(tmp_path)})
    sqlite3.connect(tmp_path / "rejoinder.db").close()

    [finding] = database_findings(settings)

    assert "is at revision none" in finding.text
    assert "migrates it" in finding.remedy


def test_a_database_of_a_newer_version_is_told_to_be_left_to_that_version(settings):
    connection = sqlite3.connect(settings.home / "rejoinder.db")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()

    [finding] = database_findings(settings)

    assert finding.state is State.WRONG
    assert "made by a newer Rejoinder (revision 9999): start that version" in finding.text
    assert "rejoinder up" not in finding.remedy


def test_a_damaged_database_is_wrong(settings):
    (settings.home / "rejoinder.db").write_bytes(b"something else entirely" * 1000)

    [finding] = database_findings(settings)

    assert finding.state is State.WRONG
    assert "file is not a database" in finding.text


def test_settings_that_lose_comments_are_wrong():
    assert durability_finding({"fsync": "off"}, ("fsync=off",)).state is State.WRONG
    assert durability_finding({"fsync": "on"}, ()).state is State.OK


@pytest.mark.parametrize(("offset_s", "state"), [(0.3, State.OK), (-1.9, State.OK), (-60, State.WRONG)])
def test_clocks_that_differ_by_more_than_two_seconds_are_wrong(offset_s, state):
    assert clock_finding("database", offset_s).state is state


def test_a_good_redis_is_well():
    assert {finding.state for finding in redis_settings(GOOD_REDIS)} == {State.OK}


@pytest.mark.parametrize(
    ("change", "state", "remedy"),
    [
        ({"redis_version": "6.2.14"}, State.WRONG, "Redis 7 or newer"),
        ({"maxmemory_policy": "allkeys-lru"}, State.WRONG, "maxmemory-policy noeviction"),
        ({"aof_enabled": 0}, State.NOTE, "appendonly yes"),
    ],
)
def test_a_redis_that_is_old_forgets_or_keeps_nothing_is_found(change, state, remedy):
    [finding] = [each for each in redis_settings({**GOOD_REDIS, **change}) if each.state is not State.OK]

    assert finding.state is state
    assert remedy in finding.remedy


def test_a_server_that_does_not_answer_is_wrong_but_an_embedded_one_may_rest(settings, tmp_path):
    url = "redis://127.0.0.1:9/0"
    external = Settings.from_env({"REJOINDER_HOME": str(tmp_path), "REJOINDER_REDIS_URL": url})

    [away] = redis_findings(external)

    assert (away.state, "comments are accepted, and scored later" in away.remedy) == (State.WRONG, True)
    assert [finding.state for finding in redis_findings(settings)] == [State.NOTE]


def test_a_model_that_is_not_there_is_wrong(tmp_path):
    finding = model_finding(tmp_path)

    assert finding.state is State.WRONG
    assert finding.text.startswith(f"REJOINDER_MODEL cannot be '{tmp_path}'")
    assert "manifest.json is missing" in finding.text


def test_the_model_that_ships_is_well():
    assert model_finding(None).state is State.OK


def test_an_encoder_that_is_off_or_not_installed_is_well(monkeypatch):
    monkeypatch.setattr(sentence_encoder, "PACKAGE", "no_such_encoder")

    assert encoder_finding(uses_encoder=False).text == "off, by REJOINDER_ENCODER"
    assert encoder_finding(uses_encoder=True).text == "not installed; it is optional"
    assert {encoder_finding(uses_encoder=each).state for each in (True, False)} == {State.OK}


@needs_encoder
def test_an_encoder_with_other_files_is_wrong(monkeypatch, tmp_path):
    monkeypatch.setattr(sentence_encoder, "package_folder", lambda: tmp_path)

    finding = encoder_finding(uses_encoder=True)

    assert finding.state is State.WRONG
    assert f"{tmp_path / '__init__.py'} cannot be read" in finding.text
    assert "Scores are without it" in finding.remedy


@needs_encoder
def test_an_encoder_that_says_something_else_is_wrong(monkeypatch):
    monkeypatch.setattr(SentenceEncoder, "vectors", lambda self, bodies: np.zeros((len(bodies), len(self.head) - 1)))

    finding = encoder_finding(uses_encoder=True)

    assert (finding.state, "otherwise than it should" in finding.text) == (State.WRONG, True)


@pytest.mark.slow
@needs_encoder
def test_the_encoder_that_was_checked_is_well():
    assert encoder_finding(uses_encoder=True).state is State.OK


def test_the_disk_of_a_database_elsewhere_is_looked_at_too(tmp_path):
    (tmp_path / "data").mkdir()
    database = {"REJOINDER_DATABASE_URL": f"sqlite:///{tmp_path}/data/rejoinder.db"}

    findings = home_findings(Settings.from_env({"REJOINDER_HOME": str(tmp_path), **database}))

    assert [each.text.partition(" free at ")[2] for each in findings] == [str(tmp_path), f"{tmp_path}/data"]


def test_a_secret_that_others_can_read_is_wrong(settings):
    (settings.home / "secret").chmod(0o644)

    [finding] = wrong(home_findings(settings))

    assert finding.remedy == f"chmod 600 {settings.home}/secret"


def test_a_lost_secret_is_wrong_and_none_is_made_in_its_place(settings):
    (settings.home / "secret").unlink()

    [finding] = wrong(database_findings(settings))

    assert finding.text.startswith("The secret is missing")
    assert not (settings.home / "secret").exists()


def test_a_database_that_has_begun_with_no_secret_is_not_called_well(settings):
    with opened_database(settings.database_url) as database, database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM installation")

    [finding] = [each for each in database_findings(settings) if each.subject == "secret"]

    assert (finding.state, finding.text) == (State.NOTE, "the database has none yet")


@pytest.mark.parametrize(
    ("variables", "state"),
    [
        ({}, State.OK),
        ({"REJOINDER_PUBLIC_URL": "http://comments.example"}, State.NOTE),
        ({"REJOINDER_PUBLIC_URL": "https://comments.example"}, State.NOTE),
        ({"REJOINDER_PUBLIC_URL": "https://comments.example", "REJOINDER_PROXY_HOPS": "1"}, State.OK),
    ],
)
def test_an_address_without_tls_or_without_its_proxy_is_noted(tmp_path, variables, state):
    settings = Settings.from_env({"REJOINDER_HOME": str(tmp_path), **variables})

    assert [finding.state for finding in address_findings(settings)] == [state]


@pytest.mark.parametrize(
    ("origins", "results"),
    [
        ((), "has no origin, so no page may show its form"),
        (("https://blog.example",), "pages opened as https://www.blog.example are refused"),
        (("https://www.blog.example",), "pages opened as https://blog.example are refused"),
    ],
)
def test_a_site_without_origins_or_without_a_twin_is_noted_with_the_command(origins, results):
    finding = origin_finding(a_site(origins=origins))

    assert (finding.state, finding.text) == (State.NOTE, results)
    assert "rejoinder site add demo --origin https://" in finding.remedy


@pytest.mark.parametrize(
    "origins",
    [
        ("https://blog.example", "https://www.blog.example"),
        ("http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"),
        ("https://comments.blog.example",),
    ],
)
def test_origins_that_miss_nothing_are_well(origins):
    assert origin_finding(a_site(origins=origins)).state is State.OK


def test_pages_on_which_no_browser_can_solve_what_the_site_asks_for_are_noted():
    secure = ("https://blog.example", "http://localhost:8080", "http://127.0.0.1:8080")
    site = a_site(origins=(*secure, "http://old.example"), form=FormSwitches(proof=True))

    [finding] = proof_findings(site)

    assert (finding.state, finding.text.partition(" at ")[2]) == (State.NOTE, "http://old.example")
    assert list(proof_findings(a_site(origins=secure, form=FormSwitches(proof=True)))) == []
    assert list(proof_findings(a_site(origins=("http://old.example",)))) == []


READABLE, PRIVATE = "8.8.8.0/24", "10.0.0.0/24"


@pytest.mark.parametrize(
    ("networks", "state", "remedy"),
    [
        ([READABLE, READABLE, "2600:1f00::/48"], State.OK, ""),
        ([READABLE, READABLE, ""], State.NOTE, "plain IP addresses into X-Forwarded-For"),
        (["", "", READABLE], State.WRONG, "plain IP addresses into X-Forwarded-For"),
        ([PRIVATE, PRIVATE, READABLE], State.NOTE, "Correct REJOINDER_PROXY_HOPS"),
    ],
)
def test_addresses_that_proxies_do_not_pass_on_are_found(networks, state, remedy):
    finding = proxy_finding(networks)

    assert finding.state is state
    assert remedy in finding.remedy


def test_the_addresses_of_stored_comments_are_checked_only_behind_a_proxy(settings):
    with closing(Store(settings.database_url, Sealer(settings.secret))) as store:
        store.write(lambda uow: uow.sites.add(a_site(), at=NOON))
        received(store, arrival=an_arrival(address=""))

    assert [each.state for each in site_findings(settings) if each.subject == "author addresses"] == []
    behind = replace(settings, proxy_hops=1)
    assert [each.state for each in site_findings(behind) if each.subject == "author addresses"] == [State.WRONG]


def test_every_site_is_looked_at(settings):
    store = Store(settings.database_url, Sealer(settings.secret))
    store.write(lambda uow: uow.sites.add(a_site(), at=NOON))
    store.close()

    assert [finding.subject for finding in site_findings(settings)] == ["site demo"]


@pytest.mark.parametrize("field", PROBLEMS)
def test_what_a_page_gave_and_could_not_be_used_is_said_for_a_month(settings, field):
    store = Store(settings.database_url, Sealer(settings.secret))
    store.write(lambda uow: uow.sites.add(a_site(), at=NOON))
    thread_id = received(store).thread.id
    now = datetime.now(UTC)

    store.write(lambda uow: uow.page_problems.note({("demo", field): thread_id}, at=now - 29 * DAY))
    found = [finding.remedy for finding in site_findings(settings)]
    store.write(lambda uow: uow.page_problems.note({("demo", field): thread_id}, at=now - 31 * DAY))
    later = [finding.remedy for finding in site_findings(settings)]
    store.close()

    assert PROBLEMS[field][1] in found
    assert PROBLEMS[field][1] not in later


def mail_settings(tmp_path, url):
    mail = {"REJOINDER_SMTP_URL": url, "REJOINDER_MAIL_FROM": "comments@blog.example"}
    return Settings.from_env({"REJOINDER_HOME": str(tmp_path), **mail})


def test_mail_may_be_off(settings):
    assert (mail_finding(settings).state, mail_finding(settings).remedy) == (State.OK, "")


def test_a_mail_server_that_lets_us_in_is_well_and_gets_no_mail(tmp_path):
    with post_office() as office:
        finding = mail_finding(mail_settings(tmp_path, f"smtp://{office.url}"))

    assert (finding.state, finding.text) == (State.OK, f"{office.url} lets us in without TLS")
    assert office.arrived == []


def test_a_mail_server_that_is_not_there_is_wrong(tmp_path):
    finding = mail_finding(mail_settings(tmp_path, f"smtp://me:secret@127.0.0.1:{free_port()}"))

    assert finding.state is State.WRONG
    assert "The connection failed" in finding.text and "secret" not in finding.text
    assert "REJOINDER_SMTP_URL" in finding.remedy


@pytest.fixture
def endpoint(settings):
    """An endpoint of a site, and a function that changes what is known of it."""
    with opened_store(settings) as store:
        store.write(lambda uow: uow.sites.add(a_site(), at=NOON))
        endpoint = an_endpoint(store)

        def change(**values):
            changed = update(destinations).where(destinations.c.id == endpoint.id).values(**values)
            store.write(lambda uow: uow.connection.execute(changed))

        yield endpoint, change, store


def test_an_endpoint_that_works_is_well(settings, endpoint):
    [finding] = webhook_findings(settings, at=NOON)

    assert (finding.state, finding.subject) == (State.OK, f"webhook {endpoint[0].id}")


@pytest.mark.parametrize(("minutes", "state"), [(5, State.NOTE), (11, State.WRONG)])
def test_an_endpoint_that_fails_for_more_than_ten_minutes_is_wrong(settings, endpoint, minutes, state):
    endpoint[1](failing_since=NOON - timedelta(minutes=minutes))

    [finding] = webhook_findings(settings, at=NOON)

    assert finding.state is state
    assert "fails since" in finding.text and "repair the receiver" in finding.remedy


def test_a_disabled_endpoint_is_wrong_with_its_reason_and_the_way_back(settings, endpoint):
    with endpoint[2].read() as uow:
        [known] = uow.endpoints.all("demo")
    endpoint[2].write(lambda uow: uow.endpoints.disable("demo", known.id, reason=Message("http.gone"), at=NOON))

    [finding] = webhook_findings(settings, at=NOON)

    assert finding.state is State.WRONG
    assert str(Message("http.gone")) in finding.text and "enable it" in finding.remedy


def test_what_was_given_up_in_the_last_week_is_told_and_its_url_is_not(settings, endpoint):
    known, _, store = endpoint
    event_id = store.write(lambda uow: uow.deliveries.announce_test("demo", known.id, at=NOON))
    given_up = update(deliveries).where(deliveries.c.event_id == event_id)
    store.write(lambda uow: uow.connection.execute(given_up.values(status="given_up", ended_at=NOON)))

    [finding] = webhook_findings(settings, at=NOON + timedelta(days=6))
    [later] = webhook_findings(settings, at=NOON + timedelta(days=8))

    assert (finding.state, later.state) == (State.NOTE, State.OK)
    assert "1 given up in the last week" in finding.text and known.url not in finding.text
