import pytest

from moderation.errors import NotFound
from service.caches.sites import FRESH_S, SiteCache
from tests.builders import NOON, a_site


@pytest.fixture
def ticks():
    """The clock of the cache, moved by hand."""
    return [0.0]


@pytest.fixture
def cache(sqlite_store, ticks):
    return SiteCache(sqlite_store, lambda: ticks[0])


def test_a_change_of_another_process_is_seen_after_a_second(cache, sqlite_store, ticks):
    assert cache.get("demo").name == "A demo blog"
    sqlite_store.write(lambda uow: uow.sites.change(a_site(name="Renamed")))

    ticks[0] = FRESH_S - 0.01
    before = cache.get("demo").name
    ticks[0] = FRESH_S
    after = cache.get("demo").name

    assert (before, after) == ("A demo blog", "Renamed")


def test_a_change_of_this_process_is_seen_at_once(cache, sqlite_store):
    cache.get("demo")
    sqlite_store.write(lambda uow: uow.sites.change(a_site(name="Renamed")))

    cache.forget("demo")

    assert cache.get("demo").name == "Renamed"


def test_a_site_that_did_not_exist_is_seen_as_soon_as_it_does(cache, sqlite_store):
    with pytest.raises(NotFound):
        cache.get("garden")

    sqlite_store.write(lambda uow: uow.sites.add(a_site("garden"), at=NOON))

    assert cache.get("garden").id == "garden"
