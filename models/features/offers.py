"""Offer features: how a text sells without a plain link, such as by a support line, a messenger or a trade's name."""

import re
from collections.abc import Set

from models.features.counts import TextCounts, feature_words
from models.features.log_scale import FLAG
from models.text.wordlists import offer_words, word_kinds

OFFERS = {
    "support_line": FLAG,
    "support_number": FLAG,
    "trade_at_end": FLAG,
    "search_for": FLAG,
    "messenger": FLAG,
    "money_now": FLAG,
    "name_in_text": FLAG,
    "broken_link": FLAG,
    "income": FLAG,
}
"""Feature name -> what its value means, in the order of the features."""

_KINDS = word_kinds()
_NOTHING = [0.0] * len(OFFERS)
_BRANDS, _DESKS, _SUPPORT = offer_words("brand"), offer_words("desk"), offer_words("support")
_LINES, _NOW, _FORMS = offer_words("line"), offer_words("now"), offer_words("form")
_OFFER_WORDS = _BRANDS | _DESKS | _SUPPORT | _LINES | _NOW
_CURRENCIES = "$€£₺₽"
_BREAKS = re.compile(r"\. (?:com|net|org|info|ru|be|ly|gl)")
_DIGITS = re.compile(r"\d{3}")
_LAST_PART = re.compile(r"[.!?\n]\s*(?=[^.!?\n]{8,90}[.!]?\s*\Z)")
_SEARCH = re.compile(
    r"\b(?:search(?:ing)? (?:for|on|it|up)|google (?:for|search|it|the)|type (?:in|into)|look (?:me|it|him|us) up"
    r"|just (?:google|search|type)|in (?:the )?search bar|on google|search (?:my|the) (?:name|channel)"
    r"|find me (?:as|at|under))\b"
)
_SEARCH_HINTS = ("search", "google", "type", "find me")
_MESSENGER = re.compile(
    r"(?:whats\s?app|telegram|viber|wechat|skype|signal|kik|snapchat|hangouts?)\b[^\n]{0,25}?(?:\+\s?\d|\d{5}|@\w{3})"
    r"|(?:wa|t)\.me/|(?:whats\s?app|telegram)\s*(?::|me\b|us\b|on\b|number|via)"
)
_BROKEN = re.compile(
    r"\b(?:youtu(?:\. | \. ?)be|(?:bit|ow)(?:\. | \. ?)ly|goo(?:\. | \. ?)gl"
    r"|[a-z0-9-]{3,63}(?:\. | \. ?)(?:com|net|org|info|ru))\b|\bwww(?:\. | \. ?)\w"
    r"|://[^\s<>]{1,80}(?:</\w{1,10}>)+[\w/?=-]"
)
_INCOME = re.compile(
    r"(?:[$€£₽₺₹]\s?\d[\d.,]{0,12}k?|(?<![\d.,])\d[\d.,]{0,12}"
    r"\s?(?:%|k\b|percent|prozent|usdt?|euros?|dollars?|pounds?|tl|lira|bitcoins?|btc|руб\w{0,4}|грн|[$€£₽₺₹]))"
    r"\W{1,3}(?:(?:an?|per|each|every|pro|par|por|al|am|im|en una?|in der|в)\W{1,3}(?:single )?"
    r"(?:day|week|month|hour|night|tag|woche|monat|stunde|jour|semaine|mois|día|dia|semana|mes|mês|giorno|settimana"
    r"|mese|dag|maand|день|неделю|месяц|час)\b"
    r"|(?:daily|weekly|monthly|hourly|täglich|wöchentlich|monatlich|günlük|haftalık|aylık)\b)"
)
_MONEYS = ("bitcoin", "btc", "percent", "pound", "prozent", "₹", "грн")  # what `may_price` does not know
_SEARCHED = 4_000  # characters


def offer_features(
    body: str, lower: str, name: str, counts: TextCounts, words: Set[str], has_destination: bool
) -> list[float]:
    """Compute one number in [0, 1] for each of `OFFERS`, in that order.

    lower: the text in lower case. words: its distinct words outside links. has_destination: whether the comment has a
    link or a website; only then does the author's name in the text sell something.
    """
    if not words:
        return _NOTHING
    found = _OFFER_WORDS & words
    sells_support = bool(found) and not _BRANDS.isdisjoint(found) and _has_support_desk(found)
    presses = bool(found) and not _NOW.isdisjoint(found)
    return [
        float(sells_support),
        float(sells_support and ("number" in found or _DIGITS.search(body) is not None)),
        float(_ends_with_trade(body)),
        float(any(hint in lower for hint in _SEARCH_HINTS) and _SEARCH.search(lower) is not None),
        float((counts.chats > 0 or ".me/" in lower or "whats app" in lower) and _MESSENGER.search(lower) is not None),
        float(presses and (counts.money > 0 or any(sign in body for sign in _CURRENCIES))),
        float(has_destination and len(name) > 6 and " " in name.strip() and name.strip().lower() in lower),
        float(_may_break_link(lower) and _BROKEN.search(lower) is not None),
        float(_may_name_sum(counts, lower) and _INCOME.search(lower[:_SEARCHED]) is not None),
    ]


def _has_support_desk(found: Set[str]) -> bool:
    return not _DESKS.isdisjoint(found) or (not _SUPPORT.isdisjoint(found) and len(_LINES & found) > 1)


def _may_name_sum(counts: TextCounts, lower: str) -> bool:
    return counts.may_price > 0 or any(map(lower.__contains__, _MONEYS))


def _may_break_link(lower: str) -> bool:
    return " ." in lower or "www. " in lower or "</" in lower or _BREAKS.search(lower) is not None


def _ends_with_trade(body: str) -> bool:
    """Whether the last line or sentence, after another one, is a phrase in title case that names a trade."""
    tail = body[-120:]
    found = _LAST_PART.search(tail)
    if found is None:
        return False
    last = tail[found.end() :].strip().rstrip(".!")
    words = last.split()
    if not 2 <= len(words) <= 8 or sum(word[:1].isupper() for word in words if len(word) > 3) < 2:
        return False
    if any(word.islower() and len(word) > 3 for word in words):
        return False
    lower = feature_words(last.lower(), last.isascii())
    return not _FORMS.isdisjoint(lower) or any(_KINDS.get(word) in ("trade", "offer") for word in lower)
