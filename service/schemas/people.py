"""What people may ask an owner for, in and out: their data, or that it goes."""

from marshmallow import fields

from moderation.comment import Status
from moderation.mail.addresses import MAX_LENGTH
from service.schemas.answers import Answer
from service.schemas.fields import Strict, Switch
from service.schemas.text_kinds import EmailText


class PersonSchema(Strict):
    """Whom it is about."""

    email = EmailText(
        least=3, most=MAX_LENGTH, metadata={"format": "email", "description": "The address that they wrote with."}
    )


class ErasePersonSchema(PersonSchema):
    """Whom to erase."""

    with_rules = Switch(
        load_default=False, metadata={"description": "Whether rules about them end too, such as a block."}
    )


class WrittenPageSchema(Answer):
    """The page that a comment is on."""

    key = fields.String()
    url = fields.String()
    title = fields.String()


class WrittenSchema(Answer):
    """One comment as its author may have it. `spam` and `abuse` are probabilities, null while it is not scored."""

    id = fields.String()
    site = fields.String()
    page = fields.Nested(WrittenPageSchema)
    answers = fields.String(allow_none=True, metadata={"description": "The id of the comment that it answers."})
    name = fields.String()
    website = fields.String()
    body = fields.String()
    network = fields.String()
    received_at = fields.String(metadata={"format": "date-time"})
    status = fields.String(metadata={"enum": [each.value for each in Status]})
    reason = fields.String(allow_none=True)
    decided_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    signals = fields.List(fields.String())
    spam = fields.Float(allow_none=True)
    abuse = fields.Float(allow_none=True)


class PersonExportSchema(Answer):
    """All that somebody wrote, oldest first."""

    format = fields.String(metadata={"enum": ["rejoinder-person"]})
    version = fields.Integer()
    exported_at = fields.String(metadata={"format": "date-time"})
    email = fields.String(metadata={"format": "email", "description": "As you gave it."})
    checked_texts = fields.Integer(metadata={"minimum": 0, "description": "Texts that were only checked, a count."})
    comments = fields.List(fields.Nested(WrittenSchema))


class ErasedPersonSchema(Answer):
    """How much was erased."""

    comments = fields.Integer(metadata={"minimum": 0})
    checks = fields.Integer(metadata={"minimum": 0, "description": "Texts that were only checked."})


PERSON = PersonSchema()
ERASE_PERSON = ErasePersonSchema()
PERSON_EXPORT = PersonExportSchema()
ERASED_PERSON = ErasedPersonSchema()
