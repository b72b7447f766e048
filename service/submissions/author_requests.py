"""What the author of a comment asks for with the token of its status: the limits, the fields, then the change."""

from collections.abc import Mapping
from typing import Any

from flask import request

from moderation import appeal_review, author_rights
from moderation.privacy import network_of
from service.resources import resources
from service.schemas.author import APPEAL_TEXT, EDIT
from service.submissions.status import Standing, read_standing, standing_of


def edit(token: str, fields: Mapping[str, Any]) -> Standing:
    """Give the comment another text. Raises NotFound, TooMany, ValidationError, TooLate."""
    comment = standing_of(token).comment
    body = str(fields.get("body", ""))
    _count(comment.site_id, size=len(body.encode("utf-8", "replace")))
    values, here = EDIT.load(fields), resources()
    author_rights.edit(here.store, here.dispatch, comment.id, values["body"], at=here.now())
    return _afterwards(comment.id)


def withdraw(token: str) -> Standing:
    """Take the comment off its page. Raises NotFound, TooMany."""
    comment, here = standing_of(token).comment, resources()
    _count(comment.site_id)
    author_rights.withdraw(here.store, here.dispatch, comment.id, at=here.now())
    return _afterwards(comment.id)


def appeal(token: str, fields: Mapping[str, Any]) -> Standing:
    """Object to the newest decision. Raises NotFound, TooMany, ValidationError, TooLate."""
    comment = standing_of(token).comment
    text = str(fields.get("text", ""))
    _count(comment.site_id, size=len(text.encode("utf-8", "replace")))
    values, here = APPEAL_TEXT.load(fields), resources()
    appeal_review.appeal(here.store, here.dispatch, comment.id, values["text"], at=here.now())
    return _afterwards(comment.id)


def _count(site_id: str, *, size: int = 0) -> None:
    """Each change counts like a submission of its network. Raises TooMany."""
    resources().limiter.admit(site_id, network_of(request.remote_addr or ""), None, size=size)


def _afterwards(comment_id: str) -> Standing:
    with resources().store.read() as uow:
        return read_standing(uow, comment_id)
