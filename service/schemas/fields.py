"""The fields of what is sent to us. Each error is a message: what is wrong, and what would be right.

Kinds of text, such as an e-mail address, are in `text_kinds.py`; the fields of what we answer in `answers.py`.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NoReturn

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from moderation.messages import N_, P_, Message, PublicPlural
from moderation.messages import Text as MessageText
from moderation.unicode_text import is_blank

CONTROLS = r"\u0000-\u001f\u007f\u0085\u2028\u2029"
_CONTROL = re.compile(f"[{CONTROLS}]")
_SINGLE_LINE = rf"^\s*[^{CONTROLS}]*\s*$"
_SOMETHING = rf"^\s*[^\s{CONTROLS}][^{CONTROLS}]*\s*$"
VISIBLE = r"[^\s\u0000-\u0020\u007f-\u00a0\u00ad\u0300-\u036f\u200b-\u200f]"
"""Patterns for the document. `is_blank` knows more invisible characters."""

OBJECT = N_("This must be an object.")
NOT_TEXT = N_("This must be text.")


def wrong(text: MessageText, **params: Any) -> ValidationError:
    """The error of one field, in the reader's language once it is shown. text: English, marked for the extractor."""
    return ValidationError([Message(text, params)])


def _messages(text: str, *keys: str, **params: Any) -> dict[str, Any]:
    """The same message under several of marshmallow's keys."""
    return {key: [Message(text, params)] for key in keys}


class Strict(Schema):
    """A schema that refuses what it does not know, so that a misspelt field is noticed."""

    class Meta:
        unknown = RAISE

    error_messages: dict[str, Any] = {  # noqa: RUF012 - the name and the kind are marshmallow's
        "unknown": Message(N_("There is no such field; check its spelling.")),
        "type": Message(OBJECT),
    }


TOO_LONG = PublicPlural(
    "This has %(n)s character; at most %(most)s are allowed.",
    "This has %(n)s characters; at most %(most)s are allowed.",
)


class Text(fields.String):
    """Text of `least` to `most` characters; space alone counts as nothing.

    lines: whether it may have several lines. They are kept unchanged; a single line is stripped.
    """

    def __init__(self, *, most: int, least: int = 0, lines: bool = False, **options: Any) -> None:
        rules: dict[str, Any] = {"maxLength": most}
        if least:
            rules["minLength"] = least
        if not lines:
            rules["pattern"] = _SOMETHING if least else _SINGLE_LINE
        elif least:
            rules["pattern"] = VISIBLE
        metadata = {**rules, **options.pop("metadata", {})}
        options.setdefault("required", bool(least))
        options.setdefault("allow_none", not least)
        bounds = {"least": max(least, 1), "most": most}
        messages = {
            **_messages(P_("This is missing; give %(least)s to %(most)s characters."), "required", **bounds),
            **_messages(N_("This is null; give %(least)s to %(most)s characters."), "null", **bounds),
        }
        super().__init__(metadata=metadata, error_messages=messages, **options)
        self.most, self.least, self.lines = most, least, lines

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        if not isinstance(value, str):
            raise wrong(NOT_TEXT)
        text = value if self.lines else value.strip()
        if self.least and is_blank(text):
            problem = (
                P_("This has only invisible characters; give %(least)s to %(most)s characters.")
                if text.strip()
                else P_("This is empty; give %(least)s to %(most)s characters.")
            )
            raise wrong(problem, least=self.least, most=self.most)
        if len(text) > self.most:
            raise wrong(TOO_LONG, n=len(text), most=self.most)
        if not self.lines and _CONTROL.search(text):
            raise wrong(P_("This has a line break or another control character; give a single line."))
        return self.checked(text) if text else text

    def checked(self, text: str) -> str:
        """The text, if it is of this field's kind. Raises ValidationError."""
        return text


_WHOLE = N_("This must be a whole number from %(least)s to %(most)s.")
_SWITCH = N_("This must be true or false.")
_CHOICE = N_("This must be one of: %(choices)s.")
_LIST = N_("This must be a list.")
_LENGTH = N_("This must have %(least)s to %(most)s items.")


class Whole(fields.Integer):
    """A whole number from `least` to `most`."""

    def __init__(self, *, least: int, most: int, **options: Any) -> None:
        self.least, self.most = least, most
        messages = {**_messages(_WHOLE, "null", least=least, most=most), **options.pop("error_messages", {})}
        metadata = {"minimum": least, "maximum": most}
        super().__init__(strict=True, metadata=metadata, error_messages=messages, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> int:
        number = _number(value)
        if number is None or not self.least <= number <= self.most:
            raise wrong(_WHOLE, least=self.least, most=self.most)
        return number


class Switch(fields.Boolean):
    """True or false, and nothing that only looks like it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(error_messages=_messages(_SWITCH, "required", "null"), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> bool:
        if not isinstance(value, bool):
            raise wrong(_SWITCH)
        return value


class Choice(fields.String):
    """One word of a closed list, as a member of its enum."""

    def __init__(self, words: Callable[[str], StrEnum], choices: tuple[StrEnum, ...], **options: Any) -> None:
        names = [each.value for each in choices]
        messages = _messages(_CHOICE, "required", "null", choices=names)
        super().__init__(metadata={"enum": names}, error_messages=messages, **options)
        self.words, self.choices, self.names = words, choices, names

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        if not isinstance(value, str) or value not in self.choices:
            raise wrong(_CHOICE, choices=self.names)
        return self.words(value)


class Listed(fields.List[Any]):
    """A list of what `inner` reads."""

    def __init__(self, inner: fields.Field[Any], **options: Any) -> None:
        messages = {**_messages(_LIST, "null", "invalid"), **options.pop("error_messages", {})}
        super().__init__(inner, error_messages=messages, **options)


class Length(validate.Length):
    """How many items a list may have."""

    def __init__(self, *, most: int, least: int = 0) -> None:
        super().__init__(min=least, max=most)

    def __call__(self, value: Any) -> Any:
        """The list, if its length is allowed. Raises ValidationError."""
        if not (self.min or 0) <= len(value) <= (self.max or 0):
            raise wrong(_LENGTH, least=self.min or 0, most=self.max or 0)
        return value


class OneOf(validate.OneOf):
    """One of a few words."""

    def __call__(self, value: Any) -> Any:
        """The word, if it is one of them. Raises ValidationError."""
        if value not in self.choices:
            raise wrong(_CHOICE, choices=[str(each) for each in self.choices])
        return value


class Inner(fields.Nested):
    """An object inside another."""

    def __init__(self, schema: type[Schema], **options: Any) -> None:
        messages = {**_messages(OBJECT, "null"), **options.pop("error_messages", {})}
        super().__init__(schema, error_messages=messages, **options)


class Instant(fields.String):
    """A time on its way in, with its zone; in UTC once it is loaded."""

    def __init__(self, **options: Any) -> None:
        metadata = {"format": "date-time", **options.pop("metadata", {})}
        super().__init__(metadata=metadata, **options)

    def _deserialize(  # type: ignore[override]
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any
    ) -> datetime:
        try:
            return datetime.fromisoformat(value).astimezone(UTC) if _HAS_ZONE.search(value) else _no_time()
        except (TypeError, ValueError, OverflowError):
            return _no_time()


_HAS_ZONE = re.compile(r"T.*(?:Z|[+-]\d\d:\d\d)\Z")


def _no_time() -> NoReturn:
    raise wrong(N_("This is not a time with its zone; give one like 2026-11-23T10:00:00Z."))


def _number(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    if isinstance(value, float) and value.is_integer():  # JSON has one kind of number: 1.0 is whole
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
