"""Campaigns, out, and a decision about one, in."""

from marshmallow import fields

from moderation.actions import MODERATOR_ACTIONS, Action
from moderation.reasons import MODERATOR_REASONS, Reason
from moderation.review import MAX_NOTE
from service.schemas.answers import Answer, Moment
from service.schemas.fields import Choice, Strict, Text, Whole


class CampaignQuerySchema(Strict):
    """Which campaigns to list: those of which at least `least` comments wait."""

    site = Text(most=100, load_default="", metadata={"description": "Only of this site."})
    least = Whole(least=1, most=1_000, load_default=2)
    limit = Whole(least=1, most=100, load_default=25)


class CampaignSchema(Answer):
    """Comments with nearly the same text, by status."""

    id = fields.String(metadata={"description": "That of its first comment."})
    site = fields.String(attribute="site_id")
    size = fields.Integer()
    pending = fields.Integer()
    approved = fields.Integer()
    rejected = fields.Integer()
    first_at = Moment()
    last_at = Moment()


class CampaignsSchema(Answer):
    """The campaigns of which the most comments wait."""

    campaigns = fields.List(fields.Nested(CampaignSchema))


class CampaignDecisionSchema(Strict):
    """A decision about all of a campaign that waits."""

    action = Choice(Action, MODERATOR_ACTIONS, required=True)
    reason = Choice(Reason, MODERATOR_REASONS, load_default=None, allow_none=True)
    note = Text(most=MAX_NOTE, lines=True, load_default="", metadata={"description": "For other moderators."})


class CampaignDecidedSchema(Answer):
    """What became of it."""

    decisions = fields.List(fields.String(), metadata={"description": "The ids of the decisions that were made."})
    left = fields.Integer(metadata={"description": "How many still wait; decide again where it is not 0."})


CAMPAIGN_QUERY = CampaignQuerySchema()
CAMPAIGNS = CampaignsSchema()
CAMPAIGN_DECISION = CampaignDecisionSchema()
CAMPAIGN_DECIDED = CampaignDecidedSchema()
