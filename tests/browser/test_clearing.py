"""A moderator clears four hundred comments by keyboard, and a campaign of three hundred."""

from datetime import UTC, datetime

import pytest

from bench.dashboard.keyboard import clear, sign_in, wrong
from moderation.demo.fill import Plan, fill
from moderation.queue import Search
from tests.browser.conftest import Service
from tests.builders import ADA, DAY, sent_copies

pytestmark = pytest.mark.slow

NOW = datetime.now(UTC)
OFFER = "Dear {}, our agency sells followers cheaply, write to us today and get the first hundred for free."


def waiting(service: Service) -> int:
    with service.store.read() as uow:
        return uow.queue.counts(Search(sites=("demo",)))["pending"].number


def test_four_hundred_comments_take_few_keys_and_none_decides_wrongly(page, service):
    fill(service.store, Plan("demo", 2_000, 400, ADA, NOW))
    sign_in(page, service.store, service.url)

    found = clear(page)

    assert waiting(service) == 0
    assert wrong(service.store, found) == []
    assert len(found.wanted) > 250
    assert found.per_hundred(found.presses, 400) <= 60
    assert found.per_hundred(found.bytes, 400) <= 1_000_000


def test_a_campaign_of_three_hundred_takes_at_most_three_keys(page, service):
    sent_copies(service.store, [OFFER.format(n) for n in range(300)], at=NOW - DAY)
    sign_in(page, service.store, service.url)

    found = clear(page)

    assert waiting(service) == 0
    assert found.presses <= 3
