"""Evidence shown inside the text: which stretches of a field to mark, and how. Pure.

Evidence overlaps: a word, a phrase and pieces of both may each have a weight. The text is cut wherever one of them
begins or ends, the weights over each stretch are added up, and neighbours that say the same become one mark.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from moderation.score import Evidence

FAINT = 0.3
"""Log-odds. Less than this, or than a quarter of the strongest stretch, is not worth a moderator's eye."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of text. mark: the head that it points to ("spam", "abuse"), "clean" for neither, "" for no mark."""

    text: str
    mark: str = ""


def stretches(text: str, evidence: Sequence[Evidence], *, field: str = "body") -> list[Stretch]:
    """The text in order, cut into marked and unmarked stretches; joined again they are the text."""
    spans = [e for e in evidence if e.field == field and 0 <= e.start < e.end <= len(text)]
    if not spans:
        return [Stretch(text)] if text else []
    cuts = sorted({0, len(text), *(e.start for e in spans), *(e.end for e in spans)})
    marks = _marks([_weights(spans, start) for start in cuts[:-1]])
    return _joined([Stretch(text[a:b], mark) for a, b, mark in zip(cuts, cuts[1:], marks, strict=False)])


def _weights(spans: Sequence[Evidence], start: int) -> dict[str, float]:
    weights: dict[str, float] = defaultdict(float)
    for each in spans:
        if each.start <= start < each.end:
            weights[each.head] += each.weight
    return weights


def _marks(weights: Sequence[dict[str, float]]) -> list[str]:
    strongest = max((abs(w) for each in weights for w in each.values()), default=0.0)
    faint = max(FAINT, strongest / 4)
    return [_mark(each, faint) for each in weights]


def _mark(weights: dict[str, float], faint: float) -> str:
    if not weights:
        return ""
    head = max(weights, key=lambda head: weights[head])
    if weights[head] >= faint:
        return head
    return "clean" if min(weights.values()) <= -faint else ""


def _joined(pieces: Sequence[Stretch]) -> list[Stretch]:
    """Neighbours of one kind become one, and so do two marks with nothing but space between them."""
    joined: list[Stretch] = []
    for piece in pieces:
        if joined and joined[-1].mark == piece.mark:
            joined[-1] = Stretch(joined[-1].text + piece.text, piece.mark)
        elif len(joined) > 1 and piece.mark == joined[-2].mark and joined[-1].text.isspace():
            space = joined.pop()
            joined[-1] = Stretch(joined[-1].text + space.text + piece.text, piece.mark)
        else:
            joined.append(piece)
    return joined
