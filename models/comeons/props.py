"""Invented names, sites, links, numbers and pages, for both sides. Nobody's, although a name may exist by chance."""

import random
from dataclasses import dataclass

from models.comeons.spin import columns, read_table

_NAMES = columns(read_table("names.txt"))
TRADES = [(kind, words.split(", ")) for kind, words in read_table("trades.txt")]
TOPICS = [(nouns.split(", "), titles.split("; ")) for _, nouns, titles in read_table("topics.txt")]
_SYLLABLES = "ba be bo ka ke ki la le lo ma mi mo na ne no ra re ri sa se so ta te to va vi zo dex lux fin med tek".split()


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
    slug = "-".join("".join(c for c in title.lower() if c.isalnum() or c == " ").split())
    when = rng.choice(("", f"/{rng.randint(2004, 2026)}", f"/{rng.randint(2004, 2026)}/{rng.randint(1, 12):02}"))
    return Page(title, f"https://{own_host(rng)}{when}/{slug}{rng.choice(('', '/', '.html'))}", tuple(nouns))


def shop_host(rng: random.Random, trade: str) -> str:
    """Invent the host of a seller: words of the trade, or words of nothing."""
    words = "".join(c for c in trade.lower() if c.isascii() and (c.isalnum() or c == " ")).split()
    dash = rng.choice(("", "", "-"))
    core = dash.join(words[:2]) if words and rng.random() < 0.55 else "".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4)))
    front = some(rng, "front") + dash if rng.random() < 0.4 else ""
    back = dash + some(rng, "back") if rng.random() < 0.5 else ""
    return f"{front}{core}{back}.{some(rng, 'zone')}"


def shop_link(rng: random.Random, trade: str) -> str:
    """Write a seller's link: front page, deep page, free host, shortener, or passed on by some other site."""
    host = shop_host(rng, trade)
    slug = "-".join(trade.lower().split())
    shape = rng.random()
    if shape < 0.4:
        return f"{rng.choice(('http://', 'https://', 'http://www.', 'https://www.', 'www.', ''))}{host}{rng.choice(('', '/'))}"
    if shape < 0.62:
        return f"http{rng.choice(('', 's'))}://{rng.choice(('', 'www.'))}{host}/{rng.choice(('', 'blog/', 'tag/', 'category/', f'{rng.randint(1, 999)}-'))}{slug}{rng.choice(('', '/', '.html', '.php'))}"
    if shape < 0.72:
        free = rng.choice(("blogspot.com", "wordpress.com", "weebly.com", "wixsite.com", "tumblr.com", "sites.google.com"))
        return f"https://{slug.replace('-', '')}{rng.randint(1, 999)}.{free}/"
    if shape < 0.82:
        return f"https://{rng.choice(('bit.ly', 'tinyurl.com', 'cutt.ly', 'is.gd', 't.co', 'rb.gy', 'goo.gl'))}/{_code(rng)}"
    if shape < 0.94:
        passer = f"{own_host(rng)}/{rng.choice(('redirect.php?url=', 'go.php?', 'link?to=', 'out/?goto=', 'login?returnurl=', 'bitrix/redirect.php?event1=&goto='))}"
        return f"http://www.{passer}http{rng.choice(('://', 's://', '%3A%2F%2F'))}{host}"
    return rng.choice((f"{host.replace('.', ' . ')}", f"{host.replace('.', ' dot ')}", f"{host.replace('.', '[.]')}", f"hxxp://{host}"))


def own_host(rng: random.Random) -> str:
    """Invent the host of a person's own site."""
    stem = rng.choice((some(rng, "first"), some(rng, "nick"), some(rng, "first") + some(rng, "last"), some(rng, "last"))).lower()
    stem = "".join(c for c in stem if c.isascii() and c.isalnum())
    return rng.choice((f"{stem}.{some(rng, 'zone')}", f"{stem}{rng.choice(('', '-'))}{some(rng, 'own')}.{rng.choice(('com', 'net', 'org', 'de', 'me', 'io'))}", f"{stem}.{rng.choice(('wordpress.com', 'blogspot.com', 'github.io', 'tumblr.com'))}", f"blog.{stem}.{rng.choice(('com', 'net', 'eu'))}"))


def honest_link(rng: random.Random, topic: str) -> str:
    """Write a link that answers: a reference, a repository, a deep page, one's own article."""
    slug = "-".join(topic.lower().split())
    if rng.random() < 0.35:
        return f"http{rng.choice(('', 's'))}://{own_host(rng)}/{rng.choice(('', f'{rng.randint(2004, 2026)}/{rng.randint(1, 12):02}/'))}{slug}{rng.choice(('', '/', '.html', '.aspx'))}"
    host = some(rng, "host")
    path = rng.choice((f"questions/{rng.randint(1000, 9999999)}/{slug}", f"wiki/{slug.replace('-', '_')}", f"{some(rng, 'nick')}/{slug}", f"watch?v={_code(rng)}", f"{rng.randint(2004, 2026)}/{rng.randint(1, 12):02}/{rng.randint(1, 28):02}/{slug}.html", f"docs/{slug}#{rng.choice(('usage', 'notes', 'install'))}", f"b/archive/{rng.randint(1000, 99999)}.aspx", _code(rng)))
    return f"http{rng.choice(('', 's'))}://{host}/{path}"


def root_link(rng: random.Random) -> str:
    """Write a link to the front page of some useful site, as a recommendation does."""
    name = "".join(rng.choices(_SYLLABLES, k=rng.randint(2, 3))) + rng.choice(("", "", "app", "lib", "docs", "kit", "mail"))
    zone = rng.choice(("com", "com", "com", "org", "net", "io", "info", "co.uk", "de", "gov"))
    return f"{rng.choice(('http://', 'https://', 'http://www.', 'www.', ''))}{name}.{zone}{rng.choice(('', '', '/', '/download', '/en/'))}"


def phone(rng: random.Random) -> str:
    """Write a telephone number in one of the usual shapes, with the invented middle 555."""
    a, b = rng.randint(200, 989), rng.randint(1000, 9999)
    return rng.choice((f"+1 {a} 555 {b}", f"({a}) 555-{b}", f"+{rng.randint(20, 98)}{a}555{b}", f"{a}-555-{b}", f"+{rng.randint(20, 98)} {a} 555 {b}", f"0{a} 555{b}", f"+1({a})555-{b}"))


def email(rng: random.Random) -> str:
    """Write the address of an invented seller."""
    return f"{some(rng, 'first').lower()}{rng.choice(('loans', 'recovery', 'temple', 'services', 'hacker', 'finance'))}{rng.randint(1, 999)}{rng.choice(('@gmail.com', '@example.com', '@outlook.com', ' @ gmail . com'))}"


def price(rng: random.Random) -> str:
    """Write an amount of money."""
    amount = rng.choice((rng.randint(2, 99), rng.randint(1, 99) * 100, rng.randint(1, 50) * 1000))
    return rng.choice((f"${amount:,}", f"${amount}", f"{amount}$", f"€{amount}", f"£{amount}", f"{amount} USD", f"{amount} euros", f"{amount} dollars"))


def brand(rng: random.Random, trade: str) -> str:
    """Name a firm after nothing, or after its trade."""
    stem = "".join(rng.choices(_SYLLABLES, k=rng.randint(2, 3))).title()
    return rng.choice((stem, f"{stem} {trade.split()[-1].title()}", f"{some(rng, 'last')} {rng.choice(('Services', 'Group', 'Solutions', 'Agency', '& Sons', 'LLC', 'Ltd', 'Studio'))}", f"{some(rng, 'front').title()}{stem}", f"{stem}{rng.choice(('88', '365', 'Pro', 'Hub', ' Online', ' Inc', ' GmbH'))}"))


def _code(rng: random.Random) -> str:
    return "".join(rng.choices("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=rng.randint(5, 9)))
