"""Style features: digits, capitals, punctuation, obfuscated letters and length."""

import re
import string

from models.features.counts import CODE, TextCounts
from models.features.log_scale import COUNT, FLAG, SHARE, log_level

STYLE = {
    "phone": COUNT,
    "address": FLAG,
    "prices": COUNT,
    "capitals": SHARE,
    "exclaims": COUNT,
    "asks": FLAG,
    "code": FLAG,
    "trackback": FLAG,
    "repeats": SHARE,
    "digits": SHARE,
    "hidden": COUNT,
    "mixed": COUNT,
    "fancy": COUNT,
    "emoji": COUNT,
    "tiny": FLAG,
    "short": FLAG,
    "medium": FLAG,
    "long": FLAG,
}
"""Feature name -> what its value means, in the order of the features."""

_CAPITALS = string.ascii_uppercase.encode()
_DIGITS = string.digits.encode()
_PHONE = re.compile(r"(?<![\w./-])(?:\+|00)?\d[\d ().\u2010-\u2015-]{7,18}\d(?![\w-])")
_PRICE = re.compile(r"[$€£¥₽₺]\s?\d|\d\s?(?:[$€£₽₺%]|usd|eur|dollars?|tl\b|руб|zł)")


def style_features(body: str, lower: str, counts: TextCounts, distinct: int) -> list[float]:
    """Compute one number in [0, 1] for each of `STYLE`, in that order.

    lower: the text in lower case. distinct: its number of distinct words.
    """
    raw = body.encode("utf-8", "surrogatepass")
    size, total = len(raw), counts.words
    digits = size - len(raw.translate(None, _DIGITS))
    capitals = size - len(raw.translate(None, _CAPITALS))
    return [
        log_level(len(_PHONE.findall(body))) if digits > 6 else 0.0,
        float(counts.chats > 0 or "@" in body),
        log_level(len(_PRICE.findall(lower))) if digits and counts.may_price else 0.0,
        capitals / size if size else 0.0,
        log_level(body.count("!")),
        float("?" in body),
        float(counts.may_code > 0 and any(mark in body for mark in CODE)),
        float(counts.excerpts > 0 or body.startswith(("...", "\u2026"))),
        1.0 - distinct / total if total > 5 else 0.0,
        digits / size if size else 0.0,
        log_level(counts.hidden - _at_the_edges(body)) if counts.hidden else 0.0,
        log_level(counts.mixed),
        log_level(counts.fancy),
        log_level(counts.emoji),
        float(total <= 3),
        float(3 < total <= 10),
        float(10 < total <= 40),
        float(total > 100),
    ]


def _at_the_edges(body: str) -> int:
    """The number of leading and trailing byte order marks, which editors leave and which hide nothing."""
    return len(body) - len(body.strip("\ufeff"))
