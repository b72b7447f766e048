"""What can be seen of a submission without reading it: its links, its name, its form, its kinds of words.

Each feature is a number in [0, 1]; a linear model weighs them beside the words. Everything here is linear in the
length of the text. `reading` is any object with the attributes of `moderation.score.Reading`.
"""

import re
from collections.abc import Set
from typing import Protocol

from models.features.counts import Glance, Mend, glance, is_plain, words_of
from models.features.log_scale import count_at, level
from models.features.style import LOOKS, looks
from models.features.topic import TOPIC, topic
from models.text.normalize import normalize
from models.text.urls import MAX_LINKS, Link, find_links, parse_website
from models.text.wordlists import word_kinds


class ScoringInput(Protocol):
    """What is read of a comment; `moderation.score.Reading` and `models.training.synthetic.Sample` have it."""

    @property
    def body(self) -> str:
        """What was written."""

    @property
    def name(self) -> str:
        """The author's name as given."""

    @property
    def website(self) -> str:
        """As given; "" for none."""

    @property
    def thread_title(self) -> str:
        """Of the page; "" when unknown."""

    @property
    def thread_url(self) -> str:
        """Of the page; "" when unknown."""

    @property
    def signals(self) -> frozenset[str]:
        """What the form's traps noticed, by name."""

    @property
    def near_copies(self) -> int:
        """How many comments of nearly this text came lately."""


_LINKS = {
    "links": "{n} link{s}",
    "hosts": "links to {n} site{s}",
    "has_link": "has a link",
    "many_links": "three links or more",
    "link_share": "{share} of the text is links",
    "bare_link": "hardly more than a link",
    "anchors": "{n} link{s} written as HTML or BBCode",
    "spelled_links": "{n} link{s} spelled out so as to be missed",
    "short_links": "a link through a URL shortener",
    "listed_links": "a link to a domain that spammers advertised",
    "trade_links": "a link to a host named after its trade",
    "trade_paths": "a link whose address names a trade",
    "odd_links": "a link to a top-level domain that costs next to nothing",
    "onward_links": "a link that another site passes on",
    "deep_links": "a link to a page deep in a site",
    "root_links": "a link to the front page of a site",
}
_FIELDS = {
    "website": "gives a website",
    "website_trade": "website named after its trade",
    "website_odd": "website in a top-level domain that costs next to nothing",
    "website_listed": "website that spammers advertised, or a URL shortener",
    "website_deep": "website is a page deep in a site",
    "website_named": "the name is the website's name",
    "name_trade": "name holds words of a trade, and there is a link",
    "name_offer": "name holds words of a company, and there is a link",
    "name_words": "name of {n} word{s}",
    "name_digits": "name holds digits",
    "name_link": "name holds a link",
    "name_lower": "name in lower case only",
}
_WORDS = {
    "praise": "{n} word{s} of praise",
    "thanks": "{n} word{s} of thanks",
    "site": "{n} word{s} about the site itself",
    "money": "{n} word{s} about money",
    "trade": "{n} word{s} of a trade that is often advertised",
    "call": "{n} call{s} to act",
    "offer": "{n} word{s} of a company about itself",
    "channel": "{n} word{s} about a channel to follow",
    "talk": "{n} word{s} of a conversation",
    "share_praise": "{share} of the words praise",
    "share_selling": "{share} of the words sell",
    "share_talk": "{share} of the words converse",
    "praise_link": "praise and a link",
    "praise_site": "praise for the site and a link",
    "selling_link": "words that sell and a link",
    "praise_only": "praise and nothing else",
    "empty_flattery": "praises the site, says nothing of the page",
    "paid_flattery": "praises the site, says nothing of the page, has a link",
}
_ARRIVAL = {
    "trap_field": "filled in a field that people cannot see",
    "too_fast": "sent the form faster than people type",
    "odd_token": "the form's token was missing, stale or not ours",
    "near_copies": "{n} near cop{ies} of late",
}
_PHRASES = _LINKS | _FIELDS | _WORDS | LOOKS | TOPIC | _ARRIVAL

FEATURES: tuple[str, ...] = tuple(_PHRASES)

_KINDS = word_kinds()

_ANCHOR = re.compile(r"<a\s|\[url|\[link")


def surface(reading: ScoringInput, correct: Mend) -> list[float]:
    """Measure a submission: one number in [0, 1] for each of `FEATURES`, in their order."""
    seen, words = glance(reading.body, normalize(reading.body).text, is_plain(reading.body), correct)
    return measure(reading, seen, set(words))


def measure(reading: ScoringInput, seen: Glance, words: Set[str]) -> list[float]:
    """The same for one whose body was looked at already. words: those of the body outside its links."""
    body, lower = reading.body, reading.body.lower()
    found = find_links(body, lower) if seen.may_link else []
    return [
        *_of_links(body, lower, seen.words, found),
        *_of_fields(reading.name, reading.website, bool(found)),
        *_of_words(seen, bool(found), bool(reading.website)),
        *looks(body, lower, seen, len(words)),
        *topic(reading.thread_title, reading.thread_url, lower, seen.words, words, bool(found)),
        *_of_arrival(reading.signals, reading.near_copies),
    ]


def describe(index: int, value: float) -> str:
    """Say feature `index` of value `value` in words that a moderator understands, such as "3 links"."""
    count = count_at(value)
    one = count == 1
    return _PHRASES[FEATURES[index]].format(
        n=count, share=f"{value:.0%}", s="" if one else "s", ies="y" if one else "ies"
    )


def _of_links(body: str, lower: str, words: int, found: list[Link]) -> list[float]:
    if not found:
        return _NO_LINKS
    looked = found[:MAX_LINKS]
    written = sum(len(link.host) + len(link.rest) + 8 for link in found if link.plain)
    share = min(1.0, written / max(1, len(body)))
    return [
        level(len(found)),
        level(len({link.host for link in looked})),
        1.0,
        float(len(found) > 2),
        share,
        float(words < 12 and share > 0.6),
        level(len(_ANCHOR.findall(lower))) if "<a" in lower or "[" in lower else 0.0,
        level(sum(not link.plain for link in looked)),
        float(any(link.is_short for link in looked)),
        float(any(link.is_listed for link in looked)),
        float(any(link.is_trade for link in looked)),
        float(any(link.has_trade_path for link in looked)),
        float(any(link.has_cheap_tld for link in looked)),
        float(any(link.is_redirect for link in looked)),
        float(any("/" in link.rest[1:] for link in looked)),
        float(any(len(link.rest) < 2 for link in looked)),
    ]


_NO_LINKS = [0.0] * len(_LINKS)


def _of_fields(name: str, website: str, linked: bool) -> list[float]:
    if not name and not website:
        return _NO_FIELDS
    return [*_of_website(name, website), *_of_name(name, linked or bool(website))]


_NO_FIELDS = [0.0] * len(_FIELDS)


def _of_website(name: str, website: str) -> list[float]:
    link = parse_website(website) if website else None
    if link is None:
        return [0.0] * 6
    return [
        1.0,
        float(link.is_trade),
        float(link.has_cheap_tld),
        float(link.is_listed or link.is_short),
        float("/" in link.rest.strip("/") or len(link.rest) > 30),
        float(_squeezed(name) in _squeezed(link.host) if len(name) > 2 else False),
    ]


def _of_name(name: str, leads_on: bool) -> list[float]:
    """leads_on: whether the comment has a link or a website; a firm that leads nowhere sells nothing."""
    name = name[:256]
    words = _words(name.lower())
    kinds = [_KINDS.get(word) for word in words]
    return [
        float(leads_on and ("trade" in kinds or "money" in kinds)),
        float(leads_on and (not _COMPANY.isdisjoint(kinds) or not _COMPANIES.isdisjoint(words))),
        level(len(words)),
        float(any(c.isdigit() for c in name)),
        float("http" in name or "www." in name or ".com" in name),
        float(name.islower()),
    ]


_COMPANY = frozenset(("offer", "call", "site"))
_COMPANIES = frozenset(
    ("ltd", "llc", "inc", "gmbh", "corp", "group", "studio", "shop", "store", "online", "limited", "best")
)


def _squeezed(text: str) -> str:
    return "".join(_words(text.lower()))


def _words(lower: str) -> list[str]:
    return words_of(lower, lower.isascii())


def _of_words(seen: Glance, linked: bool, website: bool) -> list[float]:
    total = max(1, seen.words)
    kind = seen.praise + seen.thanks
    selling = seen.money + seen.trade + seen.call + seen.offer
    flattery = kind > 0 and seen.site > 0 and not seen.talk
    return [
        level(seen.praise),
        level(seen.thanks),
        level(seen.site),
        level(seen.money),
        level(seen.trade),
        level(seen.call),
        level(seen.offer),
        level(seen.channel),
        level(seen.talk),
        min(1.0, kind / total),
        min(1.0, selling / total),
        min(1.0, seen.talk / total),
        float(seen.praise > 0 and linked),
        float(seen.site > 1 and (linked or website) and kind > 0),
        float(selling > 1 and (linked or website)),
        float(kind > 0 and not seen.talk and not selling and seen.words < 25),
        float(flattery and seen.site + kind > 2),
        float(flattery and (linked or website)),
    ]


def _of_arrival(signals: frozenset[str], near_copies: int) -> list[float]:
    if not signals and near_copies <= 0:
        return _NO_ARRIVAL
    return [
        float("hidden_field" in signals),
        float("too_fast" in signals),
        float(not _TOKENS.isdisjoint(signals)),
        level(max(0, near_copies)),
    ]


_NO_ARRIVAL = [0.0] * len(_ARRIVAL)
_TOKENS = frozenset(("no_token", "bad_token", "old_token", "used_token"))
