"""Sites come back from the store as they went in."""

from tests.builders import NOON, a_policy, a_site


def test_a_site_comes_back_as_it_was_stored(store):
    site = a_site("other", policy=a_policy(hold_links=None))

    store.write(lambda uow: uow.sites.add(site, at=NOON))

    with store.read() as uow:
        assert uow.sites.get("other") == site
