"""Generates labelled submissions to train on: spam and ham in several languages.

Real blog spam is praise with a link, a company in the name field, a phone number, a service unrelated to the page.
Each superficial property occurs in both classes: links, praise, a website, a price, a language, a missing full stop.
So a model has to learn from the content.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, islice

from models.training.synthetic.ham import as_submission, ham_sample
from models.training.synthetic.sample import Sample
from models.training.synthetic.spam import spam_sample, template_sample
from models.training.synthetic.spintax import alternatives

__all__ = ["Sample", "as_submissions", "generate", "respin"]


def generate(n: int, *, seed: int) -> Iterator[Sample]:
    """Generate n distinct submissions, half of them spam. Deterministic for a seed."""
    rng = random.Random(seed)
    drafts = (spam_sample(rng) if i % 2 else ham_sample(rng) for i in count())
    return islice(_distinct(drafts), n)


def as_submissions(bodies: Iterable[str], *, seed: int) -> Iterator[Sample]:
    """Turn real ham comments into submissions by adding the other fields of a form, and sometimes a good link."""
    rng = random.Random(seed)
    return (as_submission(body, rng) for body in bodies)


def respin(published: str, n: int, *, seed: int) -> Iterator[Sample]:
    """Generate n distinct spam comments from a published list of spintax templates, which bars separate."""
    rng = random.Random(seed)
    templates: Sequence[str] = alternatives(published)
    return islice(_distinct(template_sample(rng.choice(templates), rng) for _ in count()), n)


def _distinct(drafts: Iterable[Sample]) -> Iterator[Sample]:
    seen: set[tuple[str, str]] = set()
    for sample in drafts:
        key = (sample.body, sample.website)
        if key not in seen:
            seen.add(key)
            yield sample
