"""Writes labelled submissions to train on: come-ons of many trades and tongues, and honest comments beside them.

Real blog spam is praise with a link, a firm in the name field, a telephone number, a service that has nothing to do
with the page. Every surface that one side has, the other has too: links, praise, a website, a price, a language, a
missing full stop. What a model can still tell them apart by is what they say.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, islice

from models.training.synthetic.ham import dress, honest
from models.training.synthetic.sample import Sample
from models.training.synthetic.spam import respun, selling
from models.training.synthetic.spintax import alternatives

__all__ = ["Sample", "dressed", "generate", "respin"]


def generate(n: int, *, seed: int) -> Iterator[Sample]:
    """Write n different submissions, half of them spam, the same ones for the same seed."""
    rng = random.Random(seed)
    drafts = (selling(rng) if i % 2 else honest(rng) for i in count())
    return islice(_different(drafts), n)


def dressed(bodies: Iterable[str], *, seed: int) -> Iterator[Sample]:
    """Give real honest comments the other fields of a form, as honest people fill them in; some get a good link."""
    rng = random.Random(seed)
    return (dress(body, rng) for body in bodies)


def respin(published: str, n: int, *, seed: int) -> Iterator[Sample]:
    """Write n spam comments from a published list of spun templates, {a|b} style, parted by bars."""
    rng = random.Random(seed)
    templates: Sequence[str] = alternatives(published)
    return islice(_different(respun(rng.choice(templates), rng) for _ in count()), n)


def _different(drafts: Iterable[Sample]) -> Iterator[Sample]:
    seen: set[tuple[str, str]] = set()
    for sample in drafts:
        key = (sample.body, sample.website)
        if key not in seen:
            seen.add(key)
            yield sample
