"""Features of a whole submission: links, fields, kinds of words, style, topic and delivery.

Each feature is a number in [0, 1]; the spam head weighs them in addition to the words. All run in linear time.

To add a feature: its name in the group that it belongs to (here, fields.py, offers.py, style.py or topic.py) and its
value at the same place of that group's list, from a count in counts.py if tokens can be summed; its text in
`moderation/messages/evidence_texts.py`. Then train again (docs/models.md).
"""

import re
from collections.abc import Set
from typing import Protocol

from models.features.counts import TextCounts
from models.features.fields import FIELDS, field_features
from models.features.log_scale import COUNT, FLAG, SHARE, count_from_level, log_level
from models.features.offers import OFFERS, offer_features
from models.features.style import STYLE, style_features
from models.features.topic import TOPIC, topic_features
from models.text.urls import MAX_LINKS, Link, find_links


class SubmissionFields(Protocol):
    """The fields that the features read, as defined by `moderation.score.ScoringInput`.

    A protocol, because training computes the same features for its own examples, and because the features must not
    depend on the domain (see the import contracts).
    """

    @property
    def body(self) -> str:
        """The text."""

    @property
    def name(self) -> str:
        """The author's name, or ""."""

    @property
    def website(self) -> str:
        """The author's website, or ""."""

    @property
    def thread_title(self) -> str:
        """The title of the page, or "" if unknown."""

    @property
    def thread_url(self) -> str:
        """The address of the page, or "" if unknown."""

    @property
    def signals(self) -> frozenset[str]:
        """What the form's traps noticed, by name."""

    @property
    def near_copies(self) -> int:
        """The number of recent near copies, 0 or more."""


_LINKS = {
    "links": COUNT,
    "hosts": COUNT,
    "has_link": FLAG,
    "many_links": FLAG,
    "link_share": SHARE,
    "bare_link": FLAG,
    "anchors": COUNT,
    "spelled_links": COUNT,
    "short_links": FLAG,
    "listed_links": FLAG,
    "trade_links": FLAG,
    "trade_paths": FLAG,
    "onward_links": FLAG,
    "deep_links": FLAG,
    "root_links": FLAG,
}
_WORDS = {
    "praise": COUNT,
    "thanks": COUNT,
    "site": COUNT,
    "money": COUNT,
    "trade": COUNT,
    "call": COUNT,
    "offer": COUNT,
    "channel": COUNT,
    "talk": COUNT,
    "share_praise": SHARE,
    "share_selling": SHARE,
    "share_talk": SHARE,
    "praise_link": FLAG,
    "praise_site": FLAG,
    "selling_link": FLAG,
    "praise_only": FLAG,
    "empty_flattery": FLAG,
    "paid_flattery": FLAG,
}
_DELIVERY = {
    "trap_field": FLAG,
    "too_fast": FLAG,
    "odd_token": FLAG,
    "near_copies": COUNT,
}
_MEANINGS = _LINKS | FIELDS | _WORDS | OFFERS | STYLE | TOPIC | _DELIVERY

FEATURES: tuple[str, ...] = tuple(_MEANINGS)

_ANCHOR = re.compile(r"<a\s|\[url|\[link")


def submission_features(
    submission: SubmissionFields, counts: TextCounts, words: Set[str], language: str
) -> list[float]:
    """Compute one number in [0, 1] for each of `FEATURES`, in that order.

    counts, words: the counts and the distinct words of the body, outside its links. language: of the body, or "und".
    """
    body, lower = submission.body, submission.body.lower()
    found = find_links(body, lower) if counts.may_link else []
    return [
        *_link_features(body, lower, counts.words, found),
        *field_features(
            submission.name, submission.website, f"{submission.thread_title} {submission.thread_url}", bool(found)
        ),
        *_word_features(counts, bool(found), bool(submission.website)),
        *offer_features(body, lower, submission.name[:256], counts, words, bool(found) or bool(submission.website)),
        *style_features(body, lower, counts, len(words)),
        *topic_features(
            submission.thread_title, submission.thread_url, lower, counts.words, words, bool(found), language
        ),
        *_delivery_features(submission.signals, submission.near_copies),
    ]


def describe(index: int, value: float) -> tuple[str, dict[str, int]]:
    """Describe feature number `index` as a message: its code and parameters, such as "evidence.links" and n=3."""
    name = FEATURES[index]
    match _MEANINGS[name]:
        case "count":
            params = {"n": count_from_level(value)}
        case "share":
            params = {"percent": round(value * 100)}
        case _:
            params = {}
    return f"evidence.{name}", params


def _link_features(body: str, lower: str, words: int, found: list[Link]) -> list[float]:
    if not found:
        return _NO_LINKS
    examined = found[:MAX_LINKS]
    written = sum(len(link.host) + len(link.rest) + 8 for link in found if link.plain)
    share = min(1.0, written / max(1, len(body)))
    return [
        log_level(len(found)),
        log_level(len({link.host for link in examined})),
        1.0,
        float(len(found) > 2),
        share,
        float(words < 12 and share > 0.6),
        log_level(len(_ANCHOR.findall(lower))) if "<a" in lower or "[" in lower else 0.0,
        log_level(sum(not link.plain for link in examined)),
        float(any(link.is_short for link in examined)),
        float(any(link.is_listed for link in examined)),
        float(any(link.is_trade for link in examined)),
        float(any(link.has_trade_path for link in examined)),
        float(any(link.is_redirect for link in examined)),
        float(any("/" in link.rest[1:] for link in examined)),
        float(any(len(link.rest) < 2 for link in examined)),
    ]


_NO_LINKS = [0.0] * len(_LINKS)


def _word_features(counts: TextCounts, has_link: bool, website: bool) -> list[float]:
    total = max(1, counts.words)
    praise = counts.praise + counts.thanks
    selling = counts.money + counts.trade + counts.call + counts.offer
    flatters = praise > 0 and counts.site > 0 and not counts.talk
    return [
        log_level(counts.praise),
        log_level(counts.thanks),
        log_level(counts.site),
        log_level(counts.money),
        log_level(counts.trade),
        log_level(counts.call),
        log_level(counts.offer),
        log_level(counts.channel),
        log_level(counts.talk),
        min(1.0, praise / total),
        min(1.0, selling / total),
        min(1.0, counts.talk / total),
        float(counts.praise > 0 and has_link),
        float(counts.site > 1 and (has_link or website) and praise > 0),
        float(selling > 1 and (has_link or website)),
        float(praise > 0 and not counts.talk and not selling and counts.words < 25),
        float(flatters and counts.site + praise > 2),
        float(flatters and (has_link or website)),
    ]


def _delivery_features(signals: frozenset[str], near_copies: int) -> list[float]:
    if not signals and near_copies <= 0:
        return _NO_DELIVERY
    return [
        float("hidden_field" in signals),
        float("too_fast" in signals),
        float(not _TOKEN_SIGNALS.isdisjoint(signals)),
        log_level(max(0, near_copies)),
    ]


_NO_DELIVERY = [0.0] * len(_DELIVERY)
_TOKEN_SIGNALS = frozenset(("no_token", "bad_token", "old_token", "used_token"))
