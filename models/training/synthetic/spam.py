"""Generates spam: what it sells, how it is phrased, and which fields it fills in."""

import random
from dataclasses import replace

from models.training.synthetic import entities
from models.training.synthetic.augmentation import augment, delivery, obfuscate
from models.training.synthetic.sample import Sample
from models.training.synthetic.spintax import read_book, spin

_BOOK = read_book("spam_en.txt") | read_book("circulating.txt") | read_book("brief.txt")
_FOREIGN = {
    name.removesuffix(".spam"): lines for name, lines in read_book("foreign.txt").items() if name.endswith(".spam")
}
_FLATTERY = ("praise", "praise", "praise", "found", "bookmark", "chat", "chat")
_KIND_WEIGHTS = {
    "flattery": 28,
    "brief": 1,
    "circulating": 44,
    "pitch": 24,
    "foreign": 11,
    "channel": 9,
    "article": 7,
    "one_more_thing": 3,
    "excerpt": 4,
    "link_list": 5,
    "salad": 2,
}
"""The relative frequency of each kind of spam."""


class _Campaign:
    """A seller with a trade, a company and its links, who fills the slots of phrases."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.kind, self.trades = rng.choice(entities.TRADES)
        self.trade = rng.choice(self.trades)
        self.brand = entities.brand(rng, self.trade)
        self.place = entities.some(rng, "place")

    def fill(self, slot: str) -> str:
        rng = self.rng
        if slot in _BOOK:
            return spin(rng.choice(_BOOK[slot]), self.fill, rng=rng)
        if slot == "number":
            return str(rng.choice((rng.randint(2, 30), rng.randint(1, 20) * 50)))
        writers = {"phone": entities.phone, "email": entities.email, "price": entities.price}
        if slot in writers:
            return writers[slot](rng)
        return str(getattr(self, f"_{slot}")())

    def _trade(self) -> str:
        return _vary_case(self.trade, self.rng)

    def _trade2(self) -> str:
        return _vary_case(self.rng.choice(self.trades), self.rng)

    def _brand(self) -> str:
        return self.brand

    def _place(self) -> str:
        return self.place

    def _first(self) -> str:
        return entities.some(self.rng, "first")

    def _year(self) -> str:
        return str(self.rng.randint(2006, 2027))

    def _percent(self) -> str:
        share = self.rng.choice((5, 10, 15, 20, 30, 50, 70, 80, 90, 99, 100, 200))
        return f"{share}{self.rng.choice(('%', '%', ' %', ' percent'))}"

    def _handle(self) -> str:
        tail = self.rng.choice(("_official", "_vip", "", str(self.rng.randint(1, 99))))
        return f"@{self.brand.split()[0].lower()}{tail}"

    def _link(self) -> str:
        return entities.shop_link(self.rng, self.trade)

    def _anchor(self) -> str:
        link, words = self._link(), self._trade2()
        shapes = (
            f'<a href="{link}">{words}</a>',
            f"[url={link}]{words}[/url]",
            f"[{words}]({link})",
            f"<a href={link} rel=dofollow>{words}</a>",
            f"[link={link}]{words}[/link]",
        )
        return self.rng.choice(shapes)


def spam_sample(rng: random.Random) -> Sample:
    """Generate one spam submission."""
    seller = _Campaign(rng)
    kind_name = rng.choices([*_KIND_WEIGHTS], [*_KIND_WEIGHTS.values()])[0]
    if kind_name == "pitch":
        return _submit(seller, seller.fill(seller.kind), f"spam.{seller.kind}")
    if kind_name == "brief":
        return replace(_submit(seller, seller.fill(kind_name), "spam.brief", fields=1.0), name=_trade_name(seller))
    body = {"flattery": _flattery, "foreign": _foreign, "link_list": _link_list, "salad": _salad}.get(
        kind_name, lambda s: s.fill(kind_name)
    )(seller)
    if kind_name in ("flattery", "circulating", "one_more_thing"):
        return _with_link(seller, body, f"spam.{kind_name}")
    return _submit(seller, body, f"spam.{kind_name}")


def template_sample(template: str, rng: random.Random) -> Sample:
    """Generate one spam submission from a published template."""
    seller = _Campaign(rng)
    return _with_link(seller, " ".join(spin(template, lambda slot: "", rng=rng).split()), "spam.respun")


def _flattery(seller: _Campaign) -> str:
    rng = seller.rng
    lines = [seller.fill(rng.choice(_FLATTERY)) for _ in range(rng.choice((1, 2, 2, 3, 4)))]
    hello = seller.fill("greeting") + rng.choice(("! ", ", ", " ")) if rng.random() < 0.3 else ""
    return hello + " ".join(lines)


def _foreign(seller: _Campaign) -> str:
    rng = seller.rng
    lines = _FOREIGN[rng.choice(sorted(_FOREIGN))]
    return " ".join(spin(rng.choice(lines), seller.fill, rng=rng) for _ in range(rng.choice((1, 1, 2))))


def _link_list(seller: _Campaign) -> str:
    rng = seller.rng
    between = rng.choice(("\n", " ", ", ", " | "))
    item = rng.choice((seller._anchor, seller._link, lambda: f"{seller._trade2()} {seller._link()}"))
    return between.join(item() for _ in range(rng.randint(2, 9)))


def _salad(seller: _Campaign) -> str:
    rng = seller.rng
    words = [word for nouns, _ in entities.TOPICS for noun in nouns for word in noun.split()]
    text = " ".join(rng.sample(words, rng.randint(4, 14)))
    return f"{text} {rng.choice((seller._anchor, seller._link))()} {seller._trade2()}"


def _with_link(seller: _Campaign, body: str, kind: str) -> Sample:
    """Put the link in the text, in the fields, or nowhere: some spam only wins trust for the next comment."""
    where = seller.rng.random()
    if where < 0.62:
        return _submit(seller, f"{body} {seller.fill('plug')}", kind)
    if where < 0.85:
        return _submit(seller, body, kind, fields=1.0)
    return _submit(seller, body, f"{kind}.bare")


def _submit(seller: _Campaign, body: str, kind: str, *, fields: float = 0.5) -> Sample:
    rng = seller.rng
    body = obfuscate(augment(body, rng, spells_links=1.0), rng)
    if rng.random() >= fields:
        return Sample(body, "", "", "", "", is_spam=True, kind=kind)
    signals, copies = delivery(rng, is_spam=True)
    page = entities.page(rng) if rng.random() < 0.6 else entities.Page("", "", ())
    website = entities.shop_link(rng, seller.trade) if fields == 1.0 or rng.random() < 0.5 else ""
    return Sample(
        body,
        _name(seller),
        website,
        page.title,
        page.url,
        is_spam=True,
        kind=kind,
        signals=signals,
        near_copies=copies,
    )


def _name(seller: _Campaign) -> str:
    rng = seller.rng
    person = rng.choice((seller._first(), f"{seller._first()} {entities.some(rng, 'last')}", seller._first().lower()))
    return rng.choice((_trade_name(seller), _trade_name(seller), person))


def _trade_name(seller: _Campaign) -> str:
    rng, trade = seller.rng, seller.trade
    keyword = rng.choice(
        (trade, trade.title(), f"best {trade}", f"{trade} {seller.place}", f"{trade} online", f"cheap {trade}")
    )
    return rng.choice((keyword, keyword, seller.brand, entities.shop_host(rng, trade)))


def _vary_case(words: str, rng: random.Random) -> str:
    return rng.choice((words, words, words.title(), words.capitalize()))
