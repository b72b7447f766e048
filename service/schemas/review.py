"""The moderators' requests and answers: the queue, one comment, decisions."""

from typing import Any, ClassVar

from marshmallow import fields

from moderation.actions import MODERATOR_ACTIONS, Action
from moderation.comment import Status
from moderation.messages import N_, Message
from moderation.queue import Order
from moderation.reasons import GIVEN_REASONS, MODERATOR_REASONS, Reason
from moderation.review import BULK_LIMIT, MAX_NOTE
from moderation.score import Evidence
from moderation.thread_key import MAX_KEY
from service.http.language import text_of
from service.schemas.answers import Answer, MessageAnswer, Moment
from service.schemas.fields import Choice, Inner, Length, Listed, OneOf, Strict, Text, Whole
from service.schemas.submission import MAX_EMAIL, MAX_ID
from service.schemas.text_kinds import IdText, KeyText
from service.schemas.threads import ThreadAnswerSchema

MAX_CURSOR = 300
MAX_REVISION = 2_000_000_000

ANY = "any"


class QueueQuerySchema(Strict):
    """Which comments to list, and how many."""

    site = Text(most=63, load_default="", metadata={"description": "Only of this site."})
    status = fields.String(
        load_default=Status.PENDING.value,
        validate=OneOf([*Status, ANY]),
        metadata={"description": "In which status; `any` for all."},
    )
    reason = Choice(Reason, GIVEN_REASONS, load_default=None, allow_none=True)
    author = Text(most=MAX_EMAIL, load_default="", metadata={"description": "Words of a name, or a whole address."})
    thread = KeyText(most=MAX_KEY, load_default="", metadata={"description": "Only of the thread with this key."})
    text = Text(
        most=200,
        load_default="",
        metadata={"description": "Words of the text, name and website; beginnings are enough."},
    )
    sort = Choice(Order, tuple(Order), load_default=Order.OLDEST)
    limit = Whole(least=1, most=100, load_default=25)
    cursor = Text(most=MAX_CURSOR, load_default="", metadata={"description": "`next` of the page before."})


class EvidenceSchema(Answer):
    """One part of a score: what moved the log-odds of `head`, and by how much."""

    head = fields.String()
    field = fields.String()
    start = fields.Integer()
    end = fields.Integer()
    text = fields.Method("text_for_reader", metadata={"description": "The words of the span, or what was noticed."})
    code = fields.String(metadata={"description": "Of what was noticed; empty for a span of words."})
    params = fields.Dict(keys=fields.String())
    weight = fields.Float()
    learned = fields.Float(metadata={"description": "What of the weight the site's own decisions taught."})

    def text_for_reader(self, part: Evidence) -> str:
        """The words of a span as they are; anything else in the reader's language."""
        return text_of(part.message) if part.code else part.text


class ScoreSchema(Answer):
    """Calibrated probabilities, and why."""

    spam = fields.Float()
    abuse = fields.Float()
    labels = fields.Dict(keys=fields.String(), values=fields.Float())
    language = fields.String()
    confidence = fields.Float()
    model = fields.String()


class ScoreWithEvidenceSchema(ScoreSchema):
    """A score with what moved it, strongest first."""

    evidence = fields.List(fields.Nested(EvidenceSchema))


class CommentSchema(Answer):
    """A comment as moderators see it. The e-mail address is not in it: `POST …/email` reveals that, on the record."""

    id = fields.String()
    site = fields.String(attribute="site_id")
    thread = fields.Nested(ThreadAnswerSchema)
    parent = fields.String(attribute="parent_id")
    name = fields.String()
    website = fields.String()
    body = fields.String()
    status = fields.String(attribute="status.value", metadata={"enum": [*Status]})
    reason = fields.String(metadata={"description": "Of the newest decision; empty before the first."})
    revision = fields.Integer(metadata={"description": "Send it back with a decision."})
    received_at = Moment()
    decided_at = Moment(allow_none=True)
    scored_at = Moment(allow_none=True)
    network = fields.String(attribute="masked_address", metadata={"description": "The masked network it came from."})
    signals = fields.List(fields.String(), metadata={"description": "What the form's traps noticed."})
    near_copies = fields.Integer()
    score = fields.Nested(ScoreSchema, allow_none=True)


class QueuePageSchema(Answer):
    """Some comments of the queue."""

    comments = fields.List(fields.Nested(CommentSchema))
    next = fields.String(allow_none=True, metadata={"description": "The cursor of the next page, null on the last."})


class DecisionSchema(Answer):
    """One decision: what, why, by whom, when."""

    id = fields.String()
    comment = fields.String(attribute="comment_id")
    action = fields.String(attribute="action.value", metadata={"enum": [*Action]})
    reason = fields.String(attribute="reason.value", metadata={"enum": [*Reason]})
    detail = MessageAnswer(metadata={"description": "What the policy's rule found."})
    note = fields.String()
    by = fields.String(attribute="by.name")
    by_id = fields.String(attribute="by.id")
    at = Moment()
    revision = fields.Integer()
    status_before = fields.String(attribute="status_before.value", metadata={"enum": [*Status]})
    status_after = fields.String(attribute="status_after.value", metadata={"enum": [*Status]})
    undoes = fields.String(metadata={"description": "The decision that this one took back, or empty."})


class AuthorSchema(Answer):
    """What the site has of a comment's author, the comment itself included."""

    pending = fields.Integer()
    approved = fields.Integer()
    rejected = fields.Integer()
    first_at = Moment(allow_none=True)


class ScoredCommentSchema(CommentSchema):
    """A comment with all the evidence of its score."""

    score = fields.Nested(ScoreWithEvidenceSchema, allow_none=True)


class CommentDetailSchema(ScoredCommentSchema):
    """A comment, and everything around it that a moderator needs to decide about it."""

    history = fields.List(fields.Nested(DecisionSchema), metadata={"description": "Its decisions, oldest first."})
    author = fields.Nested(AuthorSchema)
    in_reply_to = fields.Nested(CommentSchema, attribute="parent", allow_none=True)


class EmailSchema(Answer):
    """An author's address."""

    email = fields.String(metadata={"format": "email"})


class DecisionRequestSchema(Strict):
    """A decision to make."""

    condition: ClassVar[dict[str, Any]] = {
        "if": {
            "properties": {"action": {"enum": [each.value for each in MODERATOR_ACTIONS if each.spec.needs_reason]}}
        },
        "then": {"properties": {"reason": {"type": "string"}}, "required": ["reason"]},
        "else": {"properties": {"reason": {"type": "null"}}},
    }
    """What the document says besides: only a rejection has a reason. `moderation/review.py` checks it."""

    action = Choice(Action, MODERATOR_ACTIONS, required=True)
    reason = Choice(Reason, MODERATOR_REASONS, load_default=None, allow_none=True)
    note = Text(most=MAX_NOTE, lines=True, load_default="", metadata={"description": "For other moderators."})
    revision = Whole(
        least=0,
        most=MAX_REVISION,
        required=True,
        error_messages={
            "required": [Message(N_("This is missing; give the revision of the comment as you read it."))]
        },
    )


class NamedDecisionRequestSchema(DecisionRequestSchema):
    """A decision about one of many."""

    condition: ClassVar[dict[str, Any]] = {}  # each that does not fit has its own result

    comment = IdText(most=MAX_ID, description="The comment's id.")


class DecisionRequestsSchema(Strict):
    """Many decisions, each on its own."""

    decisions = Listed(
        Inner(NamedDecisionRequestSchema),
        required=True,
        validate=Length(least=1, most=BULK_LIMIT),
        metadata={"minItems": 1, "maxItems": BULK_LIMIT},
        error_messages={"required": [Message(N_("This is missing; give a list of decisions."))]},
    )


class DecisionResultSchema(DecisionSchema):
    """A decision that was made, and the comment as it is now."""

    comment = fields.Nested(CommentSchema)  # type: ignore[assignment]  # the whole comment, not its id


class ResultSchema(Answer):
    """The result of one of many: its status as if it had been sent alone, and the decision or the problem."""

    comment = fields.String()
    status = fields.Integer(metadata={"description": "An HTTP status: 201, or that of the problem."})
    decision = fields.Nested(DecisionSchema, allow_none=True)
    problem = fields.Dict(allow_none=True)


class ResultsSchema(Answer):
    """The result of each, in the order of the request."""

    results = fields.List(fields.Nested(ResultSchema))


QUEUE_QUERY = QueueQuerySchema()
QUEUE_PAGE = QueuePageSchema()
SCORED_COMMENT = ScoredCommentSchema()
COMMENT_DETAIL = CommentDetailSchema()
AROUND = CommentDetailSchema(only=("history", "author", "in_reply_to"))
EMAIL = EmailSchema()
DECISION_REQUEST = DecisionRequestSchema()
DECISION_REQUESTS = DecisionRequestsSchema()
COMMENT = CommentSchema()
DECISION = DecisionSchema()
DECISION_RESULT = DecisionResultSchema()
RESULTS = ResultsSchema()
