"""Reports of readers, in, and as moderators see them."""

from marshmallow import fields

from moderation.reasons import REPORT_REASONS, Reason
from moderation.reports import MAX_TEXT
from service.schemas.answers import Answer, Moment
from service.schemas.fields import Choice, Strict, Text, Whole
from service.schemas.review import CommentSchema
from service.schemas.submission import MAX_ID
from service.schemas.text_kinds import IdText


class NewReportSchema(Strict):
    """What is wrong with a published comment."""

    reason = Choice(Reason, REPORT_REASONS, required=True)
    text = Text(most=MAX_TEXT, lines=True, load_default="", metadata={"description": "More about it."})


class ReportTakenSchema(Answer):
    """The report is on disk. The same answer whether it is the first of its network or not."""

    comment = fields.String()
    status = fields.String(metadata={"enum": ["reported"]})


class ReportQuerySchema(Strict):
    """Which reported comments to list."""

    site = Text(most=63, load_default="", metadata={"description": "Only of this site."})
    limit = Whole(least=1, most=100, load_default=25)


class ReportSchema(Answer):
    """One report. Nothing tells who sent it."""

    id = fields.String()
    reason = fields.String(attribute="reason.value", metadata={"enum": [*REPORT_REASONS]})
    text = fields.String()
    weight = fields.Float(metadata={"description": "Over 0, at most 1: less where its network was often wrong."})
    at = Moment()


class ReportedSchema(Answer):
    """A comment with its open reports, oldest first."""

    comment = fields.Nested(CommentSchema)
    reports = fields.List(fields.Nested(ReportSchema))
    weight = fields.Float(metadata={"description": "That of all together."})


class ReportsSchema(Answer):
    """The reported comments, the weightiest first."""

    reported = fields.List(fields.Nested(ReportedSchema))


class DismissalSchema(Strict):
    """Nothing is wrong with the comment."""

    last = IdText(most=MAX_ID, description="The newest report that you read; later ones stay open.")


class DismissedSchema(Answer):
    """What became of the reports."""

    dismissed = fields.Integer()


NEW_REPORT = NewReportSchema()
REPORT_TAKEN = ReportTakenSchema()
REPORT_QUERY = ReportQuerySchema()
REPORTS = ReportsSchema()
DISMISSAL = DismissalSchema()
DISMISSED = DismissedSchema()
