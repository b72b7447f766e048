"""What training does to the fitted weights: blending heads, bounds for some words, rounding."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.features.ngrams import Floats
from models.text.lexicon import Lexicon
from models.text.swearing import LISTED
from models.training.datasets import FOREIGN, HEADS, LABELS
from models.training.identity_terms import identity_words
from models.training.profanity_templates import SECOND_PERSON

FOREIGN_SHARE: Final = 0.6  # of what texts in other languages teach, in their abuse head; the rest is the abuse head
SWEARING: Final = {language: {"tr": 2.5, "de": 1.5}.get(language, 0.5) for language in sorted(LISTED)}
"""By language, what a unit of `models.text.swearing` adds to the sums of the head for other languages. More in
Turkish, which has no corpus of real comments to learn words from."""
HATE_SHARE: Final = 0.2  # of the identity_attack head, added to the abuse head: hate often has no rude word
INSULT_SHARE: Final = 0.5  # of the insult head in the abuse head: insults of a person matter more
SECOND_PERSON_BOOST: Final = 4.0  # added to the insult weight of second-person words; "idiot" weighs 14
MAX_IDENTITY_WEIGHT: Final = 1.0  # upper bound for identity terms; "idiot" weighs 17


def rounded(weights: Floats, step: float) -> NDArray[np.float16]:
    """Round weights to multiples of a step, a power of two, so that the arrays compress well."""
    return (np.round(weights.astype(np.float16).astype(np.float32) / step) * step).astype(np.float16)


def with_hate(weights: NDArray[np.float16], spared: Sequence[int] = ()) -> NDArray[np.float32]:
    """Add a share of identity_attack to abuse. weights: shape (n, n_heads), as they will be stored.

    spared: the rows that stay as they are: those of identity terms, as naming a group is not abuse.
    Applied to the stored weights, so that another share needs no other fit.
    """
    mixed = weights.astype(np.float32)
    added = HATE_SHARE * mixed[:, HEADS.index("identity_attack")]
    added[list(spared)] = 0.0
    mixed[:, HEADS.index("abuse")] += added
    return mixed


def identity_rows(lexicon: Lexicon) -> list[int]:
    """The ids of the identity terms that are in the vocabulary."""
    return [lexicon.ids[word] for word in identity_words() if word in lexicon]


def boost_second_person(rows: Floats, lexicon: Lexicon) -> Floats:
    """Increase the insult weight of second-person words.

    Wikipedia's labels also count insults of absent people, so the corpora alone underrate "you".
    """
    second_person = [lexicon.ids[word] for word in SECOND_PERSON if word in lexicon]
    rows[second_person, LABELS.index("insult")] += SECOND_PERSON_BOOST
    return rows


def blend(columns: Floats) -> Floats:
    """Blend insult into abuse, then abuse into foreign abuse. columns: shape (n, n_heads), changed in place."""
    abuse, insult, foreign = (HEADS.index(head) for head in ("abuse", "insult", FOREIGN))
    columns[:, abuse] = (1.0 - INSULT_SHARE) * columns[:, abuse] + INSULT_SHARE * columns[:, insult]
    columns[:, foreign] = FOREIGN_SHARE * columns[:, foreign] + (1.0 - FOREIGN_SHARE) * columns[:, abuse]
    return columns


def cap_identity(rows: Floats, lexicon: Lexicon) -> Floats:
    """Cap the weights of identity terms: naming a group is not abuse. Not for identity_attack and spam."""
    capped = [at for at, label in enumerate(HEADS) if label not in ("identity_attack", "spam")]
    cells = np.ix_(identity_rows(lexicon), capped)
    rows[cells] = np.minimum(rows[cells], MAX_IDENTITY_WEIGHT)
    return rows
