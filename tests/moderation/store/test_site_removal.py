"""What is removed of a site before its comments are: in bites, so that others can write in between."""

import pytest

from moderation.near_duplicates import Seen
from tests.builders import NOON, SECOND, a_site, indexed, received


@pytest.fixture
def other(store):
    """A second site."""
    site = a_site("other")
    store.write(lambda uow: uow.sites.add(site, at=NOON))
    return site


def test_what_is_derived_goes_some_at_a_time_and_another_site_keeps_its_own(store, other):
    for site_id in ("demo", "other"):
        seen = {number: Seen(7, 0) for number in range(5)}
        store.write(lambda uow, site_id=site_id, seen=seen: uow.sketches.keep(site_id, seen, at=NOON))
    for number in range(3):
        received(store, at=NOON + number * SECOND)
    received(store, site=other)
    indexed(store)

    removed = [store.write(lambda uow: uow.site_removal.remove_derived("demo", limit=2)) for _ in range(4)]

    assert removed == [4, 3, 1, 0]
    with store.read() as uow:
        assert uow.sketches.count() == 5
        assert len(uow.text_index.find(["comment"], most=10)) == 1
