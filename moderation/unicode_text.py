"""Text that looks the same compares the same, and text that shows nothing counts as empty."""

import re
import unicodedata

IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\u2800\U00016fe4\U0001d159\U00013441\U00013442"
)
"""Characters that show nothing, for a regular expression's brackets.

Unicode's Default_Ignorable_Code_Point (16.0) and interlinear annotation marks; then the blanks that are letters or
symbols: Braille, Khitan, musical and hieroglyphic.
"""

MAX_MARKS = 5
"""On one letter; Tibetan and Hebrew need four."""

_MARKS = frozenset({"Mn", "Me"})
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]+")
_IGNORABLE = re.compile(f"[{IGNORABLE}]+")
_CONTROL_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cs", "Mc", "Me", "Mn", "Zl", "Zp", "Zs"})


def is_blank(text: str) -> bool:
    """Whether nothing of the text shows: space, control and ignorable characters, and marks without a letter."""
    return not any(unicodedata.category(each) not in _INVISIBLE_CATEGORIES for each in _IGNORABLE.sub("", text))


def as_name(text: str) -> str:
    """A name that reads as it is written and keeps to its line.

    Left out are the characters that turn the direction of writing round, by which "nimda" after U+202E reads "admin",
    and marks above or below a letter from the sixth on.
    """
    if text.isascii():
        return text
    kept, marks = [], 0
    for letter in _TURNING.sub("", text):
        marks = marks + 1 if unicodedata.category(letter) in _MARKS else 0
        if marks <= MAX_MARKS:
            kept.append(letter)
    return "".join(kept).strip()


def turns_direction(text: str) -> bool:
    """Whether the text has a character that turns the direction of writing, so that it may not read as it looks."""
    return bool(_TURNING.search(text))


def has_control(text: str) -> bool:
    """Whether the text has a line end or another control character, which could rewrite a terminal or a log."""
    return any(unicodedata.category(each) in _CONTROL_CATEGORIES for each in text)


def without_ignorable(text: str) -> str:
    """The text without the characters that show nothing."""
    return text if text.isascii() else _IGNORABLE.sub("", text)


def comparable(text: str) -> str:
    """One form for texts that look the same but for case: NFKC, lower case, without ignorable characters."""
    if text.isascii():
        return text.lower()
    visible = without_ignorable(unicodedata.normalize("NFKC", without_ignorable(text)))
    return unicodedata.normalize("NFKC", visible.lower())


def comparable_domain(domain: str) -> str:
    """One form for a domain, whether written in Unicode or in Punycode ("xn--")."""
    labels = comparable(domain).replace("\u3002", ".").split(".")
    return ".".join(_from_punycode(label) for label in labels)


def _from_punycode(label: str) -> str:
    encoded = label.removeprefix("xn--")
    if encoded in {label, ""}:
        return label
    try:
        return comparable(encoded.encode("ascii").decode("punycode"))
    except UnicodeError:
        return label
