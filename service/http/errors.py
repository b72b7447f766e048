"""What goes wrong, as HTTP: the only file that knows which status code belongs to which error."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from moderation.actions import action_named
from moderation.errors import (
    AlreadyDecided,
    CannotScore,
    Invalid,
    KeyReused,
    ModerationError,
    NotFound,
    NothingToUndo,
    Overloaded,
    OwnDecision,
    StoreBusy,
    TooLate,
)
from moderation.messages import N_, NOTHING, P_, Message, PublicPlural
from moderation.store.sealing import SealBroken
from service.schemas.answers import stamp


class ServiceError(Exception):
    """Base of what the service itself refuses. Its message is safe to show."""

    @property
    def message(self) -> Message:
        """What to show a person."""
        text = self.args[0] if self.args else ""
        return text if isinstance(text, Message) else Message(str(text))


class Unreadable(ServiceError):
    """Raised when what was sent cannot be read at all: no JSON, no UTF-8, a NUL."""


class TooLarge(ServiceError):
    """Raised when a request has more bytes than it may have."""


class WrongType(ServiceError):
    """Raised when a body is of a media type that nobody here reads."""


class Unauthorized(ServiceError):
    """Raised when nobody, or nobody known, asks for what needs an account."""


class Forbidden(ServiceError):
    """Raised when the actor is known, and may not do this."""


class StaleForm(ServiceError):
    """Raised when a form does not carry the token of the session that sends it."""


class CookieMissing(ServiceError):
    """Raised when a form comes back without the cookie that it was sent with."""


class OriginRefused(ServiceError):
    """Raised when a page of this origin may not talk to this site."""


class TooMany(ServiceError):
    """Raised when a limit is reached. retry_after_s: whole seconds, 1 or more; limit: which one, for programs."""

    def __init__(self, message: Message, *, retry_after_s: int, limit: str = "") -> None:
        super().__init__(message)
        self.retry_after_s, self.limit = retry_after_s, limit


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: which, what is wrong with it and what would be right."""

    field: str
    problem: Message


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem answer (RFC 9457). kind: the last part of its type; extra: members of its own.

    title: in English, to be translated; detail: what exactly is wrong, and what to do.
    """

    status: int
    kind: str
    title: str
    detail: Message = NOTHING
    errors: tuple[FieldError, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


PROBLEMS: dict[type[Exception], tuple[int, str, str]] = {
    Unreadable: (400, "unreadable", P_("The request cannot be read")),
    StaleForm: (400, "stale-form", N_("This form has expired")),
    CookieMissing: (400, "cookie-missing", N_("Your browser did not send a cookie")),
    Unauthorized: (401, "unauthorized", N_("Sign in or send a key")),
    Forbidden: (403, "forbidden", N_("You are not allowed to do this")),
    OwnDecision: (403, "own-decision", N_("This is about a decision of your own")),
    OriginRefused: (403, "origin", P_("This page is not allowed to send comments to this site")),
    NotFound: (404, "not-found", P_("Not found")),
    AlreadyDecided: (409, "already-decided", N_("Somebody else decided first")),
    NothingToUndo: (409, "nothing-to-undo", N_("This decision cannot be undone")),
    TooLate: (409, "too-late", P_("This is no longer possible")),
    SealBroken: (409, "sealed", N_("This was encrypted with another secret")),
    KeyReused: (409, "key-reused", N_("This Idempotency-Key was used before")),
    TooLarge: (413, "too-large", P_("The request is too large")),
    WrongType: (415, "wrong-type", N_("Unsupported media type")),
    Invalid: (422, "invalid", P_("Some fields are not valid")),
    ValidationError: (422, "invalid", P_("Some fields are not valid")),
    TooMany: (429, "too-many", P_("Too many requests")),
    ModerationError: (500, "unexpected", P_("Internal error")),
    StoreBusy: (503, "busy", P_("The database is busy")),
    Overloaded: (503, "overloaded", P_("The server is busy")),
    CannotScore: (503, "not-scored", N_("The text could not be scored")),
}
"""Every error with its status, kind and title; an error that is not named takes those of its nearest base."""

UNEXPECTED = Problem(
    500,
    "unexpected",
    P_("Internal error"),
    Message(P_("The error was logged and nothing was saved. Please try again.")),
)


def problem_of(error: Exception) -> Problem:
    """The problem that an error is to those outside."""
    if isinstance(error, HTTPException):
        return _of_http(error)
    for kind in type(error).__mro__:
        if kind in PROBLEMS:
            return _completed(Problem(*PROBLEMS[kind], detail=_detail_of(error)), error)
    return UNEXPECTED


def _detail_of(error: Exception) -> Message:
    if isinstance(error, ValidationError | Invalid):
        return NOTHING
    if isinstance(error, ModerationError) and not isinstance(error, tuple(PROBLEMS.keys() - {ModerationError})):
        return UNEXPECTED.detail
    return error.message if isinstance(error, ModerationError | ServiceError) else UNEXPECTED.detail


def _completed(problem: Problem, error: Exception) -> Problem:
    """The problem with what this kind of error has to add."""
    match error:
        case ValidationError():
            return _about_fields(problem, tuple(_field_errors(_by_field(error.messages))))
        case Invalid():
            return _about_fields(problem, (FieldError(error.field, error.problem),))
        case AlreadyDecided():
            return replace(problem, detail=_who_decided(error), extra={"decided": _decided(error)})
        case StoreBusy() | Overloaded() | CannotScore():
            wait = wait_words(error.retry_after_s)
            return replace(problem, detail=wait, headers={"Retry-After": str(error.retry_after_s)})
        case TooMany():
            extra = {"limit": error.limit} if error.limit else {}
            return replace(problem, extra=extra, headers={"Retry-After": str(error.retry_after_s)})
        case Unauthorized():
            return replace(problem, headers={"WWW-Authenticate": 'Bearer realm="rejoinder"'})
    return problem


def _about_fields(problem: Problem, errors: tuple[FieldError, ...]) -> Problem:
    """The problem with its fields. One that is of no field explains itself."""
    names = [error.field for error in errors if error.field]
    detail = (
        Message(P_("Please correct these fields: %(fields)s."), {"fields": names}) if names else errors[0].problem
    )
    return replace(problem, errors=errors, detail=detail)


def wait_words(seconds: int) -> Message:
    """When to try again: in some seconds, or from two minutes on in minutes."""
    if seconds > 120:
        text = PublicPlural("Try again in %(n)s minute.", "Try again in %(n)s minutes.")
        return Message(text, {"n": math.ceil(seconds / 60)})
    return Message(PublicPlural("Try again in %(n)s second.", "Try again in %(n)s seconds."), {"n": seconds})


def _who_decided(error: AlreadyDecided) -> Message:
    if error.at is None:
        text = N_("The comment is now %(status)s, at revision %(revision)s. Load it again.")
        return Message(text, {"status": error.status, "revision": error.revision})
    decision = Message(action_named(error.action).spec.done_by, {"by": error.by})
    text = N_("%(decision)s at %(at)s; the comment is now %(status)s. Load it again.")
    return Message(text, {"decision": decision, "at": stamp(error.at), "status": error.status})


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
    for name, found in messages.items():
        place = f"{path}.{name}" if path and name != "_schema" else path or ("" if name == "_schema" else str(name))
        if isinstance(found, Mapping):
            yield from _field_errors(found, place)
        else:
            yield from (FieldError(place, _message(each)) for each in (found if isinstance(found, list) else [found]))


def _message(found: Any) -> Message:
    """A field's message; marshmallow's own, of which none should be left, as it is."""
    return found if isinstance(found, Message) else Message(str(found))


_HTTP = {
    400: ("unreadable", P_("The request cannot be read"), NOTHING),
    404: ("not-found", P_("Not found"), Message(P_("There is nothing at this address."))),
    405: ("wrong-method", P_("Method not allowed"), Message(P_("This address does not accept this method."))),
    413: ("too-large", P_("The request is too large"), NOTHING),
    415: ("wrong-type", N_("Unsupported media type"), NOTHING),
}

NOT_READY = Problem(503, "not-ready", N_("Not ready"))

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
    kind, title, detail = _HTTP.get(status, ("unreadable", error.name, NOTHING))
    headers = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After", "Location"}}
    return Problem(status, kind, title, detail if detail else _described(error), headers=headers)


def _described(error: HTTPException) -> Message:
    text: Any = error.description or error.name
    return text if isinstance(text, Message) else Message(str(text))
