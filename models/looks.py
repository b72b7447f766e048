"""How a text looks, whatever it says: figures, capitals, marks, letters in disguise, length."""

import re
import string

from models.levels import level

LOOKS = {
    "phone": "{n} telephone numbers",
    "address": "an e-mail address or a chat handle",
    "prices": "{n} prices or percentages",
    "capitals": "{share} capitals",
    "exclaims": "{n} exclamation marks",
    "asks": "asks a question",
    "code": "holds code",
    "trackback": "reads like a trackback excerpt",
    "repeats": "{share} of the words are repeated",
    "digits": "{share} digits",
    "hidden": "{n} invisible characters",
    "mixed": "{n} words that mix alphabets",
    "fancy": "{n} letters replaced by look-alike symbols",
    "emoji": "{n} emoji",
    "tiny": "three words or fewer",
    "short": "ten words or fewer",
    "medium": "eleven to forty words",
    "long": "more than a hundred words",
}
"""The features' names in their order, each with the words in which a moderator reads of it."""

_PHONE = re.compile(r"(?<![\w./-])(?:\+|00)?\d[\d ().\u2010-\u2015-]{7,18}\d(?![\w-])")
_PRICE = re.compile(r"[$€£¥₽₺]\s?\d|\d\s?(?:[$€£₽₺%]|usd|eur|dollars?|tl\b|руб|zł)")
_PRICED = ("$", "€", "£", "¥", "₽", "₺", "%", "usd", "eur", "dollar", "tl", "руб", "zł")
_CODE = ("();", ");\n", "{\n", "};", "=>", "==", "&&", "::", "->", "</", "/>", "<div", "<%", "$(", "()", "`", "<?")
_CHATS = frozenset(("whatsapp", "telegram", "icq", "wechat", "viber", "skype", "gmail", "kik"))
_MIXED = re.compile(r"\b(?:[^\W\d_\u0370-\uffff]+[\u0370-\u052f]|[\u0370-\u052f]+[a-zA-Z])\w*")
_HIDDEN = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]"
)
_FANCY = re.compile(
    r"[\u1d00-\u1d7f\u2100-\u214f\u24b6-\u24e9\uff21-\uff5a\U0001d400-\U0001d7ff\U0001f110-\U0001f189]"
)
_EMOJI = re.compile(r"[\u2600-\u27bf\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]")
_UPPER = string.ascii_uppercase.encode()
_DIGIT = string.digits.encode()


def looks(body: str, lower: str, words: list[str]) -> list[float]:
    """Measure how a text looks: one number in [0, 1] for each of `LOOKS`, in their order.

    lower: the text in lower case. words: its words, without those of its links.
    """
    raw = body.encode("utf-8", "surrogatepass")
    size = max(1, len(raw))
    digits = size - len(raw.translate(None, _DIGIT)) if raw else 0
    total = len(words)
    return [
        level(len(_PHONE.findall(body))) if digits > 6 else 0.0,
        float("@" in lower or not _CHATS.isdisjoint(words)),
        level(len(_PRICE.findall(lower))) if digits and _holds(lower, _PRICED) else 0.0,
        (size - len(raw.translate(None, _UPPER))) / size if raw else 0.0,
        level(raw.count(b"!")),
        float(b"?" in raw),
        float(_holds(body, _CODE)),
        float("[...]" in body or "[\u2026]" in body or body.startswith(("...", "\u2026"))),
        1.0 - len(set(words)) / total if total > 5 else 0.0,
        digits / size,
        *(_NO_MASKS if body.isascii() else _of_masks(body.strip("\ufeff"))),
        float(total <= 3),
        float(3 < total <= 10),
        float(10 < total <= 40),
        float(total > 100),
    ]


_NO_MASKS = [0.0] * 4


def _holds(text: str, marks: tuple[str, ...]) -> bool:
    return any(mark in text for mark in marks)


def _of_masks(body: str) -> list[float]:
    return [level(len(pattern.findall(body))) for pattern in (_HIDDEN, _MIXED, _FANCY, _EMOJI)]
