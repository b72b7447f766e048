"""A site's automation: what owners choose, in; what is proven and done, out."""

from marshmallow import fields

from moderation.actions import Action
from moderation.automation import ACTIONS, LEAST_ONE_IN, MOST_ONE_IN, Mode, Pause
from moderation.tried_budgets import DEFAULT_TRIALS, MAX_TRIALS
from service.schemas.answers import Answer, Moment
from service.schemas.backtests import EstimateSchema
from service.schemas.fields import Choice, Strict, Whole


class AutomationChangeSchema(Strict):
    """What to change; what is left out stays."""

    mode = Choice(Mode, tuple(Mode))
    approve_one_in = Whole(least=LEAST_ONE_IN, most=MOST_ONE_IN)
    reject_one_in = Whole(least=LEAST_ONE_IN, most=MOST_ONE_IN)


class BudgetsSchema(Strict):
    """Budgets to try: at most 1 wrong in so many. What is left out is as it is now."""

    approve_one_in = Whole(least=LEAST_ONE_IN, most=MOST_ONE_IN)
    reject_one_in = Whole(least=LEAST_ONE_IN, most=MOST_ONE_IN)


class BudgetTestQuerySchema(Strict):
    """On how many trials to try them: the newest."""

    limit = Whole(least=1, most=MAX_TRIALS, load_default=DEFAULT_TRIALS)


class TriedBudgetSchema(Answer):
    """One action under a draft budget."""

    action = fields.String(attribute="action.value", metadata={"enum": [*ACTIONS]})
    one_in = fields.Integer()
    is_proven = fields.Boolean(metadata={"description": "Whether what is counted so far proves it."})
    would = fields.Integer(metadata={"description": "On how many of the trials it would then act."})
    wrong = fields.Nested(EstimateSchema, metadata={"description": "Of those that people decided: the errors."})
    disagreements = fields.List(fields.String(), metadata={"description": "The newest comments of these."})


class BudgetTestSchema(Answer):
    """What draft budgets would allow."""

    trials = fields.Integer()
    actions = fields.List(fields.Nested(TriedBudgetSchema))


class AutomatedActionSchema(Answer):
    """How far the proof of one action has come."""

    action = fields.String(attribute="action.value", metadata={"enum": [*ACTIONS]})
    budget_one_in = fields.Integer(metadata={"description": "At most 1 wrong in so many is allowed."})
    is_on = fields.Boolean(metadata={"description": "Whether it is done alone now."})
    is_proven = fields.Boolean(attribute="standing.is_proven")
    sure_one_in = fields.Integer(metadata={"description": "The level: the score expects at most 1 error in so many."})
    seen = fields.Integer(attribute="standing.seen", metadata={"description": "Decisions counted on that level."})
    wrong = fields.Integer(attribute="standing.wrong", metadata={"description": "How many of them were errors."})
    at_most_one_in = fields.Integer(
        attribute="standing.one_in",
        allow_none=True,
        metadata={"description": "At most 1 in so many is wrong, with a confidence of 95 %; null for no bound yet."},
    )
    next_sure_one_in = fields.Integer(allow_none=True, metadata={"description": "The level that is proven next."})
    missing = fields.Integer(
        attribute="standing.missing",
        allow_none=True,
        metadata={"description": "How many further decisions without an error prove that level."},
    )
    would = fields.Integer(metadata={"description": "Trials of 30 days on which it would have acted."})
    did = fields.Integer(metadata={"description": "Trials of 30 days on which it has acted."})


class AutomationSchema(Answer):
    """What the machine may do alone on a site, and how far the proofs have come."""

    site = fields.String(attribute="automation.site_id")
    mode = fields.String(attribute="automation.mode.value", metadata={"enum": [*Mode]})
    line = fields.String(attribute="automation.line")
    paused = fields.String(attribute="automation.paused", allow_none=True, metadata={"enum": [*Pause, None]})
    paused_at = Moment(attribute="automation.paused_at", allow_none=True)
    actions = fields.List(fields.Nested(AutomatedActionSchema))
    trials = fields.Integer(metadata={"description": "Comments of 30 days to which no rule objected."})
    checks = fields.Integer(metadata={"description": "Spot checks of 30 days."})
    unchecked = fields.Integer(metadata={"description": "Those that nobody has decided."})
    looks = fields.Integer(metadata={"description": "Second looks that wait for an answer."})


AUTOMATION_CHANGE = AutomationChangeSchema()
BUDGETS = BudgetsSchema()
BUDGET_TEST_QUERY = BudgetTestQuerySchema()
BUDGET_TEST = BudgetTestSchema()
AUTOMATION = AutomationSchema()


def budgets_in(values: dict[str, int]) -> dict[Action, int]:
    """The budgets of a change, by action."""
    named = {action: f"{action.value}_one_in" for action in ACTIONS}
    return {action: values[name] for action, name in named.items() if name in values}
