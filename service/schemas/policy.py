"""A site's policy, in and out. What would make no sense together is refused, with what would."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields, validates_schema

from moderation.actions import RULE_ACTIONS, Action
from moderation.listed_expressions import BadExpression, is_expression, size_of
from moderation.messages import N_, Message
from moderation.policy import MAX_CLOSE_DAYS, Policy, Threshold, WordRule
from moderation.reasons import LABEL_REASONS
from service.schemas.fields import Choice, Inner, Length, Listed, Strict, Switch, Text, Whole, wrong

MAX_WORDS = 1_000
MAX_EDIT_MINUTES = 7 * 24 * 60
MAX_EXPRESSIONS = 50
MAX_EXPRESSION_SIZE = 1_000
"""Of all expressions of a site together, in instructions: a second for the longest text."""

_BAD_EXPRESSION = N_(
    "The regular expression %(expression)s cannot be used: %(problem)s. "
    "Leave the slashes out to search for the text itself."
)
_MANY_EXPRESSIONS = N_("These have %(n)s regular expressions; at most %(most)s are allowed. Join some with |.")
_LARGE_EXPRESSIONS = N_(
    "These regular expressions are too large together. Repeat less, and use fewer classes of letters."
)
_SHARE = N_("This must be a number from 0 to 1.")


class Share(fields.Float):
    """A probability from 0 to 1."""

    def __init__(self, **options: Any) -> None:
        messages: dict[str, Any] = {"null": [Message(_SHARE)]}
        super().__init__(metadata={"minimum": 0, "maximum": 1}, error_messages=messages, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not 0 <= value <= 1:
            raise wrong(_SHARE)
        return float(value)


class ThresholdSchema(Strict):
    """What to do with one label's probability; null for never."""

    approve_below = Share(allow_none=True, load_default=None)
    hold_at = Share(allow_none=True, load_default=None)
    reject_at = Share(allow_none=True, load_default=None)

    @validates_schema
    def check_order(self, values: dict[str, Any], **_: Any) -> None:
        """A comment cannot be both: the bounds must rise."""
        bounds = [values.get(name) for name in ("approve_below", "hold_at", "reject_at")]
        known = [bound for bound in bounds if bound is not None]
        if known != sorted(known):
            raise wrong(N_("The bounds must rise: approve_below, then hold_at, then reject_at."))


ThresholdsSchema = Strict.from_dict(
    {label: Inner(ThresholdSchema) for label in LABEL_REASONS}, name="ThresholdsSchema"
)
"""A threshold for each label that the site watches."""


class PhraseText(Text):
    """A word, a phrase, or a regular expression between slashes."""

    def checked(self, text: str) -> str:
        """The phrase. Raises ValidationError for an expression that cannot be searched for."""
        if is_expression(text):
            try:
                size_of(text)
            except BadExpression as problem:
                raise wrong(_BAD_EXPRESSION, expression=text, problem=str(problem)) from problem
        return text


class WordRuleSchema(Strict):
    """A word or phrase that holds or rejects a comment."""

    phrase = PhraseText(least=1, most=200)
    action = Choice(Action, RULE_ACTIONS, load_default=Action.HOLD)


def check_expressions(rules: Sequence[Mapping[str, Any]]) -> None:
    """Each one is searched for on its own. Raises ValidationError for more than can be within a second."""
    expressions = {rule["phrase"] for rule in rules if is_expression(rule["phrase"])}
    if len(expressions) > MAX_EXPRESSIONS:
        raise wrong(_MANY_EXPRESSIONS, n=len(expressions), most=MAX_EXPRESSIONS)
    if sum(map(size_of, expressions)) > MAX_EXPRESSION_SIZE:
        raise wrong(_LARGE_EXPRESSIONS)


class PolicySchema(Strict):
    """How a site turns a score into an action. What is left out takes its default."""

    thresholds = Inner(ThresholdsSchema)
    hold_links = Whole(least=1, most=1_000, allow_none=True)
    hold_first_comment = Switch()
    hold_duplicates = Switch()
    hold_traps = Switch()
    closed_threads = Choice(Action, RULE_ACTIONS)
    close_days = Whole(least=1, most=MAX_CLOSE_DAYS, allow_none=True)
    words = Listed(Inner(WordRuleSchema), validate=[Length(most=MAX_WORDS), check_expressions])
    min_confidence = Share()
    edit_minutes = Whole(least=0, most=MAX_EDIT_MINUTES)
    hold_edits = Switch()
    hold_reports = Whole(least=1, most=1_000, allow_none=True)


POLICY = PolicySchema()


def policy_from(values: Mapping[str, Any]) -> Policy:
    """A checked policy as the domain knows it."""
    known = dict(values)
    if "thresholds" in known:
        known["thresholds"] = {label: Threshold(**bounds) for label, bounds in known["thresholds"].items()}
    if "words" in known:
        known["words"] = tuple(WordRule(**rule) for rule in known["words"])
    return Policy(**known)
