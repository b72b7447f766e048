"""Generated sentences that separate profanity from abuse.

Swearing at nobody is no abuse, and praise does not excuse an insult. So swear words occur in harmless and in abusive
sentences, and "you" in friendly and in abusive ones.
"""

import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from models.training.synthetic.spintax import Book, read_book, spin

Manner = str
"""harmless; aimed, at the reader; about, somebody absent; or threat. Also the name of a book section, and a seed."""

SHARES: Final = {
    "profanity_templates.txt": {"harmless": 5_000, "aimed": 4_000, "about": 1_000, "threat": 1_000},
    "profanity_templates_de.txt": {"harmless": 3_000, "aimed": 2_000, "about": 1_000},
    "profanity_templates_fr.txt": {"harmless": 2_000, "aimed": 1_000, "about": 500},
    "profanity_templates_tr.txt": {"harmless": 3_000, "aimed": 2_000, "about": 1_000},
}
"""The number of sentences of each manner, by book."""

SECOND_PERSON: Final = (
    "you", "your", "you're", "youre", "yours", "yourself", "yourselves", "you'll", "you've", "you'd", "youve", "youd",
    "u", "ur", "ya", "yo", "y'all", "yall", "thou", "thy",
)  # fmt: skip
"""Second-person words."""

_PRAISE: Final = (
    "Thanks a lot for this great post.", "What a lovely piece of writing.", "I really enjoyed reading it.",
    "You are doing a wonderful job here.", "Keep up the good work!", "This made my day.", "Love your blog.",
    "Such a beautiful story, thank you for sharing.", "Great article and very helpful.",
    "Have a nice day everyone!", "I love it.", "Brilliant, inspiring and well written.",
    "Congratulations to the whole team.", "Best regards.", "I am happy to have found this page.",
    "With love from all of us.", "This is awesome, thanks.", "So sweet and kind.", "Many thanks and best wishes.",
    "Good luck with the next one.", "I appreciate your help very much.", "A pleasure to read.",
    "Wonderful pictures too.", "Nice and interesting, I learned something today.",
)  # fmt: skip


def profanity_sentences() -> Iterator[tuple[str, Manner, str]]:
    """Generate distinct sentences of all books with their manner and language. Deterministic."""
    for book in SHARES:
        language = Path(book).stem.removeprefix("profanity_templates").removeprefix("_") or "en"
        yield from ((sentence, manner, language) for sentence, manner in book_sentences(book))


def book_sentences(book: str) -> Iterator[tuple[str, Manner]]:
    """Generate the sentences of one book. book: its file name."""
    phrases = read_book(Path(__file__).with_name(book))
    for manner, count in SHARES[book].items():
        yield from ((sentence, manner) for sentence in islice(_distinct(phrases, manner), count))


def _distinct(book: Book, manner: Manner) -> Iterator[str]:
    rng = random.Random(manner)
    seen: set[str] = set()

    def fill(slot: str) -> str:
        return spin(rng.choice(book[slot]), fill, rng=rng)

    while True:
        sentence = " ".join(fill(manner).split()).replace(" ,", ",")
        if sentence not in seen:
            seen.add(sentence)
            yield sentence


def with_praise(text: str) -> str:
    """Add one to three sentences of praise before or after a text. Deterministic for a text."""
    rng = random.Random(text)
    praise = " ".join(rng.sample(_PRAISE, rng.choice((1, 2, 3))))
    return f"{text} {praise}" if rng.random() < 0.7 else f"{praise} {text}"
