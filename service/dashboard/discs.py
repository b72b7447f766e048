"""A disc in place of a picture: the initials of a name, in a colour that the name always has. Pure."""

import unicodedata
import zlib

HUES = 8


def initials(name: str) -> str:
    """One or two letters of a name, in capitals; "?" where it has none."""
    words = [word for word in name.replace("_", " ").replace("-", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    chosen = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(_letter(word) for word in chosen)


def hue(name: str) -> int:
    """Which of the HUES colours a name has."""
    return zlib.crc32(name.strip().casefold().encode("utf-8", "replace")) % HUES


def _letter(word: str) -> str:
    """The first letter with its accents, never more than one: the capital of "ß" is two."""
    first = unicodedata.normalize("NFC", word)[0]
    return first.upper() if len(first.upper()) == 1 else first
