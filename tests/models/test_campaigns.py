"""Near copies: what counts as one, what does not, and that nothing breaks the sketch."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.campaigns import BANDS, NEAR, similarity, sketch_many
from models.comeons import generate

WORDS = [
    "garden",
    "river",
    "yellow",
    "machine",
    "winter",
    "borrow",
    "simple",
    "ticket",
    "copper",
    "window",
    "market",
    "silver",
    "travel",
    "purple",
    "engine",
    "kitchen",
    "harbour",
    "letter",
    "summer",
    "pocket",
    "number",
    "orange",
    "castle",
    "planet",
    "ribbon",
    "shadow",
    "timber",
    "velvet",
    "wonder",
]


def altered(text: str, k: int, rng: random.Random) -> str:
    """Replace k words of a text by others."""
    words = text.split()
    for at in rng.sample(range(len(words)), k):
        words[at] = rng.choice(WORDS)
    return " ".join(words)


@pytest.mark.parametrize(("replaced", "found"), [(0, 1.0), (1, 0.97), (2, 0.85)])
def test_a_copy_is_found_although_words_were_replaced(replaced: int, found: float) -> None:
    rng = random.Random(replaced)
    originals = [" ".join(rng.choices(WORDS, k=rng.randint(12, 40))) for _ in range(300)]

    copies = [altered(text, replaced, rng) for text in originals]

    pairs = zip(sketch_many(originals), sketch_many(copies), originals, copies, strict=True)
    hits = sum(bool(set(a) & set(b)) and similarity(text, copy) >= NEAR for a, b, text, copy in pairs)
    assert hits >= found * len(originals)


def test_a_copy_with_another_link_and_number_gets_the_same_bands() -> None:
    first = "Cheap loans for everyone, call 555 1234 or see http://one.example/a today"
    second = "Cheap loans for everyone, call 999 7777 or see https://other.example/b?c=d today"

    [one, two] = sketch_many([first, second])

    assert one == two
    assert similarity(first, second) == 1.0


def test_honest_comments_are_not_taken_for_copies_of_each_other() -> None:
    rng = random.Random(7)
    words = ["".join(rng.choices("abdegiklmnoprstu", k=rng.randint(3, 8))) for _ in range(800)]
    bodies = [" ".join(rng.choices(words, k=rng.randint(8, 30))) for _ in range(400)]

    owners: dict[int, set[int]] = {}
    for number, bands in enumerate(sketch_many(bodies)):
        for band in bands:
            owners.setdefault(band, set()).add(number)

    pairs = {(a, b) for group in owners.values() for a in group for b in group if a < b}
    assert not [(a, b) for a, b in pairs if similarity(bodies[a], bodies[b]) >= NEAR]


def test_few_pairs_of_invented_honest_comments_look_alike() -> None:
    bodies = [sample.body for sample in generate(1500, seed=3) if not sample.is_spam]
    bodies = [body for body in bodies if len(body.split()) >= 12]

    alike = sum(similarity(a, b) >= NEAR for a, b in pairwise(bodies))

    assert alike <= 1


@pytest.mark.parametrize("body", ["", "Thanks!", "I agree with this", "http://one.example/ http://two.example/"])
def test_a_text_of_fewer_than_five_words_gets_no_bands(body: str) -> None:
    assert sketch_many([body]) == [()]


def test_a_text_without_spaces_in_another_script_gets_bands() -> None:
    [bands] = sketch_many(["これは特価販売のお知らせですのでぜひご覧になってくださいませ"])

    assert len(bands) == BANDS


def test_a_sketch_does_not_depend_on_its_neighbours() -> None:
    bodies = [sample.body for sample in generate(200, seed=5)]

    together = sketch_many(bodies)

    assert together == [sketch_many([body])[0] for body in bodies]


def test_stored_bands_never_change() -> None:
    [bands] = sketch_many(["The quick brown fox jumps over the lazy dog near the river bank"])

    assert bands[:3] == FROZEN


FROZEN = (-405835413253310382, -1491277024259726098, 414666206010483155)


@settings(deadline=None)
@given(st.lists(st.text(), max_size=5))
def test_any_text_can_be_sketched(bodies: list[str]) -> None:
    for bands in sketch_many(bodies):
        assert len(bands) in (0, BANDS)
        assert all(-(2**63) <= band < 2**63 for band in bands)


@settings(deadline=None)
@given(st.text(), st.text())
def test_similarity_is_symmetric_and_bounded(a: str, b: str) -> None:
    assert 0.0 <= similarity(a, b) == similarity(b, a) <= 1.0
    assert similarity(a, a) == 1.0
