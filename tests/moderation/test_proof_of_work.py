"""Challenges of one site, which expire, and their solutions."""

import base64
import json

import pytest
from altcha.v2 import Challenge, Payload, solve_challenge
from hypothesis import given
from hypothesis import strategies as st

from moderation import proof_of_work
from moderation.proof_of_work import COST, COUNTERS, LIFETIME, MAX_SOLUTION, make_challenge, read_solution
from tests.builders import NOON, SECOND, a_sealer

SEALER = a_sealer()


def solve(challenge):
    """What altcha's widget would send."""
    return Payload(Challenge.from_dict(challenge), solve_challenge(Challenge.from_dict(challenge))).to_base64()


@pytest.fixture
def easy(monkeypatch):
    """Little work."""
    monkeypatch.setattr(proof_of_work, "COST", 1)
    monkeypatch.setattr(proof_of_work, "COUNTERS", range(2, 5))


@pytest.fixture
def challenge(easy):
    return make_challenge(SEALER, "demo", at=NOON)


def test_a_solution_names_its_challenge_for_as_long_as_it_is_valid(challenge):
    solution = solve(challenge)

    solved = [read_solution(SEALER, "demo", solution, at=at) for at in (NOON, NOON + LIFETIME)]

    assert [each and each.nonce for each in solved] == [challenge["parameters"]["nonce"]] * 2
    assert read_solution(SEALER, "demo", solution, at=NOON + LIFETIME + SECOND) is None


def test_a_solution_counts_for_its_site_and_its_installation_only(challenge):
    solution = solve(challenge)

    assert read_solution(SEALER, "other", solution, at=NOON) is None
    assert read_solution(a_sealer(b"another secret, also 32 bytes..."), "demo", solution, at=NOON) is None


def test_no_two_challenges_are_alike_and_none_tells_its_site(challenge):
    another = make_challenge(SEALER, "demo", at=NOON)

    assert another["parameters"]["nonce"] != challenge["parameters"]["nonce"]
    assert "demo" not in json.dumps(challenge)


@pytest.mark.parametrize("change", [{"cost": 0}, {"keyPrefix": ""}, {"data": {"until": 9e9}}, {"expiresAt": 9e9}])
def test_a_challenge_that_somebody_changed_is_none(challenge, change):
    sent = json.loads(base64.b64decode(solve(challenge)))
    sent["challenge"]["parameters"] |= change

    assert read_solution(SEALER, "demo", base64.b64encode(json.dumps(sent).encode()).decode(), at=NOON) is None


def test_a_number_without_its_key_is_no_solution(challenge):
    sent = json.loads(base64.b64decode(solve(challenge)))
    sent["solution"]["derivedKey"] = "00" * 32

    assert read_solution(SEALER, "demo", base64.b64encode(json.dumps(sent).encode()).decode(), at=NOON) is None


def _sent(value):
    return base64.b64encode(json.dumps(value).encode()).decode()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
_PARTS = st.fixed_dictionaries(
    {"challenge": st.fixed_dictionaries({"parameters": _JSON, "signature": _JSON}) | _JSON, "solution": _JSON}
)


@given((_JSON | _PARTS).map(_sent) | st.text(max_size=200) | st.just("A" * (MAX_SOLUTION + 1)))
def test_whatever_else_is_sent_is_no_solution(sent):
    assert read_solution(SEALER, "demo", sent, at=NOON) is None


def test_the_work_is_bounded_and_its_proof_is_short_enough():
    challenge = make_challenge(SEALER, "demo", at=NOON)["parameters"]

    assert challenge["algorithm"] == "PBKDF2/SHA-256" and challenge["cost"] == COST
    assert COST * COUNTERS[-1] < 1_500_000
    assert len(challenge["keyPrefix"]) == 32
