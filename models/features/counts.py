"""Counts from which the features are computed. They are additive: the counts of a text are the sum over its tokens.

So counts can be cached per token (`models.inference.token_cache`), and a text of common words needs no searching.
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
# What a word of letters can have of a link or a price: one search per new word instead of two. A test keeps this in
# step with `may_contain_link` and _PRICED.
_LINK_OR_PRICE = re.compile(f"www|http|hxxp|^dot$|{_CURRENCIES}")
_CODED = re.compile("|".join(re.escape(mark.strip()) for mark in CODE))
# Joiners belong in the spelling of Persian or Hindi, and join emoji; direction marks stand beside Hebrew or Arabic.
_JOINED = r"\u0590-\u0dff\u1000-\u109f\u1780-\u18af\ufb1d-\ufdff\ufe0f\ufe70-\ufefc\u2600-\u27bf\U0001f000-\U0001faff"
_PLAIN = r"a-zA-Z\u00c0-\u024f\u0370-\u052f"
_HIDDEN = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u180e\u200b\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]"
    rf"|(?<![{_JOINED}])[\u200c\u200d]|[\u200c\u200d](?!$|[{_JOINED}])"
    rf"|(?<=[{_PLAIN}])[\u200e\u200f](?=[{_PLAIN}])"
)
_MIXED = re.compile(r"\b(?:[^\W\d_\u0370-\uffff]+[\u0370-\u052f]|[\u0370-\u052f]+[a-zA-Z])\w*")
_FANCY = re.compile(
    r"[\u1d00-\u1d7f\u2100-\u214f\u24b6-\u24e9\uff21-\uff5a\U0001d400-\U0001d7ff\U0001f110-\U0001f189]"
)
_EMOJI = re.compile(r"[\u2600-\u27bf\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]")
_STRANGE = re.compile(  # any match of the four patterns above contains one of these characters
    rf"{_HIDDEN.pattern}|{_FANCY.pattern}|{_EMOJI.pattern}|[\u0370-\u052f]"
)
_WORD = re.compile(r"[^\W_]+")
_PUNCTUATION_TO_SPACES = str.maketrans(dict.fromkeys(string.punctuation.replace("'", ""), " "))
_KINDS = word_kinds()

Correct = Callable[[str], Sequence[str]]
"""Maps a word to the known words behind it, as `models.text.lexicon.Lexicon.correct` does."""


class TextCounts(NamedTuple):
    """Counts for a text or a token. Words inside links do not count.

    praise to talk: words of each kind. excerpts: "[...]". may_link, may_price, may_code: 0 only if the text has no
    links, prices or code.
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


ONE_WORD: Final = TextCounts(1, *[0] * (len(TextCounts._fields) - 1))


def is_ascii_text(body: str) -> bool:
    """Whether a text is ASCII outside its links. Only then can its words contain an apostrophe."""
    return body.isascii() or strip_links(body.lower()).isascii()


def count_text(text: str, cleaned: str, is_ascii: bool, correct: Correct) -> tuple[TextCounts, list[str]]:
    """Count a text or a token; returns the counts and the words.

    cleaned: the normalized text, from which the words are taken. is_ascii: `is_ascii_text` of the whole text.
    """
    if cleaned == text and is_neutral(text) and len(correct(text)) == 1:
        return ONE_WORD, [text]
    lower, words = text.lower(), _split_joined(feature_words(strip_links(cleaned), is_ascii), correct)
    kinds = [_KINDS[word] for word in words if word in _KINDS]
    marks = "" if text.isalnum() else text
    is_strange = not text.isascii() and _STRANGE.search(text) is not None
    counts = TextCounts(
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
    return counts, words


def _split_joined(words: Iterable[str], correct: Correct) -> list[str]:
    """Split the words that are run together; keep the others as they are."""
    split: list[str] = []
    for word in words:
        parts = correct(word)
        split += parts if len(parts) > 1 else (word,)
    return split


def is_neutral(word: str) -> bool:
    """Whether a word counts only as one word: it is of no kind and may not be part of a link, a price or code."""
    return (
        word.isalpha()
        and word not in _KINDS
        and word not in _CHATS
        and not _LINK_OR_PRICE.search(word)
        and (word.isascii() or not _STRANGE.search(word))
    )


def feature_words(lower: str, is_ascii: bool) -> list[str]:
    """Split a lower-case text into the words that the features count."""
    return lower.translate(_PUNCTUATION_TO_SPACES).split() if is_ascii else _WORD.findall(lower)
