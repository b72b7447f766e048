"""Floods, and solutions of the challenges that are asked for in one."""

from datetime import datetime
from typing import Any

from altcha.v2 import Challenge, Payload, solve_challenge

from moderation.form_switches import FormSwitches
from moderation.site import Site
from moderation.store import Store
from service.rate_limits.floods import MANY_COPIES
from tests.builders import NOON, SECOND, a_site, sent_copies

OFFER = "Dear friend, our agency sells {} followers cheaply, write to us today and get the first hundred for free."


def solve(challenge: dict[str, Any]) -> str:
    """What altcha's widget would send."""
    solution = solve_challenge(Challenge.from_dict(challenge))
    assert solution is not None
    return Payload(Challenge.from_dict(challenge), solution).to_base64()


def ask_for_proof(store: Store, **changes: Any) -> Site:
    """Have the site ask for proofs in a flood."""
    site = a_site(form=FormSwitches(proof=True), **changes)
    store.write(lambda uow: uow.sites.change(site))
    return site


def flood(store: Store, count: int = MANY_COPIES + 1, *, at: datetime = NOON) -> None:
    """Let so many near copies come within the minute before this time."""
    sent_copies(store, [OFFER.format(n) for n in range(count)], at=at - count * SECOND)
