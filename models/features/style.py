"""How a text looks, whatever it says: figures, capitals, marks, letters in disguise, length."""

import re
import string

from models.features.counts import CODE, Glance
from models.features.log_scale import level

LOOKS = {
    "phone": "{n} telephone number{s}",
    "address": "an e-mail address or a chat handle",
    "prices": "{n} price{s} or percentage{s}",
    "capitals": "{share} capitals",
    "exclaims": "{n} exclamation mark{s}",
    "asks": "asks a question",
    "code": "holds code",
    "trackback": "reads like a trackback excerpt",
    "repeats": "{share} of the words are repeated",
    "digits": "{share} digits",
    "hidden": "{n} invisible character{s}",
    "mixed": "{n} word{s} of mixed alphabets",
    "fancy": "{n} letter{s} replaced by look-alike symbols",
    "emoji": "{n} emoji",
    "tiny": "three words or fewer",
    "short": "ten words or fewer",
    "medium": "eleven to forty words",
    "long": "more than a hundred words",
}
"""The features' names in their order, each with the words in which a moderator reads of it."""

_CAPITALS = string.ascii_uppercase.encode()
_DIGITS = string.digits.encode()
_PHONE = re.compile(r"(?<![\w./-])(?:\+|00)?\d[\d ().\u2010-\u2015-]{7,18}\d(?![\w-])")
_PRICE = re.compile(r"[$€£¥₽₺]\s?\d|\d\s?(?:[$€£₽₺%]|usd|eur|dollars?|tl\b|руб|zł)")


def looks(body: str, lower: str, seen: Glance, distinct: int) -> list[float]:
    """Measure how a text looks: one number in [0, 1] for each of `LOOKS`, in their order.

    lower: the text in lower case. distinct: how many different words it has.
    """
    raw = body.encode("utf-8", "surrogatepass")
    size, total = len(raw), seen.words
    digits = size - len(raw.translate(None, _DIGITS))
    capitals = size - len(raw.translate(None, _CAPITALS))
    return [
        level(len(_PHONE.findall(body))) if digits > 6 else 0.0,
        float(seen.chats > 0 or "@" in body),
        level(len(_PRICE.findall(lower))) if digits and seen.may_price else 0.0,
        capitals / size if size else 0.0,
        level(body.count("!")),
        float("?" in body),
        float(seen.may_code > 0 and any(mark in body for mark in CODE)),
        float(seen.excerpts > 0 or body.startswith(("...", "\u2026"))),
        1.0 - distinct / total if total > 5 else 0.0,
        digits / size if size else 0.0,
        level(seen.hidden - _at_the_edges(body)) if seen.hidden else 0.0,
        level(seen.mixed),
        level(seen.fancy),
        level(seen.emoji),
        float(total <= 3),
        float(3 < total <= 10),
        float(10 < total <= 40),
        float(total > 100),
    ]


def _at_the_edges(body: str) -> int:
    """How many byte order marks a text begins and ends with: an editor left them, they hide nothing."""
    return len(body) - len(body.strip("\ufeff"))
