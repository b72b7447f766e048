"""Invented names, sites, links, numbers and pages. Any resemblance to real ones is by chance."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from models.training.synthetic.spintax import columns, read_book, read_table, spin

_NAMES = columns(read_table("names.txt"))
_TEMPLATES = read_book("entities.txt")
TRADES = [(kind, words.split(", ")) for kind, words in read_table("trades.txt")]
TOPICS = [(nouns.split(", "), titles.split("; ")) for _, nouns, titles in read_table("topics.txt")]
_SYLLABLES = re.findall("..", "babebokakelaleloluxamamedimonanenoraresasesotatetovavizodekitexufi")
_NAMED_SHARE = 0.6  # of people's websites and profiles, named after their author
_PROFILE_SHARE = 0.4
_CODE = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class Page:
    """The page under which a comment is written."""

    title: str
    url: str
    nouns: tuple[str, ...]


def some(rng: random.Random, kind: str) -> str:
    """Choose a name of a kind: first, last, nick, place, host, …"""
    return rng.choice(_NAMES[kind])


def page(rng: random.Random) -> Page:
    """Invent a page of a legitimate site."""
    nouns, titles = rng.choice(TOPICS)
    title = rng.choice(titles)
    when = rng.choice(("", f"/{rng.randint(2004, 2026)}", f"/{rng.randint(2004, 2026)}/{rng.randint(1, 12):02}"))
    return Page(title, f"https://{own_host(rng)}{when}/{_slug(title)}{rng.choice(('', '/', '.html'))}", tuple(nouns))


def shop_host(rng: random.Random, trade: str) -> str:
    """Invent a seller's host, from words of the trade or from random syllables."""
    words = _slug(trade).split("-")
    dash = rng.choice(("", "", "-"))
    core = dash.join(words[:2]) if words[0] and rng.random() < 0.55 else _stem(rng)
    front = some(rng, "front") + dash if rng.random() < 0.4 else ""
    back = dash + some(rng, "back") if rng.random() < 0.5 else ""
    return f"{front}{core}{back}.{some(rng, 'zone')}"


def shop_link(rng: random.Random, trade: str) -> str:
    """Invent a seller's link: front page, deep page, free host, shortener, spelled out, or through a redirect."""
    return _spin_shape(rng, "shop", trade)


def own_host(rng: random.Random) -> str:
    """Invent the host of a personal site."""
    return _spin_shape(rng, "own", "")


def own_website(rng: random.Random, name: str) -> str:
    """Invent the website that a person gives: a site, often named after the person, a page of it, or a profile."""
    self_name = _slug(name).replace("-", rng.choice(("", "", "-"))) if name and rng.random() < _NAMED_SHARE else ""
    if rng.random() < _PROFILE_SHARE:
        return _spin_shape(rng, "profile", self_name)
    host = f"{self_name}{rng.choice(('', '', some(rng, 'own')))}.{some(rng, 'zone')}" if self_name else own_host(rng)
    front = rng.choice(("http://", "https://", "https://", "http://www.", "https://www.", ""))
    return f"{front}{host}{rng.choice(('', '', '/', '/blog', '/about/'))}"


def signature(rng: random.Random, name: str) -> str:
    """How somebody signs a text with a name: a line break, "Best," and the name."""
    closing = rng.choice(("Regards,", "Best,", "Cheers,", "Best wishes,", "Thanks,", "Kind regards,", "-", "--", ""))
    return rng.choice((" ", "\n", "\n\n")) + closing + (rng.choice((" ", "\n")) if closing else "") + name


def honest_link(rng: random.Random, topic: str) -> str:
    """Invent a helpful link: a reference, a repository, a deep page, the author's own article."""
    return _spin_shape(rng, "honest", topic)


def root_link(rng: random.Random) -> str:
    """Invent a link to the front page of a useful site, as in a recommendation."""
    return _spin_shape(rng, "root", "")


def phone(rng: random.Random) -> str:
    """Invent a phone number in a common format, with the fictitious prefix 555."""
    return _spin_shape(rng, "phone", "")


def email(rng: random.Random) -> str:
    """Invent a seller's e-mail address."""
    return _spin_shape(rng, "email", "").lower()


def price(rng: random.Random) -> str:
    """Invent an amount of money."""
    return _spin_shape(rng, "price", "")


def brand(rng: random.Random, trade: str) -> str:
    """Invent a company name, with or without its trade."""
    return _spin_shape(rng, "brand", trade)


def firm(rng: random.Random, trade: str) -> str:
    """Invent a name that sounds like a business: "Ben Price", "Rossi Books"."""
    return _spin_shape(rng, "firm", trade)


def _spin_shape(rng: random.Random, shape: str, subject: str) -> str:
    slots: dict[str, Callable[[], str]] = {
        "host": lambda: shop_host(rng, subject),
        "spaced": lambda: shop_host(rng, subject).replace(".", " . "),
        "dotted": lambda: shop_host(rng, subject).replace(".", rng.choice((" dot ", "[.]"))),
        "own": lambda: own_host(rng),
        "known": lambda: some(rng, "host"),
        "ownword": lambda: some(rng, "own"),
        "slug": lambda: _slug(subject),
        "joined": lambda: _slug(subject).replace("-", ""),
        "code": lambda: "".join(rng.choices(_CODE, k=rng.randint(5, 9))),
        "stem": lambda: _stem(rng),
        "Stem": lambda: _stem(rng).title(),
        "Trade": lambda: subject.split()[-1].title(),
        "Front": lambda: some(rng, "front").title(),
        "Last": lambda: some(rng, "last"),
        "person": lambda: _person(rng),
        "self": lambda: subject or _person(rng),
        "selfhost": lambda: f"{subject or _person(rng)}.{some(rng, 'zone')}",
        "number": lambda: str(rng.choice((rng.randint(1, 999), rng.randint(1, 99), rng.randint(1000, 999_999)))),
        "year": lambda: str(rng.randint(2004, 2026)),
        "month": lambda: f"{rng.randint(1, 12):02}",
        "area": lambda: str(rng.randint(200, 989)),
        "line": lambda: str(rng.randint(1000, 9999)),
        "country": lambda: str(rng.randint(20, 98)),
        "amount": lambda: _amount(rng),
    }
    return spin(
        rng.choice(_TEMPLATES[shape]), lambda slot: slots[slot]() if slot in slots else some(rng, slot), rng=rng
    )


def _slug(words: str) -> str:
    return "-".join("".join(c for c in words.lower() if c.isascii() and (c.isalnum() or c == " ")).split())


def _stem(rng: random.Random) -> str:
    return "".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4)))


def _person(rng: random.Random) -> str:
    first, last = some(rng, "first"), some(rng, "last")
    return _slug(rng.choice((first, last, first + last, some(rng, "nick"))))


def _amount(rng: random.Random) -> str:
    amount = rng.choice((rng.randint(2, 99), rng.randint(1, 99) * 100, rng.randint(1, 50) * 1000))
    return rng.choice((f"{amount:,}", str(amount)))
