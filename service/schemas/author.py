"""What the author of a comment sees of it, and may ask for."""

from marshmallow import fields

from moderation.appeals import MAX_TEXT, Outcome
from moderation.comment import Status
from moderation.statement import Decider, Ground
from service.schemas.answers import Answer, Moment
from service.schemas.fields import Strict, Text
from service.schemas.submission import MAX_BODY


class StatementSchema(Answer):
    """Who decided about a comment, on what ground, and when."""

    by = fields.String(
        attribute="by.value",
        metadata={"enum": [*Decider], "description": "The site's policy, or one of its moderators."},
    )
    automated = fields.Boolean(
        attribute="is_automated", metadata={"description": "Whether no person took part in the decision."}
    )
    ground = fields.String(
        attribute="ground.value", metadata={"enum": [*Ground], "description": "The site's rules, or the law."}
    )
    at = Moment()


class EditSchema(Strict):
    """Another text for a comment."""

    body = Text(least=1, most=MAX_BODY, lines=True, metadata={"example": "Thank you, that helped a lot."})


class AppealTextSchema(Strict):
    """Why a decision should be changed."""

    text = Text(least=1, most=MAX_TEXT, lines=True, metadata={"example": "I quoted the article; it is no insult."})


class OwnAppealSchema(Answer):
    """The author's appeal. It does not say who decided about it."""

    text = fields.String()
    at = Moment()
    outcome = fields.String(
        attribute="outcome.value", metadata={"enum": [*Outcome], "description": "Empty while nobody decided."}
    )
    answer = fields.String(metadata={"description": "What a moderator wrote to the author."})
    decided_at = Moment(allow_none=True)


class StatusSchema(Answer):
    """What the author of a comment may see of it."""

    id = fields.String(attribute="comment.id")
    status = fields.String(attribute="comment.status.value", metadata={"enum": [*Status]})
    reason = fields.String(
        metadata={"description": "Why, in a sentence for the author; empty when nothing was decided."}
    )
    decision = fields.Nested(
        StatementSchema,
        attribute="statement",
        allow_none=True,
        metadata={"description": "The newest decision; null when nothing was decided."},
    )
    published = fields.Boolean(
        attribute="is_published",
        metadata={"description": "Whether it can be read, be it with the text before an edit that waits."},
    )
    editable_until = Moment(allow_none=True)
    withdrawn = fields.Boolean(attribute="is_withdrawn")
    appealable = fields.Boolean(metadata={"description": "Whether the author may object to the decision."})
    appeal = fields.Nested(OwnAppealSchema, allow_none=True, metadata={"description": "The newest; null for none."})


STATUS = StatusSchema()
EDIT = EditSchema()
APPEAL_TEXT = AppealTextSchema()
