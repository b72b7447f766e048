"""Generates ham: thanks, answers with links and code, disagreement, questions, often with a personal website."""

import random

from models.training.synthetic import entities
from models.training.synthetic.augmentation import augment, delivery
from models.training.synthetic.sample import Sample
from models.training.synthetic.spintax import read_book, spin

_BOOK = read_book("ham_en.txt") | read_book("brief.txt")
_FOREIGN = {
    name.removesuffix(".ham"): lines for name, lines in read_book("foreign.txt").items() if name.endswith(".ham")
}
_VERBATIM = ("snippet", "error")
"""Sections in which braces are code, not spintax."""
_KINDS = (
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
_KIND_WEIGHTS = (18, 14, 7, 13, 12, 12, 7, 5, 7, 1, 12, 6)
_BUSINESS_SHARE = 0.03
_LINK_SHARE = 0.15
_SIGNED_SHARE = 0.06  # people who sign a text with their name
_SITE_AS_NAME = 0.01  # people who write the address of their site as their name
_LOCAL_TRADES = [trade for kind, trades in entities.TRADES if kind == "local" for trade in trades]


class _Reader:
    """A reader of a page, who fills the slots of phrases."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.page = entities.page(rng)

    def fill(self, slot: str) -> str:
        rng = self.rng
        if slot in _VERBATIM:
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


def ham_sample(rng: random.Random) -> Sample:
    """Generate one ham submission."""
    reader = _Reader(rng)
    kind = rng.choices(_KINDS, _KIND_WEIGHTS)[0]
    return _submit(reader, _foreign(reader) if kind == "foreign" else _native(reader, kind), f"ham.{kind}")


def as_submission(body: str, rng: random.Random) -> Sample:
    """Turn a real comment into a submission, sometimes with a relevant link."""
    reader = _Reader(rng)
    words = [word for word in body.split() if word.isalpha() and len(word) > 4] or ["notes"]
    if rng.random() < _LINK_SHARE:
        body = f"{body} {rng.choice(('', 'See ', 'Source: ', '(', 'cf. ', 'e.g. '))}{_link(rng, rng.choice(words))}"
    if rng.random() < 0.03:
        body = f"{reader.fill('thanks')} {body}"
    return _submit(reader, body, "ham.dressed")


def _native(reader: _Reader, kind: str) -> str:
    rng = reader.rng
    more = rng.choice((0, 0, 1, 1, 2, 3)) if kind not in ("trackback", "brief") else 0
    kinds = [kind, *rng.choices(_KINDS[:6], k=more)]
    hello = reader.fill("greeting") + rng.choice((", ", " ", ": ", "\n")) if rng.random() < 0.2 else ""
    return hello + rng.choice((" ", " ", "\n", "\n\n")).join(reader.fill(w) for w in kinds)


def _foreign(reader: _Reader) -> str:
    rng = reader.rng
    lines = _FOREIGN[rng.choice(sorted(_FOREIGN))]
    return " ".join(spin(rng.choice(lines), reader.fill, rng=rng) for _ in range(rng.choice((1, 1, 2))))


def _link(rng: random.Random, topic: str) -> str:
    link = entities.honest_link(rng, topic)
    return link if rng.random() < 0.85 else rng.choice((f'<a href="{link}">{topic}</a>', f"[{topic}]({link})"))


def _submit(reader: _Reader, body: str, kind: str) -> Sample:
    rng, page = reader.rng, reader.page
    body = augment(body, rng, spells_links=0.05)
    if rng.random() < 0.45:
        return Sample(body, "", "", "", "", is_spam=False, kind=kind)
    signals, copies = delivery(rng, is_spam=False)
    if rng.random() < 0.4:
        page = entities.Page("", "", ())
    # a company that only praises looks like spam
    is_business = kind not in ("ham.thanks", "ham.brief") and rng.random() < _BUSINESS_SHARE
    name = entities.firm(rng, rng.choice(_LOCAL_TRADES)) if is_business else _name(rng)
    website = entities.own_website(rng, name)
    if rng.random() < _SIGNED_SHARE:
        body = f"{body}{entities.signature(rng, name)}"
    if rng.random() < _SITE_AS_NAME:
        name = website.partition("://")[2] or website
    return Sample(
        body,
        name,
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
