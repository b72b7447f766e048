"""Answers for monitoring."""

from marshmallow import INCLUDE, Schema, fields

from service.schemas.answers import Answer


class HealthSchema(Answer):
    """The process lives."""

    status = fields.String(metadata={"enum": ["ok"]})


class ReadinessSchema(Answer):
    """The installation does its work."""

    status = fields.String(metadata={"enum": ["ready"]})


class FieldErrorSchema(Answer):
    """One wrong field."""

    field = fields.String()
    problem = fields.String(metadata={"description": "What is wrong, and what would be right."})


class ProblemSchema(Schema):
    """What went wrong (RFC 9457). Some kinds have members of their own."""

    class Meta:
        unknown = INCLUDE

    type = fields.String(required=True, metadata={"format": "uri"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    errors = fields.List(fields.Nested(FieldErrorSchema))


HEALTH = HealthSchema()
READINESS = ReadinessSchema()
PROBLEM = ProblemSchema()
