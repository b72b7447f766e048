"""Twelve obfuscations whose effect the card measures. Texts stay readable for people; all are deterministic."""

import random
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

Attack = Callable[[str, random.Random], str]

_LEET = str.maketrans("aeiostAEIOST", "431057431057")
_HOMOGLYPHS = str.maketrans("aceiopsxyACEHIKMOPTXB", "асеіорѕхуАСЕНІКМОРТХВ")
_MARKS = [chr(code) for code in range(0x0300, 0x0370) if unicodedata.combining(chr(code)) == 230]
_PRAISE = " I love this, what a wonderful and inspiring article, thank you so much for sharing it with all of us."


def _leet(text: str, rng: random.Random) -> str:
    return text.translate(_LEET)


def _homoglyphs(text: str, rng: random.Random) -> str:
    return text.translate(_HOMOGLYPHS)


def _fullwidth(text: str, rng: random.Random) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def _zero_width(text: str, rng: random.Random) -> str:
    return "".join(char + "\u200b" if char.isalpha() else char for char in text)


def _bold(text: str, rng: random.Random) -> str:
    return "".join(_bold_letter(char) for char in text)


def _bold_letter(char: str) -> str:
    if "a" <= char <= "z":
        return chr(0x1D41A + ord(char) - ord("a"))
    return chr(0x1D400 + ord(char) - ord("A")) if "A" <= char <= "Z" else char


def _zalgo(text: str, rng: random.Random) -> str:
    return "".join(char + "".join(rng.choices(_MARKS, k=3)) if char.isalpha() else char for char in text)


def _spaced(text: str, rng: random.Random) -> str:
    return "   ".join(" ".join(word) for word in text.split())


def _dotted(text: str, rng: random.Random) -> str:
    return " ".join(".".join(word) if word.isalpha() and len(word) > 3 else word for word in text.split())


def _stretched(text: str, rng: random.Random) -> str:
    return "".join(char * 4 if char in "aeiouAEIOU" and rng.random() < 0.5 else char for char in text)


def _swapped(text: str, rng: random.Random) -> str:
    return " ".join(_swap(word, rng) if len(word) > 3 and word.isalpha() else word for word in text.split())


def _swap(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _unspaced(text: str, rng: random.Random) -> str:
    return "".join(text.split())


def _praised(text: str, rng: random.Random) -> str:
    return text + _PRAISE


#: first the attacks that normalization can undo, then those that only the model can withstand
ATTACKS: Final[Mapping[str, Attack]] = {
    "leet": _leet,
    "homoglyphs": _homoglyphs,
    "fullwidth": _fullwidth,
    "zero-width": _zero_width,
    "bold": _bold,
    "zalgo": _zalgo,
    "spaced": _spaced,
    "dotted": _dotted,
    "stretched": _stretched,
    "swapped": _swapped,
    "unspaced": _unspaced,
    "praised": _praised,
}


def attacked(text: str, name: str) -> str:
    """Apply an attack by name. Deterministic for a text."""
    return ATTACKS[name](text, random.Random(text))
