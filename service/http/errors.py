"""What goes wrong, as HTTP: the only file that knows which status code belongs to which error."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from moderation.errors import (
    AlreadyDecided,
    Invalid,
    KeyReused,
    ModerationError,
    NotFound,
    NothingToUndo,
    StoreBusy,
)
from moderation.store.sealing import SealBroken
from service.schemas.fields import stamp


class ServiceError(Exception):
    """Base of what the service itself refuses. Its message is safe to show."""


class Unreadable(ServiceError):
    """Raised when what was sent cannot be read at all: no JSON, no UTF-8, a NUL."""


class WrongType(ServiceError):
    """Raised when a body is of a media type that nobody here reads."""


class Unauthorized(ServiceError):
    """Raised when nobody, or nobody known, asks for what needs an account."""


class Forbidden(ServiceError):
    """Raised when the actor is known, and may not do this."""


class StaleForm(ServiceError):
    """Raised when a form does not carry the token of the session that sends it."""


class OriginRefused(ServiceError):
    """Raised when a page of this origin may not talk to this site."""


class TooMany(ServiceError):
    """Raised when a limit is reached. retry_after_s: whole seconds, 1 or more."""

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: which, and what is wrong and would be right, in a sentence."""

    field: str
    problem: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What a problem answer tells (RFC 9457). kind: the last part of its type; extra: members of its own."""

    status: int
    kind: str
    title: str
    detail: str = ""
    errors: tuple[FieldError, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


PROBLEMS: dict[type[Exception], tuple[int, str, str]] = {
    Unreadable: (400, "unreadable", "The request cannot be read"),
    StaleForm: (400, "stale-form", "This form is too old"),
    Unauthorized: (401, "unauthorized", "Sign in or send a key"),
    Forbidden: (403, "forbidden", "You may not do this"),
    OriginRefused: (403, "origin", "This page may not send comments here"),
    NotFound: (404, "not-found", "There is nothing here"),
    AlreadyDecided: (409, "already-decided", "Somebody else decided first"),
    NothingToUndo: (409, "nothing-to-undo", "This decision cannot be undone"),
    SealBroken: (409, "sealed", "It was sealed with another secret"),
    KeyReused: (409, "key-reused", "This Idempotency-Key was used before"),
    WrongType: (415, "wrong-type", "This kind of body is not read here"),
    Invalid: (422, "invalid", "Some fields are wrong"),
    ValidationError: (422, "invalid", "Some fields are wrong"),
    TooMany: (429, "too-many", "Too many requests"),
    ModerationError: (500, "unexpected", "Something went wrong here"),
    StoreBusy: (503, "busy", "The database is busy"),
}
"""Every error with its status, kind and title; an error that is not named takes those of its nearest base."""

UNEXPECTED = Problem(500, "unexpected", "Something went wrong here", "It was noted; nothing was kept. Try again.")


def problem_of(error: Exception) -> Problem:
    """The problem that an error is to those outside."""
    if isinstance(error, HTTPException):
        return _of_http(error)
    for kind in type(error).__mro__:
        if kind in PROBLEMS:
            return _told(Problem(*PROBLEMS[kind], detail=_detail_of(error)), error)
    return UNEXPECTED


def _detail_of(error: Exception) -> str:
    if isinstance(error, ValidationError | Invalid):
        return "Each wrong field is named in errors, with what would be right."
    if isinstance(error, ModerationError) and not isinstance(error, tuple(PROBLEMS.keys() - {ModerationError})):
        return UNEXPECTED.detail
    return str(error)


def _told(problem: Problem, error: Exception) -> Problem:
    """The problem with what this kind of error has to add."""
    match error:
        case ValidationError():
            return replace(problem, errors=tuple(_field_errors(_by_field(error.messages))))
        case Invalid():
            return replace(problem, errors=(FieldError(error.field, error.problem),))
        case AlreadyDecided():
            return replace(problem, detail=_who_decided(error), extra={"decided": _decided(error)})
        case StoreBusy():
            detail = f"{error} Try again in {wait_words(error.retry_after_s)}."
            return replace(problem, detail=detail, headers={"Retry-After": str(error.retry_after_s)})
        case TooMany():
            return replace(problem, headers={"Retry-After": str(error.retry_after_s)})
        case Unauthorized():
            return replace(problem, headers={"WWW-Authenticate": 'Bearer realm="rejoinder"'})
    return problem


def wait_words(seconds: int) -> str:
    """How long to wait, for people: "1 second", "90 seconds", "15 minutes"."""
    if seconds > 120:
        return f"{math.ceil(seconds / 60)} minutes"
    return "1 second" if seconds == 1 else f"{seconds} seconds"


def _who_decided(error: AlreadyDecided) -> str:
    if error.at is None:
        return f"It is {error.status} at revision {error.revision} now; read it again."
    when = stamp(error.at)
    return f"{error.by} chose to {error.action} it at {when}; it is {error.status} now. Read it again."


def _decided(error: AlreadyDecided) -> dict[str, Any]:
    return {
        "comment": error.comment_id,
        "revision": error.revision,
        "status": error.status,
        "action": error.action or None,
        "by": error.by or None,
        "at": stamp(error.at) if error.at else None,
    }


def _by_field(messages: Any) -> Mapping[Any, Any]:
    return messages if isinstance(messages, Mapping) else {"": messages}


def _field_errors(messages: Mapping[Any, Any], path: str = "") -> Iterator[FieldError]:
    for name, told in messages.items():
        place = f"{path}.{name}" if path and name != "_schema" else path or ("" if name == "_schema" else str(name))
        if isinstance(told, Mapping):
            yield from _field_errors(told, place)
        else:
            yield from (FieldError(place, str(each)) for each in (told if isinstance(told, list) else [told]))


_HTTP = {
    400: ("unreadable", "The request cannot be read", ""),
    404: ("not-found", "There is nothing here", "See /v1/docs for what there is."),
    405: ("wrong-method", "This cannot be done here", "The Allow header names what can."),
    413: ("too-large", "The request is too large", ""),
    415: ("wrong-type", "This kind of body is not read here", ""),
}

NOT_READY = Problem(503, "not-ready", "Not everything works")

KINDS = sorted(
    {(status, kind, title) for status, kind, title in PROBLEMS.values()}
    | {(status, kind, title) for status, (kind, title, _) in _HTTP.items()}
    | {(NOT_READY.status, NOT_READY.kind, NOT_READY.title)}
)
"""Every kind of problem with its status and title, for the page that describes them."""


def _of_http(error: HTTPException) -> Problem:
    status = error.code or 500
    if status >= 500:
        return replace(UNEXPECTED, status=status)
    kind, title, detail = _HTTP.get(status, ("unreadable", error.name, ""))
    headers = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After", "Location"}}
    return Problem(status, kind, title, detail or error.description or error.name, headers=headers)
