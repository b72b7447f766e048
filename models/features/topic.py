"""Topic features: the words and the language that a text shares with the title of its page."""

from collections.abc import Set
from functools import lru_cache
from typing import NamedTuple

from models.features.counts import feature_words
from models.features.languages import UNKNOWN, detect
from models.features.log_scale import FLAG, SHARE
from models.text.wordlists import word_kinds

TOPIC = {
    "on_topic": SHARE,
    "off_topic": FLAG,
    "off_topic_link": FLAG,
    "other_language": FLAG,
    "names_title": FLAG,
}
"""Feature name -> what its value means, in the order of the features."""

_KINDS = word_kinds()
_UNKNOWN = [0.0] * len(TOPIC)
_SURE = 0.9  # a title has few words


def topic_features(
    title: str, url: str, lower: str, total: int, words: Set[str], has_link: bool, language: str
) -> list[float]:
    """Compute one number in [0, 1] for each of `TOPIC`, in that order.

    title, url: of the page; "" if unknown. lower: the text in lower case. total: its number of words.
    words: its distinct words outside links. language: of the text, or "und".
    """
    if not title and not url:
        return _UNKNOWN
    page = _page(title.lower()[:512], url.lower()[-200:])
    shared = len(page.topic & words)
    is_off_topic = shared == 0 and len(page.topic) > 1 and total > 3
    return [
        shared / max(1, len(page.topic)),
        float(is_off_topic),
        float(is_off_topic and has_link),
        float(page.language != UNKNOWN and language not in (page.language, UNKNOWN)),
        float(len(page.title) > 12 and page.title in lower),
    ]


class _Page(NamedTuple):
    """A page's content words, its title in lower case, and the language of the title, "und" if it is not sure."""

    topic: frozenset[str]
    title: str
    language: str


@lru_cache(maxsize=1024)
def _page(title: str, url: str) -> _Page:
    words_of_page = feature_words(title, title.isascii()) + feature_words(url, url.isascii())
    topic = frozenset(word for word in words_of_page if len(word) > 3 and word not in _KINDS)
    found = detect(title)
    return _Page(topic, title, found.language if found.probability >= _SURE else UNKNOWN)
