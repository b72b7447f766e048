"""The input of a classifier and its output."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from moderation.messages import Message, Param


@dataclass(frozen=True, slots=True)
class ScoringInput:
    """The fields of a comment that a classifier reads. It has no e-mail address and no IP address to learn from.

    The one definition; `models.features.submission.SubmissionFields` is its structural type for training examples.
    signals: what the form's traps noticed, by name (see `moderation/traps.py`).
    near_copies: the number of recent near copies on the site, 0 or more.
    """

    body: str
    name: str = ""
    website: str = ""
    thread_title: str = ""
    thread_url: str = ""
    signals: frozenset[str] = frozenset()
    near_copies: int = 0


_NO_PARAMS: Mapping[str, Param] = MappingProxyType({})


class Evidence(NamedTuple):
    """One part of a score: what moved the log-odds of `head`, and by how much.

    head: "spam" or "abuse".
    field: "body", "name", "website", or "submission" for what no span of text shows.
    start, end: code points in that field as it was received; both 0 when there is no span.
    text: the words of the span as they were received; "" when there is no span.
    weight: log-odds, any real number; positive raises the head's probability. All weights of a head sum to its logit.
    code, params: of the message that describes a part without a span, such as "evidence.links" with n=3.
    learned: what of the weight the site's own decisions taught; 0 where the shipped line is in force.
    A tuple, because every score makes some twenty of them.
    """

    head: str
    field: str
    start: int
    end: int
    text: str
    weight: float
    code: str = ""
    params: Mapping[str, Param] = _NO_PARAMS
    learned: float = 0.0

    @property
    def message(self) -> Message:
        """The description of a part without a span; nothing for a span, whose `text` says it."""
        return Message(self.code, self.params)


class LogOdds(NamedTuple):
    """What one line says of a text: the log-odds of each head, any real numbers."""

    spam: float
    abuse: float


SHIPPED, SITE = "shipped", "site"
"""The two lines: the model that came with this version alone, and together with what the site's decisions taught."""


@dataclass(frozen=True, slots=True)
class Lines:
    """What both lines say of a text. Only one of them is in force.

    shipped: of the model alone. site: after the site's decisions; None while it has learned from too few.
    in_force: SHIPPED or SITE, the line whose probabilities the score has.
    site_model: the id of the weights that `site` was computed with, "" for none.
    """

    shipped: LogOdds
    site: LogOdds | None = None
    in_force: str = SHIPPED
    site_model: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """Calibrated probabilities in [0, 1], and why.

    spam, abuse: the two overall probabilities that thresholds are compared with.
    labels: every probability by its label: "toxic", "insult", "threat", "obscene", "identity_attack", "spam", …
    language: ISO 639-1 code of the body, or "und" if unknown.
    language_confidence: the probability of that language, in [0, 1]; not stored.
    confidence: in [0, 1], how far the model was trained for texts like this one; low sends it to people.
    evidence: strongest first, for both heads.
    model: name and version of the artifact, such as "rejoinder-en-2026.11+3f9a".
    lines: what the shipped model and the site's own say; None for a score from before there were both.
    """

    spam: float
    abuse: float
    labels: Mapping[str, float] = field(default_factory=dict)
    language: str = "und"
    language_confidence: float = 0.0
    confidence: float = 1.0
    evidence: tuple[Evidence, ...] = ()
    model: str = ""
    lines: Lines | None = None
