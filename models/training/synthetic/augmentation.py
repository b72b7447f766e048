"""Augments generated texts: case, typos, lost punctuation, emoji; obfuscation for spam; signals of the form."""

import random
import re

_HOMOGLYPHS = str.maketrans("aceopxyiACEHKMOPTXB", "асеорхуіАСЕНКМОРТХВ")
_FUNCTION_WORDS = frozenset((
    "a", "an", "the", "to", "of", "and", "or", "so", "if", "it", "its", "is", "are", "was", "be", "in", "on",
    "at", "by", "for", "from", "with", "that", "this", "you", "your", "my", "we", "our", "he", "she", "they",
    "his", "her", "have", "has", "had", "do", "does", "did", "am", "about", "up", "as", "but",
))  # fmt: skip
_PUNCTUATION = re.compile(r"[^\w\s]")
_LINK = re.compile(r"(?:https?://|www\.)\S+")


def augment(text: str, rng: random.Random, *, spells_links: float) -> str:
    """Change a text in ways that occur in both classes equally often, so that carelessness is no evidence.

    spells_links: the probability that links survive as words when punctuation is lost. Low for ham, which has no
    reason to spell out its links.
    """
    chance = rng.random()
    if chance < 0.10:
        return text.lower()
    if chance < 0.13:
        return text.upper()
    if chance < 0.20:
        return _with_typos(text, rng)
    if chance < 0.26:
        return _without_punctuation(text, rng, spells_links)
    if chance < 0.46:
        return (
            " ".join(
                word for word in _without_punctuation(text, rng, spells_links).split() if word not in _FUNCTION_WORDS
            )
            or text
        )
    if chance < 0.50:
        return text + rng.choice((" 😀", " 👍", "!!!", " ❤️", " 🙏🙏", " :)", "..."))
    return text


def obfuscate(text: str, rng: random.Random) -> str:
    """Obfuscate a few texts with homoglyphs, invisible characters or styled letters."""
    chance = rng.random()
    if chance < 0.03:
        return "".join(c.translate(_HOMOGLYPHS) if rng.random() < 0.5 else c for c in text)
    if chance < 0.04:
        return "".join(c + "\u200b" if rng.random() < 0.2 else c for c in text)
    if chance < 0.05:
        return "".join(_bold(c) for c in text)
    return text


def delivery(rng: random.Random, *, is_spam: bool) -> tuple[frozenset[str], int]:
    """Draw the signals of the form's traps and the number of near copies. Ham has them too, but rarely."""
    often = 1.0 if is_spam else 0.08
    chances = {"hidden_field": 0.04, "too_fast": 0.08, "no_token": 0.1, "bad_token": 0.03, "used_token": 0.03}
    signals = frozenset(name for name, chance in chances.items() if rng.random() < chance * often)
    return signals, int(rng.expovariate(0.2)) + 1 if rng.random() < 0.2 * often else 0


def _with_typos(text: str, rng: random.Random) -> str:
    letters = list(text)
    for _ in range(1 + len(text) // 60):
        at = rng.randrange(len(letters)) if letters else 0
        if at + 1 < len(letters) and letters[at].isalpha() and letters[at + 1].isalpha():
            letters[at], letters[at + 1] = rng.choice(
                ((letters[at + 1], letters[at]), (letters[at], letters[at]), ("", letters[at + 1]))
            )
    return "".join(letters)


def _without_punctuation(text: str, rng: random.Random, spells_links: float) -> str:
    """Remove case and punctuation, as old exports and cleaned data sets do."""
    if rng.random() >= spells_links:
        text = _LINK.sub("", text) if len(text.split()) > 3 else text
    return _PUNCTUATION.sub(" ", text.lower())


def _bold(letter: str) -> str:
    if "a" <= letter <= "z":
        return chr(ord(letter) - ord("a") + 0x1D41A)
    return chr(ord(letter) - ord("A") + 0x1D400) if "A" <= letter <= "Z" else letter
