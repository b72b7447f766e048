"""A submission as a schema: the fields that authors send, and their errors.

To add a field: here, in form_fields.py (its name in the form) and in `submission_from`; in `moderation/comment.py`,
`moderation/store/tables/`, `intake.py` and `row_mapping.py` beside it, and a migration; in
`service/templates/embed/plain_form.html` and `service/static/embed/embed.js`; in docs/api.md and docs/embed.md.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from moderation.comment import Email, Submission, SubmissionMetadata, ThreadRef
from moderation.follows import Follow
from moderation.messages import N_, SOURCE_LANGUAGE, Message, best_language
from moderation.thread_key import MAX_KEY
from service.schemas import form_fields
from service.schemas.fields import Strict, Switch, Text
from service.schemas.page import PROBLEMS, PageSchema, PageText
from service.schemas.text_kinds import EmailText, KeyText, NameText, WebsiteText

MAX_NAME, MAX_EMAIL, MAX_WEBSITE, MAX_BODY = 245, 254, 2_000, 65_525
MAX_ID = 64


class SubmissionSchema(Strict):
    """What an author sends."""

    name = NameText(least=1, most=MAX_NAME, metadata={"example": "Ada"})
    email = EmailText(least=3, most=MAX_EMAIL, metadata={"format": "email", "description": "It is never published."})
    website = WebsiteText(most=MAX_WEBSITE)
    body = Text(least=1, most=MAX_BODY, lines=True, metadata={"example": "Thank you, that helped."})
    thread = fields.Nested(
        PageSchema,
        required=True,
        error_messages={
            "required": [Message(N_("This is missing; give an object with the key of the page."))],
            "null": [Message(N_("This is null; give an object with the key of the page."))],
        },
    )
    parent = Text(most=MAX_ID, metadata={"description": "The id of the comment that this one answers."})
    form_token = Text(most=MAX_BODY, lines=True, metadata={"description": "Of the form: the token of GET …/form."})
    leave_empty = Text(most=MAX_BODY, lines=True, metadata={"description": "Of the form: a trap for programs."})
    altcha = Text(
        most=MAX_BODY, lines=True, metadata={"description": "Of the form: the solution of GET …/challenge."}
    )
    tell_replies = Switch(metadata={"description": "Tell the author by mail about replies, once they confirm."})
    tell_published = Switch(metadata={"description": "Tell the author by mail that the comment is published."})
    lang = Text(most=MAX_KEY, metadata={"description": "The language of these mails, as a BCP 47 tag."})


class FormSchema(Strict):
    """The same as the fields of a form. WordPress' names (`author`, `comment`, …) are read too."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """A form has no null."""
        field_obj.allow_none = False

    name = NameText(least=1, most=MAX_NAME)
    email = EmailText(least=3, most=MAX_EMAIL, metadata={"format": "email"})
    website = WebsiteText(most=MAX_WEBSITE)
    body = Text(least=1, most=MAX_BODY, lines=True)
    thread_key = KeyText(least=1, most=MAX_KEY)
    thread_url = PageText("Where the page is.")
    thread_title = PageText("Its title.")
    parent = Text(most=MAX_ID)
    return_to = Text(most=MAX_WEBSITE, metadata={"description": "The page of the site to go back to."})
    form_token = Text(most=MAX_BODY, lines=True)
    leave_empty = Text(most=MAX_BODY, lines=True)
    altcha = Text(most=MAX_BODY, lines=True)
    lang = Text(most=MAX_KEY, metadata={"description": "The language of the answer, as a BCP 47 tag."})
    tell_replies = Text(most=MAX_KEY, metadata={"description": "A box: tell the author by mail about replies."})
    tell_published = Text(most=MAX_KEY, metadata={"description": "A box: tell them that the comment is published."})
    preview = Text(most=MAX_KEY, metadata={"description": "A button: show the comment instead of sending it."})


SUBMISSION = SubmissionSchema()
FORM = FormSchema()


def submission_from(values: Mapping[str, Any]) -> Submission:
    """A checked submission as the domain knows it."""
    thread = values["thread"]
    return Submission(
        name=values["name"],
        email=Email(values["email"]),
        body=values["body"],
        website=values.get("website") or "",
        parent=values.get("parent") or "",
        thread=ThreadRef(thread["key"], thread["url"], thread["title"], thread[PROBLEMS]),
        follow=frozenset(kind for name, kind in _FOLLOWS.items() if values.get(name)),
        language=best_language([values.get(form_fields.LANG) or ""]) or SOURCE_LANGUAGE,
    )


_FOLLOWS = {form_fields.TELL_REPLIES: Follow.REPLIES, form_fields.TELL_PUBLISHED: Follow.PUBLISHED}


def arrival_from(
    values: Mapping[str, Any], *, address: str, idempotency_key: str, sender: str, from_form: bool
) -> SubmissionMetadata:
    """How it was sent. A submission with the form's own fields came from the form."""
    return SubmissionMetadata(
        address=address,
        idempotency_key=idempotency_key,
        sender=sender,
        form_token=values.get(form_fields.FORM_TOKEN) or "",
        trap_field=values.get(form_fields.TRAP) or "",
        from_form=from_form or form_fields.FORM_TOKEN in values or form_fields.TRAP in values,
    )


def from_fields(sent: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """A form's fields as a submission to check, and under which name each of its fields was sent."""
    values: dict[str, Any] = {"thread": {}}
    sent_as: dict[str, str] = {}
    for name, place in form_fields.PLACES.items():
        if name in sent and place not in sent_as:
            sent_as[place] = name
            _put(values, place, sent[name].replace("\r\n", "\n"))  # browsers send CRLF for a typed line end
    for name in (form_fields.FORM_TOKEN, form_fields.TRAP, form_fields.PROOF):
        if name in sent:
            values[name] = sent[name]
    if form_fields.LANG in sent:
        values[form_fields.LANG] = sent[form_fields.LANG]
    for name in _FOLLOWS:
        if sent.get(name):
            values[name] = True
    if values.get("parent", "").isdecimal():  # WordPress' number of a comment, 0 for none: not a Rejoinder comment
        del values["parent"]
    return values, sent_as


def _put(values: dict[str, Any], place: str, value: str) -> None:
    head, _, tail = place.partition(".")
    if tail:
        values[head][tail] = value
    else:
        values[head] = value
