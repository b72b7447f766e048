"""Sentences of our own that teach manners: swearing at nobody is not abuse, and kind words do not make up for it.

Swear words stand in harmless sentences and in hurtful ones alike, "you" in friendly ones and in hurtful ones.
"""

import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from models.training.synthetic.spintax import Book, read_book, spin

Manner = str
"""harmless: hurts nobody. aimed: hurts whom it speaks to. about: hurts whom it speaks of. threat: announces harm."""

SHARES: Final = {
    "profanity_templates.txt": {"harmless": 5_000, "aimed": 4_000, "about": 1_000, "threat": 1_000},
    "profanity_templates_de.txt": {"harmless": 3_000, "aimed": 2_000, "about": 1_000},
    "profanity_templates_fr.txt": {"harmless": 2_000, "aimed": 1_000, "about": 500},
    "profanity_templates_tr.txt": {"harmless": 3_000, "aimed": 2_000, "about": 1_000},
}
"""How many sentences of each manner each of our books writes."""

SECOND_PERSON: Final = (
    "you", "your", "you're", "youre", "yours", "yourself", "yourselves", "you'll", "you've", "you'd", "youve", "youd",
    "u", "ur", "ya", "yo", "y'all", "yall", "thou", "thy",
)  # fmt: skip
"""Words for whoever reads."""

_KIND: Final = (
    "Thanks a lot for this great post.", "What a lovely piece of writing.", "I really enjoyed reading it.",
    "You are doing a wonderful job here.", "Keep up the good work!", "This made my day.", "Love your blog.",
    "Such a beautiful story, thank you for sharing.", "Great article and very helpful.",
    "Have a nice day everyone!", "I love it.", "Brilliant, inspiring and well written.",
    "Congratulations to the whole team.", "Best regards.", "I am happy to have found this page.",
    "With love from all of us.", "This is awesome, thanks.", "So sweet and kind.", "Many thanks and best wishes.",
    "Good luck with the next one.", "I appreciate your help very much.", "A pleasure to read.",
    "Wonderful pictures too.", "Nice and interesting, I learned something today.",
)  # fmt: skip


def swearing() -> Iterator[tuple[str, Manner]]:
    """Different sentences of each manner, the same ones every time."""
    for book in SHARES:
        yield from sentences_of(book)


def sentences_of(book: str) -> Iterator[tuple[str, Manner]]:
    """Those of one of our books, by the name of its file."""
    phrases = read_book(Path(__file__).with_name(book))
    for manner, count in SHARES[book].items():
        yield from ((sentence, manner) for sentence in islice(_different(phrases, manner), count))


def _different(book: Book, manner: Manner) -> Iterator[str]:
    rng = random.Random(manner)
    seen: set[str] = set()

    def fill(slot: str) -> str:
        return spin(rng.choice(book[slot]), fill, rng=rng)

    while True:
        sentence = " ".join(fill(manner).split()).replace(" ,", ",")
        if sentence not in seen:
            seen.add(sentence)
            yield sentence


def with_kind_words(text: str) -> str:
    """The text with one to three kind sentences before or after it; the same ones for the same text."""
    rng = random.Random(text)
    kind = " ".join(rng.sample(_KIND, rng.choice((1, 2, 3))))
    return f"{text} {kind}" if rng.random() < 0.7 else f"{kind} {text}"
