"""What a flood is, when it begins and when it ends."""

import pytest

from moderation.actions import Action
from moderation.campaigns import decide_campaign
from moderation.config.rates import parse_rates
from moderation.reasons import Reason
from service.rate_limits.floods import LOOK_AGAIN, MANY_COPIES, RECENT, FloodWatch
from service.rate_limits.limiter import Limiter, WindowCounter
from service.rate_limits.redis_windows import SharedWindows
from tests.builders import ADA, NOON, SECOND, RecordingDispatch, a_site, a_submission, received, settled
from tests.proofs import flood


def a_limiter(store, site="1000/hour", shared=None):
    rates = dict.fromkeys(("network", "size", "reads", "email", "checks"), parse_rates("1000/hour"))
    return Limiter(WindowCounter(shared), store.sealer, site=parse_rates(site), **rates)


@pytest.fixture
def watch(store):
    return FloodWatch(store, a_limiter(store))


def test_an_ordinary_day_is_no_flood(store, watch):
    flood(store, MANY_COPIES)
    for n in range(30):
        settled(store, received(store, a_submission(f"Number {n} has something of its own to say, and says it.")))

    assert not watch.is_on("demo", at=NOON)


def test_many_near_copies_are_a_flood_of_their_site_whatever_became_of_them(store, watch):
    store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    flood(store)
    with store.read() as uow:
        [campaign] = uow.campaigns.largest(sites=["demo"], limit=1)
    decided = {"by": ADA, "sites": ["demo"], "at": NOON}
    decide_campaign(store, RecordingDispatch(), campaign.id, Action.REJECT, Reason.SPAM, **decided)

    assert watch.is_on("demo", at=NOON)
    assert not watch.is_on("other", at=NOON)


def test_more_than_the_site_may_get_is_a_flood_even_for_those_who_have_their_fair_share(sqlite_store):
    limiter = a_limiter(sqlite_store, site="2/hour")
    watch = FloodWatch(sqlite_store, limiter)

    limiter.admit("demo", "192.0.2.1", None), limiter.admit("demo", "192.0.2.2", None)
    before = watch.is_on("demo", at=NOON)
    limiter.admit("demo", "192.0.2.3", None)

    assert (before, watch.is_on("demo", at=NOON + LOOK_AGAIN)) == (False, True)


def test_processes_agree_when_a_flood_of_copies_ends(store):
    flood(store)
    seen_it, saw_nothing = (FloodWatch(store, a_limiter(store)) for _ in range(2))
    began = seen_it.is_on("demo", at=NOON + RECENT / 2)

    after = NOON + RECENT + LOOK_AGAIN

    assert (began, seen_it.is_on("demo", at=after), saw_nothing.is_on("demo", at=after)) == (True, False, False)


def test_the_database_is_asked_only_now_and_then_and_again_after_a_clock_was_set_back(sqlite_store):
    watch = FloodWatch(sqlite_store, a_limiter(sqlite_store))
    before = watch.is_on("demo", at=NOON)
    flood(sqlite_store, at=NOON - SECOND)

    soon = watch.is_on("demo", at=NOON + LOOK_AGAIN - SECOND)
    set_back = watch.is_on("demo", at=NOON - SECOND)

    assert (before, soon, set_back) == (False, False, True)


def test_a_solution_is_used_once(sqlite_store):
    limiter = a_limiter(sqlite_store)

    uses = [limiter.is_first_use(site, nonce) for site, nonce in [("demo", "a"), ("demo", "a"), ("demo", "b")]]

    assert uses == [True, False, True]


def test_all_processes_know_which_solutions_were_used_and_that_a_site_is_over_its_limit(sqlite_store, valkey):
    shared = [SharedWindows(valkey), SharedWindows(valkey)]
    one, another = [a_limiter(sqlite_store, "1/hour", each) for each in shared]
    one.admit("demo", "192.0.2.1", None), one.admit("demo", "192.0.2.2", None)

    used = [one.is_first_use("demo", "a"), another.is_first_use("demo", "a")]
    over = [another.is_over("demo"), another.is_over("other")]
    for each in shared:
        each._redis.close()

    assert (used, over) == ([True, False], [True, False])
