"""Sketches find near copies, tell other texts apart, and exist for any text."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.near_duplicates import MIN_SIMILARITY, PASSAGES, similarity, sketch_many
from models.training.synthetic import generate
from moderation.near_duplicates import NOTHING
from tests.copies import count_copies

WORDS = (
    "garden", "river", "yellow", "machine", "winter", "borrow", "simple", "ticket", "copper", "window",
    "market", "silver", "travel", "purple", "engine", "kitchen", "harbour", "letter", "summer", "pocket",
    "number", "orange", "castle", "planet", "ribbon", "shadow", "timber", "velvet", "wonder",
)  # fmt: skip


def altered(text: str, k: int, rng: random.Random) -> str:
    """Replace k words of a text by others."""
    words = text.split()
    for at in rng.sample(range(len(words)), k):
        words[at] = rng.choice(WORDS)
    return " ".join(words)


@pytest.mark.parametrize(("replaced", "found"), [(0, 1.0), (1, 0.97), (2, 0.85)])
def test_a_copy_with_replaced_words_is_found(replaced: int, found: float) -> None:
    rng = random.Random(replaced)
    originals = [" ".join(rng.choices(WORDS, k=rng.randint(12, 40))) for _ in range(300)]

    copies = [altered(text, replaced, rng) for text in originals]

    pairs = zip(sketch_many(originals), sketch_many(copies), strict=True)
    hits = sum(count_copies({"1": first, "2": second}, {})["2"] for first, second in pairs)
    assert hits >= found * len(originals)


def test_a_copy_with_another_link_and_number_gets_the_same_sketch() -> None:
    first = "Cheap loans for everyone, call 555 1234 or see http://one.example/a today"
    second = "Cheap loans for everyone, call 999 7777 or see https://other.example/b?c=d today"

    [one, two] = sketch_many([first, second])

    assert one == two
    assert similarity(first, second) == 1.0


def test_different_comments_are_no_copies() -> None:
    rng = random.Random(7)
    words = ["".join(rng.choices("abdegiklmnoprstu", k=rng.randint(3, 8))) for _ in range(800)]
    bodies = [" ".join(rng.choices(words, k=rng.randint(8, 30))) for _ in range(400)]

    copies = count_copies({f"{number:03}": sketch for number, sketch in enumerate(sketch_many(bodies))}, {})
    assert sum(copies.values()) == 0


def test_generated_ham_is_rarely_similar() -> None:
    bodies = [sample.body for sample in generate(1500, seed=3) if not sample.is_spam]
    bodies = [body for body in bodies if len(body.split()) >= 12]

    similar = sum(similarity(a, b) >= MIN_SIMILARITY for a, b in pairwise(bodies))

    assert similar <= 1


@pytest.mark.parametrize("body", ["", "Thanks!", "I agree with this", "http://one.example/ http://two.example/"])
def test_a_text_of_fewer_than_five_words_gets_no_sketch(body: str) -> None:
    assert sketch_many([body]) == [NOTHING]


def test_a_text_without_spaces_in_another_script_gets_a_sketch() -> None:
    [sketch] = sketch_many(["これは特価販売のお知らせですのでぜひご覧になってくださいませ"])

    assert len(sketch.passages) == PASSAGES


def test_a_sketch_does_not_depend_on_its_batch() -> None:
    bodies = [sample.body for sample in generate(200, seed=5)]

    together = sketch_many(bodies)

    assert together == [sketch_many([body])[0] for body in bodies]


def test_stored_sketches_never_change() -> None:
    [sketch] = sketch_many(["The quick brown fox jumps over the lazy dog near the river bank"])

    assert (sketch.passages[:2], sketch.fingerprint) == FROZEN


FROZEN = ((-9042449569125183368, -8864964739525011641), 68686487268199147836355690211083487039)


@settings(deadline=None)
@given(st.lists(st.text(), max_size=5))
def test_any_text_can_be_sketched(bodies: list[str]) -> None:
    for sketch in sketch_many(bodies):
        assert len(sketch.passages) <= PASSAGES
        assert all(-(2**63) <= passage < 2**63 for passage in sketch.passages)
        assert 0 <= sketch.fingerprint < 2**128


@settings(deadline=None)
@given(st.text(), st.text())
def test_similarity_is_symmetric_and_bounded(a: str, b: str) -> None:
    assert 0.0 <= similarity(a, b) == similarity(b, a) <= 1.0
    assert similarity(a, a) == 1.0
