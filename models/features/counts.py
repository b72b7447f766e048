"""How often each thing occurs in a text, so counted that the counts of its pieces add up to its own.

A text is read piece by piece, and what a piece holds is remembered (`models.inference.token_cache`): a comment of
common words is
measured without being searched.
"""

import re
import string
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from models.text.urls import may_contain_link, strip_links
from models.text.wordlists import word_kinds

_CHATS = frozenset(("whatsapp", "telegram", "icq", "wechat", "viber", "skype", "gmail", "kik"))
_CURRENCIES = "usd|eur|dollar|tl|руб|zł"
_PRICED = re.compile(rf"[$€£¥₽₺%]|{_CURRENCIES}")
CODE: Final = (
    "();",
    ");\n",
    "{\n",
    "};",
    "=>",
    "==",
    "&&",
    "::",
    "->",
    "</",
    "/>",
    "<div",
    "<%",
    "$(",
    "()",
    "`",
    "<?",
)
# All of a link or a price that a word of letters may hold: one search instead of two for each new word. A test holds
# it to `may_link` and _PRICED.
_TELLING = re.compile(f"www|http|hxxp|^dot$|{_CURRENCIES}")
_CODED = re.compile("|".join(re.escape(mark.strip()) for mark in CODE))
_HIDDEN = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]"
)
_MIXED = re.compile(r"\b(?:[^\W\d_\u0370-\uffff]+[\u0370-\u052f]|[\u0370-\u052f]+[a-zA-Z])\w*")
_FANCY = re.compile(
    r"[\u1d00-\u1d7f\u2100-\u214f\u24b6-\u24e9\uff21-\uff5a\U0001d400-\U0001d7ff\U0001f110-\U0001f189]"
)
_EMOJI = re.compile(r"[\u2600-\u27bf\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]")
_STRANGE = re.compile(  # what any of these four finds has one such letter
    rf"{_HIDDEN.pattern}|{_FANCY.pattern}|{_EMOJI.pattern}|[\u0370-\u052f]"
)
_WORD = re.compile(r"[^\W_]+")
_SPACED = str.maketrans(dict.fromkeys(string.punctuation.replace("'", ""), " "))
_KINDS = word_kinds()

Mend = Callable[[str], Sequence[str]]
"""Tells the words that a word was made from, as `models.text.lexicon.Lexicon.correct` does."""


class Glance(NamedTuple):
    """Counts of what a text holds; its words are those outside its links.

    praise to talk: words of each kind. excerpts: "[...]". may_link, may_price, may_code: 0 only where looking for
    links, prices or code would find none.
    """

    words: int
    praise: int
    thanks: int
    site: int
    money: int
    trade: int
    call: int
    offer: int
    channel: int
    talk: int
    chats: int
    excerpts: int
    hidden: int
    mixed: int
    fancy: int
    emoji: int
    may_link: int
    may_price: int
    may_code: int


ONE_WORD: Final = Glance(1, *[0] * (len(Glance._fields) - 1))


def is_plain(body: str) -> bool:
    """Whether all of a text outside its links is ASCII: only then may a word hold an apostrophe."""
    return body.isascii() or strip_links(body.lower()).isascii()


def glance(text: str, read: str, plain: bool, correct: Mend) -> tuple[Glance, list[str]]:
    """What a text, or a piece of one, holds, and its words.

    read: the same as cleaning leaves it, where the words are looked up. plain: see `is_plain`, of the whole text.
    """
    if read == text and says_nothing(text) and len(correct(text)) == 1:
        return ONE_WORD, [text]
    lower, words = text.lower(), _parted(words_of(strip_links(read), plain), correct)
    kinds = [_KINDS[word] for word in words if word in _KINDS]
    marks = "" if text.isalnum() else text
    is_strange = not text.isascii() and _STRANGE.search(text) is not None
    seen = Glance(
        words=len(words),
        praise=kinds.count("praise"),
        thanks=kinds.count("thanks"),
        site=kinds.count("site"),
        money=kinds.count("money"),
        trade=kinds.count("trade"),
        call=kinds.count("call"),
        offer=kinds.count("offer"),
        channel=kinds.count("channel"),
        talk=kinds.count("talk"),
        chats=sum([word in _CHATS for word in words]),
        excerpts=marks.count("[...]") + marks.count("[\u2026]"),
        hidden=len(_HIDDEN.findall(text)) if is_strange else 0,
        mixed=len(_MIXED.findall(text)) if is_strange else 0,
        fancy=len(_FANCY.findall(text)) if is_strange else 0,
        emoji=len(_EMOJI.findall(text)) if is_strange else 0,
        may_link=int(may_contain_link(lower)),
        may_price=int(_PRICED.search(lower) is not None),
        may_code=int(_CODED.search(marks) is not None),
    )
    return seen, words


def _parted(words: Iterable[str], correct: Mend) -> list[str]:
    """The words with those parted that were run together; all others stay as they are."""
    parted: list[str] = []
    for word in words:
        parts = correct(word)
        parted += parts if len(parts) > 1 else (word,)
    return parted


def says_nothing(word: str) -> bool:
    """Whether a word counts as nothing but one word. Most new ones do: letters that no feature knows."""
    return (
        word.isalpha()
        and word not in _KINDS
        and word not in _CHATS
        and not _TELLING.search(word)
        and (word.isascii() or not _STRANGE.search(word))
    )


def words_of(lower: str, plain: bool) -> list[str]:
    """The words of a text in lower case."""
    return lower.translate(_SPACED).split() if plain else _WORD.findall(lower)
