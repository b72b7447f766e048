"""A draft policy tried on stored comments: how many, in; what it would decide, out."""

from marshmallow import fields

from moderation.actions import POLICY_ACTIONS
from moderation.backtest import DEFAULT_COMMENTS, MAX_COMMENTS
from moderation.comment import Status
from service.schemas.answers import Answer, MessageAnswer, Moment
from service.schemas.fields import Strict, Whole

EXCERPT = 200


class BacktestQuerySchema(Strict):
    """On how many comments to try the draft: the newest."""

    limit = Whole(least=1, most=MAX_COMMENTS, load_default=DEFAULT_COMMENTS)


class EstimateSchema(Answer):
    """A counted share, and between which bounds the true one is, with a confidence of 95 %."""

    count = fields.Integer()
    of = fields.Integer()
    low = fields.Float()
    high = fields.Float()


class ActedSchema(Answer):
    """How often a policy acts by itself, and how often people decided otherwise."""

    before = fields.Integer(metadata={"description": "Of how many comments the stored decisions say so."})
    after = fields.Integer(metadata={"description": "Of how many the draft does."})
    wrong = fields.Nested(
        EstimateSchema, metadata={"description": "Of those about which people decided: the share decided otherwise."}
    )


class MoveSchema(Answer):
    """How many comments went from one action to another, or stayed."""

    before = fields.String(allow_none=True, metadata={"enum": [*POLICY_ACTIONS, None]})
    after = fields.String(metadata={"enum": [*POLICY_ACTIONS]})
    count = fields.Integer()


class DifferenceSchema(Answer):
    """A comment about which the draft decides otherwise."""

    comment = fields.String(attribute="past.comment.id")
    received_at = Moment(attribute="past.comment.received_at")
    name = fields.String(attribute="past.comment.name")
    excerpt = fields.Function(lambda each: each.past.comment.body[:EXCERPT])
    spam = fields.Float(attribute="past.score.spam")
    abuse = fields.Float(attribute="past.score.abuse")
    status = fields.String(attribute="past.comment.status.value", metadata={"enum": [*Status]})
    before = fields.String(attribute="past.before", allow_none=True, metadata={"enum": [*POLICY_ACTIONS, None]})
    after = fields.String(attribute="match.action.value", metadata={"enum": [*POLICY_ACTIONS]})
    reason = fields.String(attribute="match.reason.value")
    detail = MessageAnswer(attribute="match.detail")


class BacktestSchema(Answer):
    """What a draft policy would have decided."""

    tried = fields.Integer(metadata={"description": "How many comments."})
    unscored = fields.Integer(metadata={"description": "How many others have no score and were left out."})
    since = Moment(allow_none=True)
    changed = fields.Integer(metadata={"description": "Of how many the draft decides otherwise than was decided."})
    moves = fields.List(fields.Nested(MoveSchema))
    approve = fields.Nested(ActedSchema)
    reject = fields.Nested(ActedSchema)
    lost = fields.Nested(EstimateSchema, metadata={"description": "Of what people approved: what it rejects."})
    let_through = fields.Nested(
        EstimateSchema, metadata={"description": "Of what people rejected: what it approves."}
    )
    lost_comments = fields.List(fields.Nested(DifferenceSchema))
    let_through_comments = fields.List(fields.Nested(DifferenceSchema))
    other_changes = fields.List(fields.Nested(DifferenceSchema))


BACKTEST_QUERY = BacktestQuerySchema()
BACKTEST = BacktestSchema()
