"""Proof of work: a calculation of a second or so for the browser of an author, and of many for a program that floods.

The protocol and the cryptography are those of altcha (https://altcha.org), by its own library. A challenge is signed
with a key that this installation has for the site, so another site's solution is none here, and nothing is stored.
Whether a solution was used before is for the caller to know (`service/rate_limits/limiter.py`).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from altcha.v2 import Payload, create_challenge, verify_solution

from moderation.store.sealing import Sealer

ALGORITHM = "PBKDF2/SHA-256"
"""Every browser does it natively and outside of the page's thread, so no worker is needed, which a page's content
policy may not allow."""

COST = 2_000
COUNTERS = range(250, 750)
"""Iterations for each number that is tried, and the numbers of which one is right: a million iterations on average,
and never more than 1.5 million. Making a challenge takes one number, checking a solution a hash."""

LIFETIME = timedelta(minutes=10)

MAX_SOLUTION = 4_096
"""How many characters of a solution are read; altcha's have some 700."""

_UNTIL = "until"


@dataclass(frozen=True, slots=True)
class Solved:
    """The challenge that a valid solution belongs to. nonce: names it, for no solution counts twice."""

    nonce: str


def make_challenge(sealer: Sealer, site_id: str, *, at: datetime) -> dict[str, Any]:
    """A challenge for the authors of one site, as altcha's widget and solvers read it."""
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
    """The challenge of this site that the text solves, if it is one and has not expired. Never raises."""
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
