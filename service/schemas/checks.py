"""Checks: the text to score, the verdict about it, and what it was in truth."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from moderation.actions import Action
from moderation.checks import Correction, Verdict
from moderation.comment import Email, Submission, ThreadRef
from moderation.messages import Message, Translator, render
from moderation.reasons import Reason
from moderation.score import Evidence
from moderation.thread_key import MAX_KEY
from service.http.language import translator
from service.schemas.answers import Answer, MessageAnswer
from service.schemas.fields import Choice, Inner, Strict, Switch
from service.schemas.page import PageSchema
from service.schemas.review import ScoreWithEvidenceSchema
from service.schemas.submission import MAX_EMAIL, MAX_NAME, SubmissionSchema
from service.schemas.text_kinds import EmailText, KeyText, NameText, NetworkText

MAX_ADDRESS = 64


class CheckThreadSchema(PageSchema):
    """The page under which the text stands."""

    key = KeyText(most=MAX_KEY, metadata={"description": "The site's own name for the page."})


class CheckSchema(SubmissionSchema):
    """A text to score. The body alone is enough; what else is known of it makes the score better."""

    name = NameText(most=MAX_NAME, metadata={"example": "Ada"})
    email = EmailText(most=MAX_EMAIL, metadata={"format": "email", "description": "It is kept encrypted."})
    thread = Inner(CheckThreadSchema)
    address = NetworkText(
        most=MAX_ADDRESS, metadata={"description": "The author's IP address. Only its network is kept."}
    )
    store = Switch(
        load_default=True, metadata={"description": "False keeps nothing; the check cannot be corrected then."}
    )


class VerdictSchema(Answer):
    """What the site's policy says of the text."""

    id = fields.String(allow_none=True, metadata={"description": "For the correction; null when nothing is kept."})
    action = fields.String(
        attribute="match.action.value", metadata={"enum": [Action.APPROVE, Action.HOLD, Action.REJECT]}
    )
    reason = fields.String(attribute="match.reason.value", metadata={"enum": [*Reason]})
    detail = MessageAnswer(attribute="match.detail", metadata={"description": "What the policy's rule found."})
    near_copies = fields.Integer(metadata={"description": "How many texts nearly like it came to the site lately."})


class CheckedSchema(ScoreWithEvidenceSchema, VerdictSchema):
    """The verdict about a text, with its score."""


class CorrectionSchema(Strict):
    """What a checked text was in truth."""

    correction = Choice(Correction, tuple(Correction), required=True)


class CorrectedSchema(Answer):
    """The correction of a check."""

    id = fields.String()
    correction = fields.String(metadata={"enum": [*Correction]})


CHECK = CheckSchema()
CHECKED = CheckedSchema()
CORRECTION = CorrectionSchema()
CORRECTED = CorrectedSchema()


def verdict_body(verdict: Verdict) -> dict[str, Any]:
    """The answer to a check, as CHECKED describes it. Written out: marshmallow takes longer than the scoring.

    A test compares it with what CHECKED makes of the same verdict.
    """
    score, match, reader = verdict.score, verdict.match, translator()
    return {
        "id": verdict.id,
        "action": match.action.value,
        "reason": match.reason.value,
        "detail": _detail(match.detail, reader),
        "near_copies": verdict.near_copies,
        "spam": score.spam,
        "abuse": score.abuse,
        "labels": dict(score.labels),
        "language": score.language,
        "confidence": score.confidence,
        "model": score.model,
        "evidence": [_part(each, reader) for each in score.evidence],
    }


def _detail(detail: Message, reader: Translator) -> dict[str, Any] | None:
    return {"code": detail.code, "params": dict(detail.params), "text": render(detail, reader)} if detail else None


def _part(part: Evidence, reader: Translator) -> dict[str, Any]:
    return {
        "head": part.head,
        "field": part.field,
        "start": part.start,
        "end": part.end,
        "text": render(part.message, reader) if part.code else part.text,
        "code": part.code,
        "params": dict(part.params),
        "weight": part.weight,
        "learned": part.learned,
    }


def check_from(values: Mapping[str, Any]) -> Submission:
    """A checked text as the domain knows it; what was left out is empty."""
    thread = values.get("thread") or {}
    return Submission(
        name=values.get("name") or "",
        email=Email(values.get("email") or ""),
        body=values["body"],
        website=values.get("website") or "",
        thread=ThreadRef(thread.get("key") or "", thread.get("url") or "", thread.get("title") or ""),
    )
