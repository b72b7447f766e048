"""Generates spam of known families (fake support lines, loans, casinos, …) and innocent look-alikes of each.

Each family is a phrase book in families/. Sections of a book:

- `spam`, `ham`, and `spam.de`, `ham.de` for other languages: one text per line. A line may set fields of the form:
  `text @@ name @@ host words @@ page title`. An empty field keeps its default, "-" leaves it out.
- `spam_name`, `ham_name`, `spam_host`, `ham_host`: names of authors, and the words of their hosts.
- `title`, `title.de`: titles of pages about the family's subject. Both classes comment on them.
- Any other section is a slot. `shared.txt` holds the slots of all books, `pages.txt` pages on other subjects.

Slots may have prefixes: `~the_brand~` keeps its first value for the whole submission; `~cap_brand~`, `~title_brand~`,
`~upper_brand~` and `~lower_brand~` set the case; `~joined_brand~` and `~slug_brand~` make part of an address.
"""

import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from string import capwords
from typing import Final, NamedTuple

from models.training.synthetic import entities
from models.training.synthetic.augmentation import augment, delivery, obfuscate
from models.training.synthetic.sample import Sample
from models.training.synthetic.spintax import Book, read_book, read_table, spin

PHRASE_BOOKS: Final = Path(__file__).parent / "families"
FAMILIES: Final = tuple(sorted({path.stem for path in PHRASE_BOOKS.glob("*.txt")} - {"shared", "pages"}))

_CLASSES: Final = ("spam", "ham")
_TOLD_BY_FIELDS: Final = frozenset({"anchor_text", "machine_praise", "short_praise"})
"""Families whose spam may be innocent word for word: only the name and the website tell the classes apart."""

# Probabilities; a pair differs between the classes.
_HAS_FIELDS: Final = 0.55
_HAS_PAGE: Final = 0.65
_HAS_WEBSITE: Final = {"spam": 0.55, "ham": 0.35}
_ON_SUBJECT: Final = {"spam": 0.35, "ham": 0.85}
_TRADE_NAME: Final = {"spam": 0.6, "ham": 0.2}
_TRADE_HOST: Final = {"spam": 0.85, "ham": 0.3}
_ELSEWHERE: Final = 0.2
_PERSONAL_WEBSITE: Final = 0.6  # of the websites of people who are not named after a trade
_SIGNED_SHARE: Final = 0.06  # of people who sign their text
_ANOTHER_LINE: Final = {"spam": 0.08, "ham": 0.4}
_SMALL_TALK: Final = {"spam": 0.03, "ham": 0.25}
_LAST_SENTENCE: Final = 0.2
_AUGMENTED: Final = 0.4
_MAX_ATTEMPTS: Final = 200

_PREFIXES: Final[dict[str, Callable[[str], str]]] = {
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


class _Line(NamedTuple):
    """A line of a book: the phrase, and the fields it sets ("" for the default, "-" for none)."""

    phrase: str
    name: str = ""
    host: str = ""
    title: str = ""


def family_samples(name: str, n: int, *, seed: int) -> Iterator[Sample]:
    """Generate n distinct submissions of a family, spam and ham in turn. Deterministic for a seed.

    Raises KeyError for an unknown family and ValueError if its book has too few texts.
    """
    book = _book(name)
    return islice(_alternate(name, book, random.Random(f"{name} {seed}")), n)


def _alternate(name: str, book: Book, rng: random.Random) -> Iterator[Sample]:
    seen: set[tuple[str, str, str]] = set()
    for label in cycle(_CLASSES):
        for _ in range(_MAX_ATTEMPTS):
            sample = _Draft(name, book, label, rng).submission()
            key = (sample.body, sample.name, sample.website)
            if key not in seen:
                break
        else:
            raise ValueError(f"the phrase book {name} has too few {label} texts: add lines or alternatives")
        seen.add(key)
        yield sample


@cache
def _book(name: str) -> Book:
    if name not in FAMILIES:
        raise KeyError(f"no spam family {name!r}; there are {', '.join(FAMILIES)}")
    return read_book(PHRASE_BOOKS / "shared.txt") | read_book(PHRASE_BOOKS / f"{name}.txt")


@cache
def _pages() -> tuple[tuple[list[str], list[str]], ...]:
    """The nouns and the titles of pages, by subject."""
    more = [(nouns.split(", "), titles.split("; ")) for nouns, titles in read_table(str(PHRASE_BOOKS / "pages.txt"))]
    return (*entities.TOPICS, *more)


@cache
def _local_trades() -> tuple[str, ...]:
    return tuple(trade for kind, trades in entities.TRADES if kind == "local" for trade in trades)


class _Draft:
    """One submission in the making. Remembers the values of its slots."""

    def __init__(self, family: str, book: Book, label: str, rng: random.Random) -> None:
        self.family, self.book, self.label, self.rng = family, book, label, rng
        self.is_spam = label == "spam"
        self.kept: dict[str, str] = {}
        self.is_named_as_trade = self.is_on_subject = False
        nouns, titles = rng.choice(_pages())
        self.nouns, self.title = nouns, rng.choice(titles)
        self.writers: dict[str, Callable[[], str]] = {
            "thing": lambda: rng.choice(self.nouns),
            "page": lambda: self.title,
            "site": self.site,
            "stem": lambda: entities.shop_host(rng, "").partition(".")[0],
            "price": lambda: entities.price(rng),
            "phone": lambda: self.fill("phone_shape"),
            "place": lambda: entities.some(rng, "place"),
            "last": lambda: entities.some(rng, "last"),
            "local_trade": lambda: rng.choice(_local_trades()),
            "any_trade": lambda: rng.choice(rng.choice(entities.TRADES)[1]),
        }

    def submission(self) -> Sample:
        """Choose a language and a line, write the body, and fill in the form."""
        language = self._language()
        line = _Line(*self.rng.choice(self._lines(language)).split(" @@ "))
        self._choose_title(language, line.title)
        body = self._body(language, line)
        kind = f"{self.label}.{self.family}"
        if not (self.family in _TOLD_BY_FIELDS or line.name) and self.rng.random() >= _HAS_FIELDS:
            return Sample(body, "", "", "", "", is_spam=self.is_spam, kind=kind)
        signals, near_copies = delivery(self.rng, is_spam=self.is_spam)
        has_page = line.title != "-" and self.rng.random() < _HAS_PAGE
        name = self._name(language, line.name)
        if not self.is_spam and self.rng.random() < _SIGNED_SHARE:
            body = f"{body}{entities.signature(self.rng, name)}"
        return Sample(
            body,
            name,
            self._website(line.host, name),
            self.title if has_page else "",
            self._page_url() if has_page else "",
            is_spam=self.is_spam,
            kind=kind,
            signals=signals,
            near_copies=near_copies,
        )

    def write(self, phrase: str) -> str:
        """Write one variant of a phrase."""
        return spin(phrase, self.fill, rng=self.rng)

    def fill(self, slot: str) -> str:
        """Fill a slot. Raises KeyError if it is unknown."""
        prefix, _, rest = slot.partition("_")
        if prefix == "the" and rest:
            if rest not in self.kept:
                self.kept[rest] = self.fill(rest)
            return self.kept[rest]
        if prefix in _PREFIXES and rest:
            return _PREFIXES[prefix](self.fill(rest))
        if slot in self.book:
            return self.write(self.rng.choice(self.book[slot]))
        if slot in _NUMBERS:
            return str(self.rng.randint(*_NUMBERS[slot]))
        return self.writers[slot]()

    def site(self) -> str:
        """Invent a host. Its ending is no evidence: both classes draw from the same endings."""
        section = f"{self.label}_host"
        share = 1.0 if self._is_told_by_fields() else _TRADE_HOST[self.label] * self._trade_share()
        is_trade = section in self.book and self.rng.random() < share
        return self._host(self.rng.choice(self.book[section if is_trade else "own_host"]))

    def _language(self) -> str:
        """Choose a language with the same odds for both classes, so that no language is evidence."""
        odds: dict[str, int] = {}
        for section, lines in self.book.items():
            label, _, language = section.partition(".")
            if label in _CLASSES:
                odds[language] = odds.get(language, 0) + len(lines)
        return self.rng.choices(list(odds), list(odds.values()))[0]

    def _lines(self, language: str) -> list[str]:
        return self.book[f"{self.label}.{language}" if language else self.label]

    def _choose_title(self, language: str, title: str) -> None:
        on_subject = self.book.get(f"title.{language}" if language else "title", [])
        general = self.book.get(f"page.{language}", [])
        if title not in ("", "-"):
            self.title, self.is_on_subject = self.write(title), not self.is_spam
        elif on_subject and self.rng.random() < _ON_SUBJECT[self.label]:
            self.title = self.write(self.rng.choice(on_subject))
            self.is_on_subject = True
        elif general and self.rng.random() < 0.7:
            self.title = self.write(self.rng.choice(general))

    def _body(self, language: str, line: _Line) -> str:
        """Write a line, often followed by others of its class, and augment the text as other generators do."""
        body = _tidy(self.write(line.phrase))
        if self.family not in _TOLD_BY_FIELDS:
            body += "" if line.name else "".join(self._more_lines(language, line))
            body += "" if language else "".join(self._small_talk())
        if self.rng.random() < _AUGMENTED:
            body = augment(body, self.rng, spells_links=1.0 if self.is_spam else 0.05).strip() or body
        return obfuscate(body, self.rng) if self.is_spam else body

    def _more_lines(self, language: str, first: _Line) -> Iterator[str]:
        others = [line for line in self._lines(language) if line != first.phrase and " @@ " not in line]
        self.rng.shuffle(others)
        while others and self.rng.random() < _ANOTHER_LINE[self.label]:
            yield self.rng.choice((" ", " ", " ", "\n", "\n\n")) + _tidy(self.write(others.pop()))

    def _small_talk(self) -> Iterator[str]:
        """Give ham the words of sellers, and spam the words of readers, so that no word alone is evidence."""
        if self.rng.random() < _SMALL_TALK[self.label]:
            yield f" {self.fill('ham_talk')}"
        if self.rng.random() < _LAST_SENTENCE:
            yield f" {self.fill(f'{self.label}_tail')}"

    def _name(self, language: str, name: str) -> str:
        if name:
            return self.write(name).removeprefix("-")
        section = f"{self.label}_name"
        if section in self.book and self.rng.random() < _TRADE_NAME[self.label] * self._trade_share():
            self.is_named_as_trade = True
            return self.write(self.rng.choice(self.book[section]))
        people = self.book.get(f"person.{language}") if self.rng.random() < 0.8 else None
        return self.write(self.rng.choice(people or self.book["person"]))

    def _website(self, host: str, name: str) -> str:
        if host == "-" or (not host and self.rng.random() >= self._website_share()):
            return ""
        if not host and not self.is_spam and not self.is_named_as_trade and self.rng.random() < _PERSONAL_WEBSITE:
            return entities.own_website(self.rng, name)
        address = self._host(host) if host else self.site()
        return f"{self.fill('scheme')}{address}{self.write('{|||/|/~page_word~|/~page_word~/|/~path~}')}"

    def _website_share(self) -> float:
        if self._is_told_by_fields():
            return 0.8 if self.is_named_as_trade else 1.0
        return _HAS_WEBSITE[self.label]

    def _trade_share(self) -> float:
        """How often the fields name a trade, relative to a page about it. Honest firms write where they know more."""
        return 1.0 if self.is_spam or self.is_on_subject else _ELSEWHERE

    def _is_told_by_fields(self) -> bool:
        return self.is_spam and self.family in _TOLD_BY_FIELDS

    def _page_url(self) -> str:
        host = self._host(self.rng.choice(self.book["own_host"]))
        return f"https://{host}{self.fill('page_path')}{_PREFIXES['slug'](self.title)}"

    def _host(self, words: str) -> str:
        core = _ascii(self.write(words)) or self.fill("stem")
        return f"{core.replace(' ', self.rng.choice(('', '', '-')))}.{self.fill('ending')}"


def _tidy(text: str) -> str:
    """Close the gaps that empty alternatives leave: "sir , ,." becomes "sir,"."""
    text = re.sub(r" {2,}", " ", re.sub(r" +(,(?= )|[,.](?=\n|$))", r"\1", text))
    text = re.sub(r"([.!?]),(?= |$)", r"\1", re.sub(r",([.!?])(?= |$)", r"\1", text))
    return re.sub(r"(?<![.!?])([.!?])\.(?= |$)", r"\1", text).strip()


def _ascii(words: str) -> str:
    """Reduce words to lower-case ASCII letters, digits and single spaces."""
    plain = unicodedata.normalize("NFKD", words.lower().replace("ı", "i").replace("ß", "ss").replace("ł", "l"))
    return " ".join(re.sub(r"[^a-z0-9 -]", "", plain.encode("ascii", "ignore").decode()).replace("-", " ").split())
