"""Finds the links of a text, also those written to be missed, and tells what kind of host each points to."""

import re
from dataclasses import dataclass

from models.text.wordlists import shorteners, spam_domains

MAX_LINKS = 200
"""Links beyond this many are counted, not looked at."""

REST = 256
"""Of a longer path and query only this many letters are searched."""

_CHEAP = (
    "biz", "buzz", "bet", "cc", "cf", "click", "club", "fun", "ga", "gq", "icu", "info", "link", "live", "loan", "ml",
    "online", "pro", "pw", "shop", "site", "space", "store", "tk", "top", "vip", "win", "work", "ws", "xyz",
)  # fmt: skip
_ZONES = ("com", "org", "net", "ru", "cn", "de", "fr", "it", "pl", "nl", "app", "vin", *_CHEAP)
_BARE_ZONES = tuple(zone for zone in _ZONES if zone not in ("net", "de", "it", "vin", "link", "live", "work", "fun"))
_BARE_TAILS = tuple(f".{zone}" for zone in _BARE_ZONES)
_JOINED = re.compile(r"\.[a-z]")
_REST = r"([^\s\"'<>\[\]()|]*)"
_WRITTEN = re.compile(rf"(?:https?|ftp)://([^\s/\"'<>\[\]()?#:|]{{1,255}}){_REST}", re.IGNORECASE)
_WWW = re.compile(rf"(?<![\w@/.])www\.([a-z0-9.-]{{3,255}}){_REST}", re.IGNORECASE)
_BARE = re.compile(
    rf"(?<![\w@/.-])((?:[a-z0-9-]{{1,63}}\.){{1,3}}(?:{'|'.join(_BARE_ZONES)}))(?![\w.-]\w)((?:/[^\s\"'<>\[\]()|]*)?)"
)
_SPELLED = re.compile(
    r"\b(?:h(?:tt|xx)ps?(?:\s{2,}|\s*:\s+|\s+www\s+)(?:www\s+)?([\w-]{1,63}(?:\s{1,3}[\w-]{2,24})?)"
    rf"|(?:h(?:tt|xx)ps?\s+|hxxps?://|www\s+)([\w-]{{1,63}}(?:[\s.]+[\w-]{{1,63}}){{0,2}}?)[\s.]+(?:{'|'.join(_ZONES)})\b)"
)
_DOT = r"(?:[\[({]\s?(?:dot|punkt|point|punto|ponto|nokta|\.)\s?[\])}]|\sdot\s|\s\.\s?)"
_DOTTED = re.compile(rf"\b([\w-]{{3,63}})\s?{_DOT}\s?(?:com|net|org|info|ru|xyz)\b")
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
    rf"|\.(?:{'|'.join(_BARE_ZONES)})"
)
_TRADES = re.compile(
    r"casino|kasino|poker|slot|bet\d|\dbet|betting|bahis|gambl|loan|payday|credit|kredit|mortgage|forex|crypto|bitcoin|invest|essay|paper|"
    r"thesis|assignment|viagra|cialis|pharm|pill|meds|drug|rx|escort|girls|dating|porn|sex|adult|cam|replica|watch|handbag|outlet|cheap|discount|"
    r"coupon|deal|buy|shop|sale|seo|backlink|rank|traffic|marketing|hosting|vpn|iptv|movie|stream|torrent|crack|serial|download|apk|keto|diet|"
    r"slim|weight|cbd|vape|plumb|locksmith|roof|movers|moving|clean|repair|towing|dental|dentist|lawyer|attorney|insur|realt|estate|travel|tour|"
    r"hotel|limo|taxi|flower|jewel|wedding|furniture|window|carpet|pest|spell|psychic|astrolog|follower|likes|togel|judi"
)
_ODD = frozenset(_CHEAP)
_ONWARD = re.compile(r"https?(?::|%3a|\s|www)|redirect|[?&](?:url|goto?|target|dest|returnurl|out)=", re.IGNORECASE)
_ARCHIVES = frozenset(
    ("web.archive.org", "archive.org", "archive.ph", "archive.is", "archive.today", "webcitation.org")
)


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a text. host: lower case, without "www."; rest: path and query; plain: written as links are."""

    host: str
    rest: str
    plain: bool = True

    @property
    def is_short(self) -> bool:
        """Is the host a URL shortener, which hides where the link leads?"""
        return self.host in shorteners()

    @property
    def is_listed(self) -> bool:
        """Is the host, or a domain above it, on a list of spammed domains?"""
        return any(domain in spam_domains() for domain in _parents(self.host))

    @property
    def is_trade(self) -> bool:
        """Does the host name a trade that comment spam often sells?"""
        return _TRADES.search(self.host) is not None

    @property
    def leads_to_trade(self) -> bool:
        """Does the address after the host name such a trade? Spam hides its target behind honest hosts."""
        return _TRADES.search(self.rest[:REST].lower()) is not None

    @property
    def is_odd(self) -> bool:
        """Is the top-level domain one that costs next to nothing?"""
        return self.host.rpartition(".")[2] in _ODD

    @property
    def leads_on(self) -> bool:
        """Does the link misuse some other site to redirect to a second address? An archive names what it keeps."""
        return self.host not in _ARCHIVES and _ONWARD.search(self.rest) is not None


def may_link(lower: str) -> bool:
    """Whether `links` could find anything; also True where one of the text's pieces alone could hold a part of it."""
    return _HINT.search(lower) is not None


def links(text: str, lower: str = "") -> list[Link]:
    """Find the links of a text, in linear time; those spelled out ("site dot com") come last.

    lower: the text in lower case, where the caller has it already.
    """
    lower = lower or text.lower()
    found = []
    if "://" in lower:
        found += [Link(_host(m[1]), m[2]) for m in _WRITTEN.finditer(text)]
        lower = _WRITTEN.sub(" ", lower)
    if "www." in lower:
        found += [Link(_host(m[1]), m[2]) for m in _WWW.finditer(lower)]
        lower = _WWW.sub(" ", lower)
    if _JOINED.search(lower) and any(tail in lower for tail in _BARE_TAILS):
        found += [Link(_host(m[1]), m[2]) for m in _BARE.finditer(lower)]
    return found + _spelled(lower)


def without_links(lower: str) -> str:
    """Take the written links out of a text in lower case: the words of an address are not the author's words."""
    return _WRITTEN.sub(" ", lower) if "://" in lower else lower


def link_of(website: str) -> Link | None:
    """Read a website field, with or without its scheme; None where there is nothing to read."""
    if not website.strip():
        return None
    scheme, _, rest = website.strip()[:2048].partition("://")
    host, _, path = (rest or scheme).partition("/")
    return Link(_host(host.partition("?")[0]), path)


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
