"""Endpoints and deliveries, in and out."""

from enum import StrEnum

from marshmallow import fields

from moderation.messages import N_, Message
from moderation.outbox.channels import CHANNELS
from moderation.outbox.delivery import DeliveryStatus
from moderation.webhooks.endpoint import ENDPOINT_EVENTS, MAX_URL
from moderation.webhooks.events import EventType
from service.schemas.answers import Answer, MessageAnswer, Moment
from service.schemas.fields import Choice, Length, Listed, Strict, Text, Whole
from service.schemas.review import MAX_CURSOR
from service.schemas.submission import MAX_ID

MAX_DELIVERY_ID = 2**63 - 1
MAX_REPLAYS = 500

_EVENTS = {"description": "Which events it wants.", "example": ["comment.approved"]}


class NewEndpointSchema(Strict):
    """An endpoint to add."""

    url = Text(least=1, most=MAX_URL, metadata={"format": "uri", "example": "https://blog.example/hooks"})
    events = Listed(Choice(EventType, ENDPOINT_EVENTS), load_default=[*ENDPOINT_EVENTS], metadata=_EVENTS)


class EndpointChangeSchema(Strict):
    """What to change of an endpoint; what is left out stays."""

    url = Text(least=1, most=MAX_URL, required=False, metadata={"format": "uri"})
    events = Listed(Choice(EventType, ENDPOINT_EVENTS), metadata=_EVENTS)


class EndpointSchema(Answer):
    """Where a site's webhooks go. Its secret is shown only once, when it is added or rotated."""

    id = fields.String()
    url = fields.String()
    events = fields.List(fields.String())
    created_at = Moment()
    failing_since = Moment(allow_none=True)
    disabled_at = Moment(allow_none=True)
    paused_until = Moment(allow_none=True)
    disabled_reason = MessageAnswer(metadata={"description": "Why nothing is sent; null while it is enabled."})
    old_secret_until = Moment(allow_none=True)


class NewEndpointAnswerSchema(Answer):
    """An endpoint with its secret."""

    endpoint = fields.Nested(EndpointSchema)
    secret = fields.String(metadata={"description": "Keep it: nobody can read it again."})


class EndpointsSchema(Answer):
    """All endpoints of a site."""

    endpoints = fields.List(fields.Nested(EndpointSchema))


class TestSentSchema(Answer):
    """A test event on its way."""

    event_id = fields.String()


class AttemptSchema(Answer):
    """One try."""

    at = Moment()
    http_status = fields.Integer(allow_none=True)
    latency_ms = fields.Integer()
    retry_after_s = fields.Integer(
        allow_none=True, metadata={"description": "How long the endpoint asked to wait, by `Retry-After`."}
    )
    problem = MessageAnswer(metadata={"description": "Why it failed; null after a success."})
    answer = fields.String(metadata={"description": "The first KiB of the endpoint's answer."})


class DeliverySchema(Answer):
    """One event on its way to one endpoint."""

    id = fields.Integer()
    channel = fields.String(metadata={"enum": [*CHANNELS]})
    endpoint = fields.String(attribute="destination_id")
    event_id = fields.String()
    type = fields.String()
    comment = fields.String(attribute="comment_id")
    status = fields.String(attribute="status.value", metadata={"enum": [*DeliveryStatus]})
    tries = fields.Integer()
    created_at = Moment()
    due_at = Moment(allow_none=True)
    ended_at = Moment(allow_none=True)
    attempts = fields.List(fields.Nested(AttemptSchema))


class DeliveryPageSchema(Answer):
    """Some deliveries, newest first."""

    deliveries = fields.List(fields.Nested(DeliverySchema))
    next = fields.String(allow_none=True, metadata={"description": "The cursor of the next page, null on the last."})


ChannelName = StrEnum("ChannelName", [*CHANNELS])  # type: ignore[misc]


class DeliveryQuerySchema(Strict):
    """Which deliveries to list."""

    endpoint = Text(most=MAX_ID, load_default="")
    channel = Choice(ChannelName, tuple(ChannelName), load_default=None, allow_none=True)
    status = Choice(DeliveryStatus, tuple(DeliveryStatus), load_default=None, allow_none=True)
    limit = Whole(least=1, most=100, load_default=50)
    cursor = Text(most=MAX_CURSOR, load_default="")


class ReplaySchema(Strict):
    """Which deliveries to send again."""

    deliveries = Listed(
        Whole(least=1, most=MAX_DELIVERY_ID),
        required=True,
        validate=Length(least=1, most=MAX_REPLAYS),
        error_messages={"required": [Message(N_("This is missing; give a list of deliveries' ids."))]},
    )


class ReplayedSchema(Answer):
    """Which deliveries go out again, and which cannot: unknown ones, and those whose endpoint is disabled or gone."""

    replayed = fields.List(fields.Integer())
    left_out = fields.List(fields.Integer())


NEW_ENDPOINT = NewEndpointSchema()
ENDPOINT_CHANGE = EndpointChangeSchema()
ENDPOINT = EndpointSchema()
NEW_ENDPOINT_ANSWER = NewEndpointAnswerSchema()
ENDPOINTS = EndpointsSchema()
TEST_SENT = TestSentSchema()
DELIVERY = DeliverySchema()
DELIVERY_PAGE = DeliveryPageSchema()
DELIVERY_QUERY = DeliveryQuerySchema()
REPLAY = ReplaySchema()
REPLAYED = ReplayedSchema()
