"""What answers are made of: their schema, times, and messages in the reader's language."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import RAISE, Schema, fields

from service.http.language import text_of


class Answer(Schema):
    """A schema of what we say. Every field is always there, so a client need not ask whether."""

    class Meta:
        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Only the document reads this: nothing is loaded with an answer."""
        field_obj.required = True


class Moment(fields.String):
    """A UTC time on its way out: 2026-11-23T10:00:00.000Z."""

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"format": "date-time"}, **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str | None:
        return None if value is None else stamp(value)


class MessageSchema(Answer):
    """A message as a code with parameters, for programs, and as text in the reader's language."""

    code = fields.String(metadata={"example": "threshold.hold"})
    params = fields.Dict(keys=fields.String(), metadata={"example": {"label": "spam", "value": 0.97, "bound": 0.7}})
    text = fields.Function(text_of, metadata={"type": "string"})


class MessageAnswer(fields.Nested):
    """A message on its way out; null for none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(MessageSchema, allow_none=True, **options)

    def _serialize(self, nested_obj: Any, attr: Any, obj: Any, **options: Any) -> Any:  # type: ignore[override]
        return super()._serialize(nested_obj or None, attr, obj, **options)  # type: ignore[no-untyped-call]


def stamp(at: datetime) -> str:
    """A time as every answer writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
