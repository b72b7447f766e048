"""The disc beside a name: its initials, and a colour that follows from the name and never from the address."""

import unicodedata
from dataclasses import dataclass

COLOURS = 8


@dataclass(frozen=True, slots=True)
class Disc:
    """initials: up to two letters, "" for a name without any. colour: one of the style sheet's, 0 to 7."""

    initials: str
    colour: int


def disc(name: str) -> Disc:
    """The disc of this name. `row.js` has the same rules, and a browser test compares them."""
    firsts = [letter for word in name.split() if (letter := _first_letter(word))]
    number = 7
    for letter in name:
        number = (number * 31 + ord(letter)) % 65_521
    return Disc("".join([*firsts[:1], *firsts[1:][-1:]]).upper(), number % COLOURS)


def _first_letter(word: str) -> str:
    return next((letter for letter in word if unicodedata.category(letter)[0] in "LN"), "")
