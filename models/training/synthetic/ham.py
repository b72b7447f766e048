"""The honest side: thanks, answers with links and code, disagreement, questions, with an own site in the form."""

import random

from models.training.synthetic import entities
from models.training.synthetic.augmentation import arrival, worn
from models.training.synthetic.sample import Sample
from models.training.synthetic.spintax import read_book, spin

_BOOK = read_book("ham_en.txt") | read_book("brief.txt")
_TONGUES = {
    name.removesuffix(".ham"): lines for name, lines in read_book("tongues.txt").items() if name.endswith(".ham")
}
_AS_IS = ("snippet", "error")
"""Sections whose braces are code, not choices."""
_WAYS = (
    "thanks",
    "answer",
    "code",
    "question",
    "disagree",
    "story",
    "blogtalk",
    "recommend",
    "video",
    "trackback",
    "foreign",
    "brief",
)
_SHARES = (18, 14, 7, 13, 12, 12, 7, 5, 7, 1, 12, 6)
_OWNERS = 0.02
_LOCAL = [trade for kind, trades in entities.TRADES if kind == "local" for trade in trades]


class _Reader:
    """One reader of one page, and how they fill the slots of a phrase."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.page = entities.page(rng)

    def fill(self, slot: str) -> str:
        rng = self.rng
        if slot in _AS_IS:
            return rng.choice(_BOOK[slot])
        if slot in _BOOK:
            return spin(rng.choice(_BOOK[slot]), self.fill, rng=rng)
        if slot in ("thing", "thing2"):
            return rng.choice(self.page.nouns)
        if slot in ("honest", "link"):
            return _link(rng, rng.choice(self.page.nouns))
        if slot == "root":
            return entities.root_link(rng)
        if slot == "price":
            return entities.price(rng)
        if slot == "year":
            return str(rng.randint(1975, 2026))
        if slot == "number":
            return str(rng.randint(2, 300))
        return entities.some(rng, slot)


def honest(rng: random.Random) -> Sample:
    """Write one honest submission."""
    reader = _Reader(rng)
    way = rng.choices(_WAYS, _SHARES)[0]
    return _sent(reader, _foreign(reader) if way == "foreign" else _said(reader, way), f"ham.{way}")


def dress(body: str, rng: random.Random) -> Sample:
    """Put a real comment into a form, sometimes with a link that belongs to it."""
    reader = _Reader(rng)
    words = [word for word in body.split() if word.isalpha() and len(word) > 4] or ["notes"]
    if rng.random() < 0.06:
        body = f"{body} {rng.choice(('', 'See ', 'Source: ', '(', 'cf. ', 'e.g. '))}{_link(rng, rng.choice(words))}"
    if rng.random() < 0.03:
        body = f"{reader.fill('thanks')} {body}"
    return _sent(reader, body, "ham.dressed")


def _said(reader: _Reader, way: str) -> str:
    rng = reader.rng
    more = rng.choice((0, 0, 1, 1, 2, 3)) if way not in ("trackback", "brief") else 0
    ways = [way, *rng.choices(_WAYS[:6], k=more)]
    hello = reader.fill("greeting") + rng.choice((", ", " ", ": ", "\n")) if rng.random() < 0.2 else ""
    return hello + rng.choice((" ", " ", "\n", "\n\n")).join(reader.fill(w) for w in ways)


def _foreign(reader: _Reader) -> str:
    rng = reader.rng
    lines = _TONGUES[rng.choice(sorted(_TONGUES))]
    return " ".join(spin(rng.choice(lines), reader.fill, rng=rng) for _ in range(rng.choice((1, 1, 2))))


def _link(rng: random.Random, topic: str) -> str:
    link = entities.honest_link(rng, topic)
    return link if rng.random() < 0.85 else rng.choice((f'<a href="{link}">{topic}</a>', f"[{topic}]({link})"))


def _sent(reader: _Reader, body: str, kind: str) -> Sample:
    rng, page = reader.rng, reader.page
    body = worn(body, rng, spells_links=0.05)
    if rng.random() < 0.45:
        return Sample(body, "", "", "", "", is_spam=False, kind=kind)
    signals, copies = arrival(rng, is_spam=False)
    if rng.random() < 0.4:
        page = entities.Page("", "", ())
    scheme, path = rng.choice(("http://", "https://", "http://www.", "")), rng.choice(("", "/", "/blog", "/about/"))
    website = f"{scheme}{entities.own_host(rng)}{path}"
    # a firm that only praises is what spam looks like
    owns = kind not in ("ham.thanks", "ham.brief") and rng.random() < _OWNERS
    return Sample(
        body,
        entities.firm(rng, rng.choice(_LOCAL)) if owns else _name(rng),
        website if rng.random() < 0.5 else "",
        page.title,
        page.url,
        is_spam=False,
        kind=kind,
        signals=signals,
        near_copies=copies,
    )


def _name(rng: random.Random) -> str:
    first = entities.some(rng, "first")
    nick = f"{entities.some(rng, 'nick')}{rng.choice(('', '', str(rng.randint(1, 99))))}"
    return rng.choice(
        (
            first,
            first,
            f"{first} {entities.some(rng, 'last')}",
            f"{first} {entities.some(rng, 'last')[0]}.",
            first.lower(),
            nick,
        )
    )
