"""Writes spam of known families (fake support lines, loans, casinos ...) beside innocent texts of the same surface.

Each family is a phrase book in families/. Sections of a book:

- `spam`, `ham`, and `spam.de`, `ham.de` for other languages: one text a line. A line may end in fields of its own:
  `text @@ name @@ host words @@ page title`; an empty field keeps its default, "-" leaves it out.
- `spam_name`, `ham_name`, `spam_host`, `ham_host`: who sends the texts of a side, and the words of their website.
- `title`, `title.de`: titles of pages on the family's subject; both sides comment on them.
- any other section is a slot. `shared.txt` holds the slots that all books have.

A slot may carry prefixes: `~the_brand~` keeps its first choice for the whole submission, `~cap_brand~`,
`~title_brand~`, `~upper_brand~` and `~lower_brand~` set the case, `~joined_brand~` and `~slug_brand~` write it as
part of an address.
"""

import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from string import capwords
from typing import Final

from models.training.synthetic import entities
from models.training.synthetic.augmentation import arrival, disguised, worn
from models.training.synthetic.sample import Sample
from models.training.synthetic.spintax import Book, read_book, read_table, spin

_BOOKS: Final = Path(__file__).parent / "families"
_SHARED: Final = "shared"
FAMILIES: Final = tuple(sorted(path.stem for path in _BOOKS.glob("*.txt") if path.stem not in (_SHARED, "pages")))

_SIDES: Final = ("spam", "ham")
_FIELDS_DECIDE: Final = frozenset({"anchor_text", "machine_praise", "short_praise"})
"""Families whose texts may be innocent word for word: only the name and the website tell the sides apart."""

_WITH_FIELDS: Final = 0.55
_WITH_WEBSITE: Final = {"spam": 0.55, "ham": 0.35}
_WITH_PAGE: Final = 0.65
_ON_SUBJECT: Final = {"spam": 0.35, "ham": 0.85}
_TRADE_NAME: Final = {"spam": 0.6, "ham": 0.2}
_TRADE_HOST: Final = {"spam": 0.85, "ham": 0.3}
_WORN: Final = 0.4
_WITH_TAIL: Final = 0.2
_WITH_TALK: Final = {"spam": 0.03, "ham": 0.25}
_GOES_ON: Final = {"spam": 0.08, "ham": 0.4}
"""How likely a text gets another line of its side: honest comments may be long, and pitches are mostly one line."""

_TRIES: Final = 200

_CASES: Final[dict[str, Callable[[str], str]]] = {
    "cap": lambda words: words[:1].upper() + words[1:],
    "title": capwords,
    "upper": str.upper,
    "lower": lambda words: words.replace("İ", "i").lower(),
    "joined": lambda words: _ascii(words).replace(" ", ""),
    "slug": lambda words: _ascii(words).replace(" ", "-"),
}
_NUMBERS: Final = {
    "number": (2, 30),
    "hundreds": (100, 950),
    "age": (18, 79),
    "year": (2004, 2026),
    "born": (1950, 2008),
    "digit": (1, 9),
    "two": (10, 99),
    "three": (100, 999),
    "four": (1000, 9999),
}


def family_samples(name: str, n: int, *, seed: int) -> Iterator[Sample]:
    """Write n different submissions of one family, spam and ham in turn, the same ones for the same seed.

    Raises KeyError for an unknown family, ValueError when its book cannot give that many.
    """
    book = _book(name)
    rng = random.Random(f"{name} {seed}")
    return islice(_alternating(name, book, rng), n)


def _alternating(name: str, book: Book, rng: random.Random) -> Iterator[Sample]:
    seen: set[tuple[str, str, str]] = set()
    for side in cycle(_SIDES):
        for _ in range(_TRIES):
            sample = _Writer(name, book, side, rng).submission()
            key = (sample.body, sample.name, sample.website)
            if key not in seen:
                break
        else:
            raise ValueError(f"the phrase book {name} has too few {side} texts: add lines or alternatives")
        seen.add(key)
        yield sample


@cache
def _book(name: str) -> Book:
    if name != _SHARED and name not in FAMILIES:
        raise KeyError(f"no spam family {name!r}; there are {', '.join(FAMILIES)}")
    own = read_book(_BOOKS / f"{name}.txt")
    return own if name == _SHARED else _book(_SHARED) | own


@cache
def _pages() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    more = [(nouns.split(", "), titles.split("; ")) for nouns, titles in read_table(str(_BOOKS / "pages.txt"))]
    return tuple((tuple(nouns), tuple(titles)) for nouns, titles in (*entities.TOPICS, *more))


class _Writer:
    """Writes one submission of one side, and remembers what its slots were filled with."""

    def __init__(self, family: str, book: Book, side: str, rng: random.Random) -> None:
        self.family, self.book, self.side, self.rng = family, book, side, rng
        self.kept: dict[str, str] = {}
        self.is_named_as_trade = False
        nouns, titles = rng.choice(_pages())
        self.nouns, self.title = nouns, rng.choice(titles)
        self.writers: dict[str, Callable[[], str]] = {
            "thing": lambda: rng.choice(self.nouns),
            "page": lambda: self.title,
            "site": self.site,
            "stem": lambda: entities.shop_host(rng, "").partition(".")[0],
            "price": lambda: entities.price(rng),
            "phone": self.phone,
            "place": lambda: entities.some(rng, "place"),
            "last": lambda: entities.some(rng, "last"),
            "local_trade": lambda: rng.choice(_local_trades()),
            "any_trade": lambda: rng.choice(rng.choice(entities.TRADES)[1]),
        }

    def submission(self) -> Sample:
        """Choose a language and a line of it, fill it, and fill in the form around it."""
        rng, is_spam = self.rng, self.side == "spam"
        language = self._language()
        line, name, host, title = self._chosen_line(language)
        if title != "-":
            self._choose_title(language, title)
        body = self._body(language, line, alone=bool(name))
        kind = f"{self.side}.{self.family}"
        decisive = self.family in _FIELDS_DECIDE or bool(name)
        if not decisive and rng.random() >= _WITH_FIELDS:
            return Sample(body, "", "", "", "", is_spam=is_spam, kind=kind)
        signals, near_copies = arrival(rng, is_spam=is_spam)
        shown = title != "-" and rng.random() < _WITH_PAGE
        return Sample(
            body,
            self._name(language, name),
            self._website(host),
            self.title if shown else "",
            self._page_url() if shown else "",
            is_spam=is_spam,
            kind=kind,
            signals=signals,
            near_copies=near_copies,
        )

    def write(self, phrase: str) -> str:
        """Write one variant of a phrase."""
        return spin(phrase, self.fill, rng=self.rng)

    def fill(self, slot: str) -> str:
        """Fill a slot; raises KeyError for one that nothing fills."""
        prefix, _, rest = slot.partition("_")
        if prefix == "the" and rest:
            if rest not in self.kept:
                self.kept[rest] = self.fill(rest)
            return self.kept[rest]
        if prefix in _CASES and rest:
            return _CASES[prefix](self.fill(rest))
        if slot in self.book:
            return self.write(self.rng.choice(self.book[slot]))
        if slot in _NUMBERS:
            return str(self.rng.randint(*_NUMBERS[slot]))
        return self.writers[slot]()

    def site(self) -> str:
        """Invent a host for this side's links; its ending says nothing, both sides have all of them."""
        section = f"{self.side}_host"
        chance = 1.0 if self._must_tell() else _TRADE_HOST[self.side]
        is_trade = section in self.book and self.rng.random() < chance
        return self._host(self.rng.choice(self.book[section if is_trade else "own_host"]))

    def phone(self) -> str:
        """Write a telephone number that nobody can have, in one of many shapes."""
        return self.write(self.rng.choice(self.book["phone_shape"]))

    def _body(self, language: str, line: str, *, alone: bool) -> str:
        """Write a line, often with more of its kind behind it, and wear it as texts are worn on their way."""
        rng, is_spam = self.rng, self.side == "spam"
        body = _tidy(self.write(line))
        if self.family not in _FIELDS_DECIDE:
            body += "" if alone else "".join(self._further_lines(language, line))
            if not language:
                body += f" {self.fill('ham_talk')}" if rng.random() < _WITH_TALK[self.side] else ""
                body += f" {self.fill(f'{self.side}_tail')}" if rng.random() < _WITH_TAIL else ""
        if rng.random() < _WORN:
            body = worn(body, rng, spells_links=1.0 if is_spam else 0.05).strip() or body
        return disguised(body, rng) if is_spam else body

    def _language(self) -> str:
        """Choose a language; the sides share the odds, so that no language is evidence."""
        odds: dict[str, int] = {}
        for section, lines in self.book.items():
            side, _, language = section.partition(".")
            if side in _SIDES:
                odds[language] = odds.get(language, 0) + len(lines)
        return self.rng.choices(list(odds), list(odds.values()))[0]

    def _lines(self, language: str) -> list[str]:
        return self.book[f"{self.side}.{language}" if language else self.side]

    def _chosen_line(self, language: str) -> tuple[str, str, str, str]:
        line, name, host, title = [*self.rng.choice(self._lines(language)).split(" @@ "), "", "", ""][:4]
        return line, name, host, title

    def _further_lines(self, language: str, first: str) -> Iterator[str]:
        """Go on with other lines of the side, each after a space or a new paragraph."""
        others = [line for line in self._lines(language) if line != first and " @@ " not in line]
        self.rng.shuffle(others)
        while others and self.rng.random() < _GOES_ON[self.side]:
            yield self.rng.choice((" ", " ", " ", "\n", "\n\n")) + _tidy(self.write(others.pop()))

    def _choose_title(self, language: str, title: str) -> None:
        titles = self.book.get(f"title.{language}" if language else "title", [])
        general = self.book.get(f"page.{language}", [])
        if title:
            self.title = self.write(title)
        elif titles and self.rng.random() < _ON_SUBJECT[self.side]:
            self.title = self.write(self.rng.choice(titles))
        elif general and self.rng.random() < 0.7:
            self.title = self.write(self.rng.choice(general))

    def _name(self, language: str, name: str) -> str:
        if name:
            return self.write(name).removeprefix("-")
        section = f"{self.side}_name"
        if section in self.book and self.rng.random() < _TRADE_NAME[self.side]:
            self.is_named_as_trade = True
            return self.write(self.rng.choice(self.book[section]))
        people = self.book.get(f"person.{language}") if self.rng.random() < 0.8 else None
        return self.write(self.rng.choice(people or self.book["person"]))

    def _website(self, host: str) -> str:
        if host == "-" or (not host and self.rng.random() >= self._chance_of_website()):
            return ""
        address = self._host(host) if host else self.site()
        return f"{self.fill('scheme')}{address}{self.write('{|||/|/~page_word~|/~page_word~/}')}"

    def _chance_of_website(self) -> float:
        if self._must_tell():
            return 0.8 if self.is_named_as_trade else 1.0
        return _WITH_WEBSITE[self.side]

    def _must_tell(self) -> bool:
        """Whether this is spam that only its fields betray."""
        return self.side == "spam" and self.family in _FIELDS_DECIDE

    def _page_url(self) -> str:
        host = self._host(self.rng.choice(self.book["own_host"]))
        return f"https://{host}{self.fill('page_path')}{_CASES['slug'](self.title)}"

    def _host(self, words: str) -> str:
        core = _ascii(self.write(words)) or self.fill("stem")
        return f"{core.replace(' ', self.rng.choice(('', '', '-')))}.{self.fill('ending')}"


@cache
def _local_trades() -> tuple[str, ...]:
    return tuple(trade for kind, trades in entities.TRADES if kind == "local" for trade in trades)


def _tidy(text: str) -> str:
    """Close the gaps that empty alternatives leave: "sir , ,." becomes "sir,"."""
    text = re.sub(r" {2,}", " ", re.sub(r" +(,(?= )|[,.](?=\n|$))", r"\1", text))
    text = re.sub(r"([.!?]),(?= |$)", r"\1", re.sub(r",([.!?])(?= |$)", r"\1", text))
    return re.sub(r"(?<![.!?])([.!?])\.(?= |$)", r"\1", text).strip()


def _ascii(words: str) -> str:
    """Reduce words to lower-case ASCII letters, digits and single spaces."""
    plain = unicodedata.normalize("NFKD", words.lower().replace("ı", "i").replace("ß", "ss").replace("ł", "l"))
    return " ".join(re.sub(r"[^a-z0-9 -]", "", plain.encode("ascii", "ignore").decode()).replace("-", " ").split())
