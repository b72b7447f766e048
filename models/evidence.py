"""The evidence of a score: the terms of each head's log-odds as moderators read them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from models.features.submission import describe
from models.inference.attribution import MAX_WORDS, Attribution
from models.inference.parsed_text import ParsedText, WordPositions
from models.learning.reputation import KINDS
from moderation.messages import Param
from moderation.score import Evidence

HEADS: Final = ("spam", "abuse")

_NO_PARAMS: Mapping[str, Param] = {}


class SignTerm(NamedTuple):
    """What one feature adds. weight: log-odds; number, value: of the feature; learned: what of it the site taught."""

    weight: float
    number: int
    value: float
    learned: float = 0.0


def evidence_of(
    body: str, text: ParsedText, signs: list[Evidence], attributions: tuple[Attribution, ...]
) -> tuple[Evidence, ...]:
    """The terms of each head's logit, strongest first. The weights of a head sum to its logit.

    signs: the terms that no words of the text show; extended in place.
    """
    positions = WordPositions(body, text) if text.word_ids else None
    for head, attribution in zip(HEADS, attributions, strict=True):
        signs += _word_evidence(head, attribution, body, positions)
    signs.sort(key=_strength)
    return tuple(signs)


def sign_evidence(head: str, terms: Sequence[SignTerm]) -> Iterator[Evidence]:
    """The strongest terms that features add to a head, and the sum of the others."""
    shown = sorted(terms, key=lambda term: -abs(term.weight))
    for term in shown[:MAX_WORDS]:
        yield without_span(head, term.weight, *_described(term.number, term.value), learned=term.learned)
    if others := shown[MAX_WORDS:]:
        rest, learned = sum([term.weight for term in others]), sum([term.learned for term in others])
        yield without_span(head, rest, "evidence.other_signs", learned=learned)


def sender_evidence(found: Iterable[tuple[int, float, float]]) -> Iterator[Evidence]:
    """What is known of who wrote it. found: the number of a kind in `KINDS`, what it adds to spam, and to abuse."""
    for kind, *weights in found:
        for head, weight in zip(HEADS, weights, strict=True):
            if weight:
                what = "rejected" if weight > 0 else "approved"
                yield without_span(head, weight, f"evidence.{KINDS[kind]}_{what}", learned=weight)


def without_span(
    head: str, weight: float, code: str, params: Mapping[str, Param] = _NO_PARAMS, *, learned: float = 0.0
) -> Evidence:
    """Evidence that no span of the text shows, described by a message."""
    return Evidence(head, "submission", 0, 0, "", weight, code, params, learned)


def _word_evidence(head: str, words: Attribution, body: str, positions: WordPositions | None) -> list[Evidence]:
    if positions is None:
        return [without_span(head, words.weights[0], "evidence.no_words")]
    spans = zip(positions.spans(words.words), words.weights, words.learned, strict=True)
    parts = [
        Evidence(head, "body", start, end, body[start:end], weight, learned=learned)
        for (start, end), weight, learned in spans
    ]
    if words.others:
        rest = without_span(head, words.rest, "evidence.other_words", {"n": words.others}, learned=words.rest_learned)
        parts.append(rest)
    return parts


_described = lru_cache(maxsize=4096)(describe)


def _strength(part: Evidence) -> float:
    return -abs(part.weight)
