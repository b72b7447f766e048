"""Finds links in text, including obfuscated ones ("site dot com"), and classifies their hosts."""

import re
from dataclasses import dataclass
from functools import lru_cache

from models.text.wordlists import offer_words, shorteners, spam_domains

MAX_LINKS = 200
"""Links beyond this number are counted but not classified."""

MAX_PATH_SEARCH = 256
"""Only this many characters of a path and query are searched for a trade."""

_TLDS = (
    "com", "org", "net", "ru", "cn", "de", "fr", "it", "pl", "nl", "eu", "app", "vin", "agency", "example",
    "biz", "buzz", "bet", "cc", "cf", "click", "club", "fun", "ga", "gq", "icu", "info", "link", "live", "loan", "ml",
    "online", "pro", "pw", "shop", "site", "space", "store", "tk", "top", "vip", "win", "work", "ws", "xyz",
)  # fmt: skip
_BARE_TLDS = tuple(tld for tld in _TLDS if tld not in ("net", "de", "it", "vin", "link", "live", "work", "fun"))
_BARE_TAILS = tuple(f".{tld}" for tld in _BARE_TLDS)
_JOINED = re.compile(r"\.[a-z]")
_PATH = r"([^\s\"'<>\[\]()|]*)"
_WITH_SCHEME = re.compile(rf"(?:https?|ftp)://([^\s/\"'<>\[\]()?#:|]{{1,255}}){_PATH}", re.IGNORECASE)
_WWW = re.compile(rf"(?<![\w@/.])www\.([a-z0-9.-]{{3,255}}){_PATH}", re.IGNORECASE)
_BARE = re.compile(
    rf"(?<![\w@/.-])((?:[a-z0-9-]{{1,63}}\.){{1,3}}(?:{'|'.join(_BARE_TLDS)}))(?![\w.-]\w)((?:/[^\s\"'<>\[\]()|]*)?)"
)
_SPELLED = re.compile(
    r"\b(?:h(?:tt|xx)ps?(?:\s{2,}|\s*:\s+|\s+www\s+)(?:www\s+)?([\w-]{1,63}(?:\s{1,3}[\w-]{2,24})?)"
    rf"|(?:h(?:tt|xx)ps?\s+|hxxps?://|www\s+)([\w-]{{1,63}}(?:[\s.]+[\w-]{{1,63}}){{0,2}}?)[\s.]+(?:{'|'.join(_TLDS)})\b)"
)
_DOT = r"(?:[\[({]\s?(?:dot|punkt|point|punto|ponto|nokta|\.)\s?[\])}]|\sdot\s|\s\.\s?)"
_DOTTED = re.compile(rf"\b([\w-]{{3,63}})\s?{_DOT}\s?(?:com|net|org|info|ru|xyz|example)\b")
_DOT_HINTS = (
    " dot ",
    "[dot",
    "(dot",
    "[.",
    "(.",
    "{.",
    " .com",
    " . com",
    " .ru",
    "(punkt",
    "[punkt",
    "(point",
    "(punto",
)
_HINT = re.compile(
    r"://|www|http|hxxp|[\[(](?:dot|punkt|point|punto)|[\[({]\.|(?<!\S)(?:dot|\.)(?!\S)"
    rf"|\.(?:{'|'.join(_BARE_TLDS)})"
)
_TRADES = tuple(sorted(offer_words("host")))
_TRADE_LABELS = offer_words("label")
_BETS = re.compile(r"bet\d{2,3}(?!\d)|\d+bet")
_REDIRECT = re.compile(r"https?(?::|%3a|\s|www)|redirect|[?&](?:url|goto?|target|dest|returnurl|out)=", re.IGNORECASE)
_ARCHIVES = frozenset(
    ("web.archive.org", "archive.org", "archive.ph", "archive.is", "archive.today", "webcitation.org")
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a text.

    host: lower case, without "www.". rest: path and query. plain: False for a link that is spelled out.
    """

    host: str
    rest: str
    plain: bool = True

    @property
    def is_short(self) -> bool:
        """Whether the host is a URL shortener."""
        return self.host in shorteners()

    @property
    def is_listed(self) -> bool:
        """Whether the host or one of its parent domains is on the list of spam domains."""
        return any(domain in spam_domains() for domain in _parents(self.host))

    @property
    def is_trade(self) -> bool:
        """Whether the host contains a word for something that comment spam often sells."""
        return trade_in_host(self.host) != ""

    @property
    def has_trade_path(self) -> bool:
        """Whether the path or query contains such a word: spam also abuses legitimate hosts."""
        return _trade_in(self.rest[:MAX_PATH_SEARCH].lower()) != ""

    @property
    def is_redirect(self) -> bool:
        """Whether the link goes through a redirect of another site. URLs of web archives do not count."""
        return self.host not in _ARCHIVES and _REDIRECT.search(self.rest) is not None


def may_contain_link(lower: str) -> bool:
    """Whether `find_links` could find a link in the text. Also True for a token that may be one part of a link."""
    return _HINT.search(lower) is not None


def find_links(text: str, lower: str = "") -> list[Link]:
    """Find the links of a text in linear time; links that are spelled out ("site dot com") come last.

    lower: the text in lower case, if the caller already has it.
    """
    lower = lower or text.lower()
    found = []
    if "://" in lower:
        found += [Link(_host(m[1]), m[2]) for m in _WITH_SCHEME.finditer(text)]
        lower = _WITH_SCHEME.sub(" ", lower)
    if "www." in lower:
        found += [Link(_host(m[1]), m[2]) for m in _WWW.finditer(lower)]
        lower = _WWW.sub(" ", lower)
    if _JOINED.search(lower) and any(tail in lower for tail in _BARE_TAILS):
        found += [Link(_host(m[1]), m[2]) for m in _BARE.finditer(lower)]
    return found + _spelled(lower)


def strip_links(lower: str) -> str:
    """Remove URLs with a scheme from a lower-case text, so that words in a URL are not counted as the author's."""
    return _WITH_SCHEME.sub(" ", lower) if "://" in lower else lower


def parse_website(website: str) -> Link | None:
    """Parse a website field, with or without a scheme; None if it is blank."""
    if not website.strip():
        return None
    scheme, _, rest = website.strip()[:2048].partition("://")
    host, _, path = (rest or scheme).partition("/")
    return Link(_host(host.partition("?")[0]), path)


@lru_cache(maxsize=4096)
def trade_in_host(host: str) -> str:
    """The part of a host that names what comment spam often sells, or "". The host's ending does not count."""
    name = host.rpartition(".")[0] or host
    labels = name.replace(".", "-").split("-")
    return _trade_in(name) or next(filter(_TRADE_LABELS.__contains__, labels), "")


def _trade_in(lower: str) -> str:
    bet = _BETS.search(lower)
    return bet[0] if bet else next(filter(lower.__contains__, _TRADES), "")


def _spelled(text: str) -> list[Link]:
    found = []
    if "http" in text or "hxxp" in text or "www " in text:
        spelled = _SPELLED.finditer(text)
        found += [Link(".".join((m[1] or m[2]).split()), text[m.end() : m.end() + 60], plain=False) for m in spelled]
    if any(hint in text for hint in _DOT_HINTS):
        found += [Link(m[1], "", plain=False) for m in _DOTTED.finditer(text)]
    return found


def _host(written: str) -> str:
    return written.rpartition("@")[2].partition(":")[0].lower().removeprefix("www.").rstrip(".")


def _parents(host: str) -> list[str]:
    labels = host.split(".")[-4:]
    return [".".join(labels[i:]) for i in range(len(labels) - 1)]
