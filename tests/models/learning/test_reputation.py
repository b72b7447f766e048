"""What is known of those who write: standings from decisions, which fade, and what is served of them."""

import numpy as np
import pytest

from models.learning.reputation import (
    HALF_LIFE_S,
    LEAST,
    MOST,
    MOST_SENDERS,
    NOBODY,
    Reputations,
    Senders,
    sender_keys,
)

ANN, BOB, NOW = sender_keys((11, 5, 7)), sender_keys((22, 6, 0)), 1_000_000_000.0


def after(*decisions: tuple[list[int], bool], at: float = NOW) -> Reputations:
    known = Reputations()
    for author, unwanted in decisions:
        known.note(author, at, unwanted=unwanted)
    return known


def test_nothing_is_known_of_somebody_new():
    known = after((ANN, True), (BOB, False))

    assert known.standings(sender_keys((33, 0, 0)), NOW) == [0.0, 0.0, 0.0]


def test_who_was_rejected_more_often_than_usual_stands_above_0_and_who_was_approved_below():
    known = after(*[(ANN, True)] * 5, *[(BOB, False)] * 5)

    [ann, domain, network], [bob, *_] = known.standings(ANN, NOW), known.standings(BOB, NOW)
    assert ann > 1 > 0 > bob
    assert domain == network == ann


def test_a_standing_is_bounded():
    known = after(*[(BOB, False)] * 500, *[(ANN, True)] * 500)

    assert known.standings(ANN, NOW) == [MOST] * 3
    assert known.standings(BOB, NOW) == [LEAST, 0.0, LEAST]


def test_half_of_what_is_known_is_forgotten_in_half_a_year():
    known = after(*[(ANN, True)] * 4, *[(BOB, False)] * 4)
    later = [known.standings(ANN, NOW + n * HALF_LIFE_S)[0] for n in range(4)]
    two = after(*[(ANN, True)] * 2, *[(BOB, False)] * 2)

    assert later == sorted(later, reverse=True)
    assert later[1] == pytest.approx(two.standings(ANN, NOW)[0], abs=1e-9)


def test_what_is_served_is_read_back_and_only_the_most_telling_are_kept():
    many = {key: key / 10_000 for key in range(1, MOST_SENDERS + 100)}

    senders = Senders.of(many, {})
    read, rest = Senders.from_bytes(senders.to_bytes() + b"rest")

    assert rest == b"rest"
    assert len(read.known) == MOST_SENDERS
    assert 99 not in read.known
    assert read.known[MOST_SENDERS] == (pytest.approx(MOST_SENDERS / 10_000), 0.0)
    assert NOBODY.to_bytes() == Senders.of({}, {}).to_bytes()


def test_the_same_number_is_somebody_else_as_author_domain_and_network():
    keys = sender_keys((5, 5, 5))

    assert len(set(keys)) == 3
    assert all(0 < key < 2**32 for key in keys)
    assert sender_keys((5, 0, 0))[1:] == [0, 0]
    assert np.array(keys, np.uint32).tolist() == keys
