"""Requests for the export of a site."""

from moderation.exports.formats import FORMATS
from service.schemas.fields import OneOf, Strict, Text

MAX_WORD = 20


class ExportQuerySchema(Strict):
    """What an export shall hold."""

    format = Text(
        most=MAX_WORD,
        load_default="jsonl",
        validate=OneOf(list(FORMATS)),
        metadata={"enum": list(FORMATS), "description": "jsonl has everything; the others are for other systems."},
    )
    emails = Text(
        most=MAX_WORD,
        load_default="no",
        validate=OneOf(["no", "yes"]),
        metadata={"enum": ["no", "yes"], "description": "Whether with e-mail addresses; the audit trail says so."},
    )


EXPORT_QUERY = ExportQuerySchema()
