"""What a start says when Redis does not answer: everything depends on whether there is something to lose."""

import pytest

from moderation.config.bootstrap import prepare
from moderation.config.settings import Settings
from moderation.dispatch import connect
from moderation.errors import BadSetting
from moderation.store import Store
from moderation.store.sealing import Sealer
from service.process import preflight
from service.process.preflight import prepare_start
from tests.builders import NOON, a_site

NOBODY = "redis://:hunter2@127.0.0.1:9/0"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(preflight, "REDIS_WAIT_S", 0)


def settings_of(home, redis_url=NOBODY):
    return Settings.from_env({"REJOINDER_HOME": str(home), "REJOINDER_REDIS_URL": redis_url})


def test_where_nothing_is_set_up_yet_a_redis_that_does_not_answer_stops_the_start(tmp_path):
    said = []

    for _ in range(2):
        with pytest.raises(BadSetting) as error:
            prepare_start(settings_of(tmp_path), said.append)

    assert "connecting to 127.0.0.1:9. Connection refused. Start it, or correct REJOINDER_REDIS_URL" in str(
        error.value
    )
    assert "hunter2" not in str(error.value)
    assert said == []


def test_an_installation_that_has_a_site_starts_without_redis_and_says_so(tmp_path):
    settings, said = settings_of(tmp_path), []
    prepare(settings)
    store = Store(settings.database_url, Sealer(settings.secret))
    store.write(lambda uow: uow.sites.add(a_site(), at=NOON))
    store.close()

    prepare_start(settings, said.append)

    [note] = said
    assert "Connection refused" in note and "comments are accepted, and scored later" in note


def test_an_embedded_valkey_is_not_looked_for_before_it_starts(tmp_path):
    said = []

    assert prepare_start(settings_of(tmp_path, redis_url=""), said.append).found == ""
    assert said == []


@pytest.mark.parametrize("policy", ["allkeys-lru", "volatile-lru"])
def test_a_redis_that_evicts_stops_the_start_with_the_remedy(tmp_path, valkey, policy):
    with connect(valkey) as redis:
        redis.config_set("maxmemory-policy", policy)
        try:
            with pytest.raises(BadSetting, match=f"maxmemory-policy {policy}.*set maxmemory-policy to noeviction"):
                prepare_start(settings_of(tmp_path, valkey), print)
        finally:
            redis.config_set("maxmemory-policy", "noeviction")
