"""Texts to judge and the answer about them, in the shapes of OpenAI's moderations."""

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from moderation.messages import N_
from moderation.policy import Policy, probability_of
from moderation.score import Score
from service.schemas.answers import Answer
from service.schemas.fields import VISIBLE, Text, wrong
from service.schemas.submission import MAX_BODY

MAX_TEXTS = 100
_INPUT = N_("This must be a text, a list of 1 to %(most)s texts, or a list of parts of which one is a text.")

CATEGORIES: dict[str, tuple[str, Callable[[Score], float]] | None] = {
    "harassment": ("abuse", lambda score: max(score.abuse, probability_of(score, "insult"))),
    "harassment/threatening": ("threat", lambda score: probability_of(score, "threat")),
    "hate": ("identity_attack", lambda score: probability_of(score, "identity_attack")),
    "hate/threatening": (
        "identity_attack",
        lambda score: min(probability_of(score, "identity_attack"), probability_of(score, "threat")),
    ),
    "illicit": None,
    "illicit/violent": None,
    "self-harm": None,
    "self-harm/intent": None,
    "self-harm/instructions": None,
    "sexual": None,
    "sexual/minors": None,
    "violence": None,
    "violence/graphic": None,
}
"""Every category of OpenAI's: the label whose threshold counts for it, and its score. None: the model cannot tell."""

_FALLBACK = 0.5
"""The threshold of a site that holds for no abuse at all."""


def _part(text: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": ["type", "text"], "properties": {"type": {"const": "text"}, "text": text}}


_PART = _part({"type": "string"})
_OTHER = {"type": "object", "properties": {"type": {"not": {"const": "text"}}}}


class InputField(fields.Field[list[str]]):
    """The texts to judge, each with a result of its own. The texts among parts are one text."""

    def __init__(self) -> None:
        text = {"type": "string", "maxLength": MAX_BODY, "pattern": VISIBLE}
        some = {"type": "array", "minItems": 1, "maxItems": MAX_TEXTS}
        kinds = [
            text,
            {**some, "items": text},
            {**some, "items": {"anyOf": [_PART, _OTHER]}, "contains": _part(text)},
        ]
        error = wrong(_INPUT, most=MAX_TEXTS).messages
        super().__init__(required=True, metadata={"anyOf": kinds}, error_messages={"required": error, "null": error})

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> list[str]:
        parts = [value] if isinstance(value, str) else value
        if not isinstance(parts, list) or not 1 <= len(parts) <= MAX_TEXTS:
            raise wrong(_INPUT, most=MAX_TEXTS)
        if all(isinstance(part, str) for part in parts):
            return [_checked(part) for part in parts]
        return [_checked(_text_of(parts))]


_TEXT = Text(least=1, most=MAX_BODY, lines=True)


def _checked(text: str) -> str:
    """The text, if it is not blank and not too long."""
    return str(_TEXT.deserialize(text))


def _text_of(parts: list[Any]) -> str:
    """The texts among these parts, each on a line. Images are left out: nothing here can judge them."""
    if not all(isinstance(part, Mapping) for part in parts):
        raise wrong(_INPUT, most=MAX_TEXTS)
    texts = [part.get("text") for part in parts if part.get("type") == "text"]
    if not texts or not all(isinstance(text, str) for text in texts):
        raise wrong(_INPUT, most=MAX_TEXTS)
    return "\n".join(texts)


class ModerationRequestSchema(Schema):
    """Texts to judge. Other members, such as `model`, are accepted and change nothing."""

    class Meta:
        unknown = EXCLUDE

    input = InputField()


class ModerationSchema(Answer):
    """What is in one text. Categories that the model cannot tell are false with score 0."""

    flagged = fields.Boolean()
    categories = fields.Dict(keys=fields.String(), values=fields.Boolean())
    category_scores = fields.Dict(keys=fields.String(), values=fields.Float())
    category_applied_input_types = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class ModerationsSchema(Answer):
    """A result for each text, in their order."""

    id = fields.String()
    model = fields.String(metadata={"description": "The version of Rejoinder's model."})
    results = fields.List(fields.Nested(ModerationSchema))


MODERATION_REQUEST = ModerationRequestSchema()
MODERATIONS = ModerationsSchema()


def moderation_of(score: Score, policy: Policy) -> dict[str, Any]:
    """One result. A category is true from the probability on at which the site's policy holds a comment."""
    judged = {name: rule for name, rule in CATEGORIES.items() if rule is not None}
    scores = dict.fromkeys(CATEGORIES, 0.0) | {name: of(score) for name, (_, of) in judged.items()}
    found = {name: name in judged and scores[name] >= _bound(policy, judged[name][0]) for name in CATEGORIES}
    return {
        "flagged": any(found.values()),
        "categories": found,
        "category_scores": scores,
        "category_applied_input_types": {name: ["text"] if name in judged else [] for name in CATEGORIES},
    }


def _bound(policy: Policy, label: str) -> float:
    """Where the site holds for this label; else for abuse; else at one half."""
    for each in (label, "abuse"):
        threshold = policy.thresholds.get(each)
        bounds = [] if threshold is None else [threshold.hold_at, threshold.reject_at]
        known = [bound for bound in bounds if bound is not None]
        if known:
            return min(known)
    return _FALLBACK
