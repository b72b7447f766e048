"""Whether a text is about its page: the words that it shares with the title, and their languages."""

from collections.abc import Set
from functools import lru_cache
from typing import NamedTuple

from models.features.counts import words_of
from models.text.languages import detect_language
from models.text.wordlists import word_kinds

TOPIC = {
    "on_topic": "{share} of the title's words are in the text",
    "off_topic": "shares no word with the page's title",
    "off_topic_link": "has a link and shares no word with the page's title",
    "other_language": "in another language than the page's title",
    "names_title": "quotes the page's title",
}
"""The features' names in their order, each with the words in which a moderator reads of it."""

_KINDS = word_kinds()
_UNKNOWN = [0.0] * len(TOPIC)


def topic(title: str, url: str, lower: str, total: int, words: Set[str], linked: bool) -> list[float]:
    """Measure how a text fits its page: one number in [0, 1] for each of `TOPIC`, in their order.

    title, url: of the page; "" when unknown. lower: the text in lower case. total: how many words it has.
    words: those outside its links.
    """
    if not title and not url:
        return _UNKNOWN
    page = _page(title.lower()[:512], url.lower()[-200:])
    shared = len(page.topic & words)
    apart = shared == 0 and len(page.topic) > 1 and total > 3
    return [
        shared / max(1, len(page.topic)),
        float(apart),
        float(apart and linked),
        float(page.language != "und" and detect_language(lower) not in (page.language, "und")),
        float(len(page.title) > 12 and page.title in lower),
    ]


class _Page(NamedTuple):
    """What a page is about: its telling words, its title in lower case, the language of that."""

    topic: frozenset[str]
    title: str
    language: str


@lru_cache(maxsize=1024)
def _page(title: str, url: str) -> _Page:
    told = words_of(title, title.isascii()) + words_of(url, url.isascii())
    telling = frozenset(word for word in told if len(word) > 3 and word not in _KINDS)
    return _Page(telling, title, detect_language(title))
