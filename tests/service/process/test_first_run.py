"""What the first run makes, and what later runs leave as it is."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from moderation.accounts import Role, Scope
from moderation.config.bootstrap import prepare
from moderation.config.settings import Settings
from moderation.store import Store
from moderation.store.sealing import Sealer
from service.process.first_run import ensure_first_run
from tests.builders import NOON, SECOND, a_site


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env({"REJOINDER_HOME": str(tmp_path), "REJOINDER_PORT": "8123"})


@pytest.fixture
def empty(settings: Settings) -> Iterator[Store]:
    """A store with tables and nothing in them."""
    prepare(settings)
    store = Store(settings.database_url, Sealer(settings.secret))
    yield store
    store.close()


def test_the_first_run_makes_a_site_that_this_machines_own_pages_may_use(empty, settings):
    lines = ensure_first_run(empty, settings, at=NOON)

    with empty.read() as uow:
        site = uow.sites.get(lines.site_id)
    assert site.id == "demo"
    assert site.allows("http://localhost:8123") and site.allows("http://127.0.0.1:8123")


def test_the_first_runs_key_may_moderate_the_site(empty, settings):
    lines = ensure_first_run(empty, settings, at=NOON)

    with empty.read() as uow:
        actor = uow.keys.actor_of(lines.key)
    assert actor is not None and actor.grants == {"demo": Scope.MODERATE}


def test_the_link_signs_the_owner_in_once(empty, settings):
    lines = ensure_first_run(empty, settings, at=NOON)

    token = urlsplit(lines.link).path.rpartition("/")[2]
    owner = empty.write(lambda uow: uow.accounts.redeem_link(token, at=NOON + SECOND))
    again = empty.write(lambda uow: uow.accounts.redeem_link(token, at=NOON + SECOND))
    with empty.read() as uow:
        found = uow.accounts.moderator_named(lines.moderator)
    assert found is not None and (found.id, found.roles) == (owner, {"demo": Role.OWNER})
    assert again is None


def test_a_second_run_makes_nothing_but_another_link(empty, settings):
    first = ensure_first_run(empty, settings, at=NOON)
    second = ensure_first_run(empty, settings, at=NOON + SECOND)

    with empty.read() as uow:
        counts = len(uow.sites.all()), len(uow.accounts.moderators()), len(uow.keys.all("demo"))
    assert counts == (1, 1, 1)
    assert (second.moderator, second.key) == ("owner", "")
    assert second.link != first.link


def test_an_installation_with_a_site_of_its_own_gets_no_demo(empty, settings):
    empty.write(lambda uow: uow.sites.add(a_site("my-blog"), at=NOON))

    lines = ensure_first_run(empty, settings, at=NOON)

    with empty.read() as uow:
        assert [site.id for site in uow.sites.all()] == ["my-blog"]
    assert (lines.site_id, lines.key, lines.moderator) == ("my-blog", "", "owner")


def test_an_owner_who_is_there_already_is_the_one_who_is_let_in(empty, settings):
    empty.write(lambda uow: uow.sites.add(a_site("my-blog"), at=NOON))
    empty.write(lambda uow: uow.accounts.add_moderator("Ada", Role.OWNER, ["my-blog"], at=NOON))

    assert ensure_first_run(empty, settings, at=NOON).moderator == "Ada"


def test_a_disabled_owner_is_not_let_in_again(empty, settings):
    ensure_first_run(empty, settings, at=NOON)
    with empty.read() as uow:
        [owner] = uow.accounts.moderators()
    empty.write(lambda uow: uow.accounts.disable(owner.id, at=NOON))

    assert ensure_first_run(empty, settings, at=NOON).moderator == "owner-2"


def test_what_the_first_run_makes_is_in_the_audit_trail(empty, settings):
    ensure_first_run(empty, settings, at=NOON)

    with empty.read() as uow:
        actions = [entry.fact.action for entry in uow.audit.entries("demo")]
    assert actions == ["site.added", "key.added", "moderator.added"]
