"""Proof of work: a second of calculation for each comment, which an author hardly notices and a flood cannot afford.

Protocol and cryptography are altcha's (https://altcha.org), from its own library. Challenges are signed with a key of
the site, so a solution is valid for one site only, and nothing is stored. The caller checks that a solution was not
used before (`service/rate_limits/limiter.py`).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from altcha.v2 import Payload, create_challenge, verify_solution

from moderation.store.sealing import Sealer

ALGORITHM = "PBKDF2/SHA-256"
"""Browsers run it natively and off the main thread, so the script needs no worker, which a page's content security
policy may forbid."""

COST = 2_000
COUNTERS = range(250, 750)
"""COST: iterations for each number that the browser tries. COUNTERS: the range of the right number. A solution takes
a million iterations on average and at most 1.5 million; a challenge takes COST iterations, a check one hash."""

LIFETIME = timedelta(minutes=10)

MAX_SOLUTION = 4_096
"""A longer solution, in characters, is refused unread; altcha's have about 700."""

_UNTIL = "until"


@dataclass(frozen=True, slots=True)
class Solved:
    """The challenge that a valid solution solves. nonce: identifies it, so that each solution counts once."""

    nonce: str


def make_challenge(sealer: Sealer, site_id: str, *, at: datetime) -> dict[str, Any]:
    """A new challenge for one site, in the form that altcha's widget and solvers read."""
    signature_key, solution_key = _keys(sealer, site_id)
    challenge = create_challenge(
        ALGORITHM,
        COST,
        counter=COUNTERS.start + secrets.randbelow(len(COUNTERS)),
        data={_UNTIL: int((at + LIFETIME).timestamp())},  # not altcha's own field: it would read the machine's clock
        hmac_secret=signature_key,
        hmac_key_secret=solution_key,
    )
    return challenge.to_dict()


def read_solution(sealer: Sealer, site_id: str, solution: str, *, at: datetime) -> Solved | None:
    """The challenge of this site that the text solves; None if it solves none or has expired. Never raises."""
    if not solution or len(solution) > MAX_SOLUTION:
        return None
    signature_key, solution_key = _keys(sealer, site_id)
    if not verify_solution(solution, signature_key, hmac_key_secret=solution_key).verified:
        return None
    parameters = Payload.from_base64(solution).challenge.parameters  # signed by us, so it is as we made it
    if parameters.data is None or parameters.data[_UNTIL] < at.timestamp():
        return None
    return Solved(parameters.nonce)


def _keys(sealer: Sealer, site_id: str) -> tuple[str, str]:
    return sealer.sign("proof", site_id), sealer.sign("proof-solution", site_id)
