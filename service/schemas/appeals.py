"""Appeals as moderators see and decide them."""

from marshmallow import fields

from moderation.appeals import DECIDABLE, MAX_TEXT, Outcome
from service.schemas.answers import Answer, Moment
from service.schemas.fields import Choice, Strict, Text, Whole
from service.schemas.review import MAX_REVISION, CommentSchema


class AppealQuerySchema(Strict):
    """Which open appeals to list."""

    site = Text(most=63, load_default="", metadata={"description": "Only of this site."})
    limit = Whole(least=1, most=100, load_default=25)


class AppealSchema(Answer):
    """An author's objection to a decision."""

    id = fields.String()
    site = fields.String(attribute="site_id")
    comment = fields.String(attribute="comment_id")
    decision = fields.String(attribute="decision_id", metadata={"description": "The decision that it is about."})
    text = fields.String()
    at = Moment()
    outcome = fields.String(attribute="outcome.value", metadata={"enum": [*Outcome], "description": "Empty: open."})
    answer = fields.String(metadata={"description": "What the author reads of the outcome."})
    decided_at = Moment(allow_none=True)


class WaitingAppealSchema(Answer):
    """An open appeal with its comment, whose `revision` goes with the decision."""

    appeal = fields.Nested(AppealSchema)
    comment = fields.Nested(CommentSchema)


class AppealsSchema(Answer):
    """The open appeals, oldest first."""

    appeals = fields.List(fields.Nested(WaitingAppealSchema))


class AppealDecisionSchema(Strict):
    """A decision about an appeal: `granted` publishes the comment, `refused` leaves the decision as it is."""

    outcome = Choice(Outcome, DECIDABLE, required=True)
    revision = Whole(least=0, most=MAX_REVISION, required=True)
    answer = Text(most=MAX_TEXT, lines=True, load_default="", metadata={"description": "For the author to read."})


APPEAL_QUERY = AppealQuerySchema()
APPEALS = AppealsSchema()
APPEAL = AppealSchema()
APPEAL_DECISION = AppealDecisionSchema()
