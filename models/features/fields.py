"""Features of the form's fields: what the author's name and website say of who writes."""

from functools import lru_cache

from models.features.counts import feature_words
from models.features.log_scale import COUNT, FLAG, log_level
from models.text.urls import parse_website, trade_in_host
from models.text.wordlists import offer_words, word_kinds

FIELDS = {
    "website": FLAG,
    "website_trade": FLAG,
    "website_listed": FLAG,
    "website_deep": FLAG,
    "website_named": FLAG,
    "name_trade": FLAG,
    "name_offer": FLAG,
    "name_words": COUNT,
    "name_digits": FLAG,
    "name_link": FLAG,
    "name_lower": FLAG,
    "sells_elsewhere": FLAG,
}
"""Feature name -> what its value means, in the order of the features."""

_KINDS = word_kinds()
_NOTHING = [0.0] * len(FIELDS)
_NO_WEBSITE = [0.0] * 5
_MAX_PAGE = 1024  # characters of the page's title and address that are searched for a trade

_TRADE_NAMES = offer_words("name")
_UNSPACED = tuple(word for word in _TRADE_NAMES if word[0] >= "\u3000")
_STEM = 4  # "fencing" and "fence" are one trade: words are compared by so many letters
_COMPANY = frozenset(("offer", "call", "site"))
_COMPANIES = frozenset(
    ("ltd", "llc", "inc", "gmbh", "corp", "group", "studio", "shop", "store", "online", "limited", "best")
)


def field_features(name: str, website: str, page: str, has_link: bool) -> list[float]:
    """Compute one number in [0, 1] for each of `FIELDS`, in that order.

    page: title and address of the page, blank if both are unknown. has_link: whether the text has a link.
    """
    if not name and not website:
        return _NOTHING
    name = name[:256]
    words = _words(name.lower())
    has_destination = has_link or bool(website)
    of_website, host_trade = _website_features(name, website)
    trades = _trades_in_name(name, words) if has_destination else []
    kinds = [_KINDS.get(word) for word in words]
    return [
        *of_website,
        float(bool(trades)),
        float(has_destination and (not _COMPANY.isdisjoint(kinds) or not _COMPANIES.isdisjoint(words))),
        log_level(len(words)),
        float(any(c.isdigit() for c in name)),
        float("http" in name or "www." in name or ".com" in name),
        float(name.islower()),
        float(_is_off_subject([*trades, host_trade] if host_trade else trades, page)),
    ]


def _website_features(name: str, website: str) -> tuple[list[float], str]:
    """The features of the website alone, and the trade that its host is named after, or ""."""
    link = parse_website(website) if website else None
    if link is None:
        return _NO_WEBSITE, ""
    trade = trade_in_host(link.host)
    features = [
        1.0,
        float(bool(trade)),
        float(link.is_listed or link.is_short),
        float("/" in link.rest.strip("/") or len(link.rest) > 30),
        float(_letters(name) in _letters(link.host) if len(name) > 2 else False),
    ]
    return features, trade


def _trades_in_name(name: str, words: list[str]) -> list[str]:
    """The words of a name for what its owner sells. In scripts without spaces they may be part of a word."""
    trades = [word for word in words if word in _TRADE_NAMES or _KINDS.get(word) in ("trade", "money")]
    return trades if name.isascii() else [*trades, *filter(name.__contains__, _UNSPACED)]


def _is_off_subject(trades: list[str], page: str) -> bool:
    """Whether there are trades, and the page, if it is known, is about none of them and about no other trade."""
    if not trades or not page.strip():
        return False
    lower = page[:_MAX_PAGE].lower()
    subject = _subject(lower)
    return subject is not None and not any(
        trade[:_STEM] in (subject if trade.isascii() else lower) for trade in trades
    )


@lru_cache(maxsize=1024)
def _subject(page: str) -> frozenset[str] | None:
    """The beginnings of a page's words, or None if it is about a trade."""
    words = _words(page)
    if not _TRADE_NAMES.isdisjoint(words) or any(_KINDS.get(word) in ("trade", "money") for word in words):
        return None
    return frozenset(word[:_STEM] for word in words)


def _letters(text: str) -> str:
    return "".join(_words(text.lower()))


def _words(lower: str) -> list[str]:
    return feature_words(lower, lower.isascii())
