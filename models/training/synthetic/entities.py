"""Invented names, sites, links, numbers and pages, for both sides. Nobody's, although a name may exist by chance."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from models.training.synthetic.spintax import columns, read_book, read_table, spin

_NAMES = columns(read_table("names.txt"))
_SHAPES = read_book("entities.txt")
TRADES = [(kind, words.split(", ")) for kind, words in read_table("trades.txt")]
TOPICS = [(nouns.split(", "), titles.split("; ")) for _, nouns, titles in read_table("topics.txt")]
_SYLLABLES = re.findall("..", "babebokakelaleloluxamamedimonanenoraresasesotatetovavizodekitexufi")
_CODE = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class Page:
    """The page that is commented on."""

    title: str
    url: str
    nouns: tuple[str, ...]


def some(rng: random.Random, kind: str) -> str:
    """Choose one of a kind of names: first, last, nick, place, host ..."""
    return rng.choice(_NAMES[kind])


def page(rng: random.Random) -> Page:
    """Invent a page on an honest site."""
    nouns, titles = rng.choice(TOPICS)
    title = rng.choice(titles)
    when = rng.choice(("", f"/{rng.randint(2004, 2026)}", f"/{rng.randint(2004, 2026)}/{rng.randint(1, 12):02}"))
    return Page(title, f"https://{own_host(rng)}{when}/{_slug(title)}{rng.choice(('', '/', '.html'))}", tuple(nouns))


def shop_host(rng: random.Random, trade: str) -> str:
    """Invent the host of a seller: words of the trade, or words of nothing."""
    words = _slug(trade).split("-")
    dash = rng.choice(("", "", "-"))
    core = dash.join(words[:2]) if words[0] and rng.random() < 0.55 else _stem(rng)
    front = some(rng, "front") + dash if rng.random() < 0.4 else ""
    back = dash + some(rng, "back") if rng.random() < 0.5 else ""
    return f"{front}{core}{back}.{some(rng, 'zone')}"


def shop_link(rng: random.Random, trade: str) -> str:
    """Write a seller's link: front page, deep page, free host, shortener, spelled out, passed on by another site."""
    return _shaped(rng, "shop", trade)


def own_host(rng: random.Random) -> str:
    """Invent the host of a person's own site."""
    return _shaped(rng, "own", "")


def honest_link(rng: random.Random, topic: str) -> str:
    """Write a link that answers: a reference, a repository, a deep page, one's own article."""
    return _shaped(rng, "honest", topic)


def root_link(rng: random.Random) -> str:
    """Write a link to the front page of some useful site, as a recommendation does."""
    return _shaped(rng, "root", "")


def phone(rng: random.Random) -> str:
    """Write a telephone number in one of the usual shapes, with the invented middle 555."""
    return _shaped(rng, "phone", "")


def email(rng: random.Random) -> str:
    """Write the address of an invented seller."""
    return _shaped(rng, "email", "").lower()


def price(rng: random.Random) -> str:
    """Write an amount of money."""
    return _shaped(rng, "price", "")


def brand(rng: random.Random, trade: str) -> str:
    """Name a firm after nothing, or after its trade."""
    return _shaped(rng, "brand", trade)


def firm(rng: random.Random, trade: str) -> str:
    """Name somebody by their work, or who happens to be called like one: "Ben Price", "Rossi Books"."""
    return _shaped(rng, "firm", trade)


def _shaped(rng: random.Random, shape: str, subject: str) -> str:
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
        "number": lambda: str(rng.choice((rng.randint(1, 999), rng.randint(1, 99), rng.randint(1000, 999_999)))),
        "year": lambda: str(rng.randint(2004, 2026)),
        "month": lambda: f"{rng.randint(1, 12):02}",
        "area": lambda: str(rng.randint(200, 989)),
        "line": lambda: str(rng.randint(1000, 9999)),
        "country": lambda: str(rng.randint(20, 98)),
        "amount": lambda: _amount(rng),
    }
    return spin(rng.choice(_SHAPES[shape]), lambda slot: slots[slot]() if slot in slots else some(rng, slot), rng=rng)


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
