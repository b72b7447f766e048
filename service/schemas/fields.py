"""The fields that our schemas are made of. Each error says what is wrong and what would be right."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from service.http.urls import web_url

_EMAIL = re.compile(
    r"[^\s@\"(),:;<>\[\]\\\x00-\x1f\x7f]+@[^\s@.\"(),:;<>\[\]\\\x00-\x1f\x7f]+(?:\.[^\s@.\"(),:;<>\[\]\\\x00-\x1f\x7f]+)+"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


class Strict(Schema):
    """A schema that refuses what it does not know, so that a misspelt field is noticed."""

    class Meta:
        unknown = RAISE

    error_messages = {  # noqa: RUF012 - the name and the kind are marshmallow's
        "unknown": "There is no such field here; check its spelling.",
        "type": "This must be an object.",
    }


class Answer(Schema):
    """A schema of what we say. Every field is always there, so a client need not ask whether."""

    class Meta:
        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Only the document reads this: nothing is loaded with an answer."""
        field_obj.required = True


class Text(fields.String):
    """Text of `least` to `most` characters; space alone counts as nothing.

    lines: whether it may have several lines. It is kept as it came; a single line loses the space around it.
    """

    def __init__(self, *, most: int, least: int = 0, lines: bool = False, **options: Any) -> None:
        metadata = {"maxLength": most, **({"minLength": least} if least else {}), **options.pop("metadata", {})}
        options.setdefault("required", bool(least))
        options.setdefault("allow_none", not least)
        messages: dict[str, Any] = {
            "required": f"This is missing; give {max(least, 1)} to {most:,} characters.",
            "null": f"This is null; give {max(least, 1)} to {most:,} characters.",
        }
        super().__init__(metadata=metadata, error_messages=messages, **options)
        self.most, self.least, self.lines = most, least, lines

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(f"This must be text, not {_kind(value)}.")
        text = value if self.lines else value.strip()
        if self.least and not text.strip():
            raise ValidationError(f"This is empty; give {self.least} to {self.most:,} characters.")
        if len(text) > self.most:
            raise ValidationError(f"This has {len(text):,} characters; at most {self.most:,} are kept.")
        if not self.lines and _CONTROL.search(text):
            raise ValidationError("This has a line break or another control character; give a single line.")
        return self.checked(text) if text else text

    def checked(self, text: str) -> str:
        """The text, if it is of this field's kind. Raises ValidationError."""
        return text


class EmailText(Text):
    """An e-mail address: something, one @, a domain with a dot."""

    def checked(self, text: str) -> str:
        """The address, if a mail server could have it."""
        if not _EMAIL.fullmatch(text):
            raise ValidationError("This is not an e-mail address; give one like ada@example.org.")
        return text


class WebText(Text):
    """An http or https address, with a host and without a user name."""

    def checked(self, text: str) -> str:
        """The address, if a link to it is safe to show."""
        if not _is_web(text):
            raise ValidationError("This is not a web address; give one that begins with https:// or http://.")
        return text


class Whole(fields.Integer):
    """A whole number from `least` to `most`."""

    def __init__(self, *, least: int, most: int, **options: Any) -> None:
        self.least, self.most = least, most
        self.message = f"This must be a whole number from {least} to {most}."
        messages = {"null": self.message, **options.pop("error_messages", {})}
        metadata = {"minimum": least, "maximum": most}
        super().__init__(strict=True, metadata=metadata, error_messages=messages, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> int:
        number = _number(value)
        if number is None or not self.least <= number <= self.most:
            raise ValidationError(self.message)
        return number


class Switch(fields.Boolean):
    """True or false, and nothing that only looks like it."""

    def __init__(self, **options: Any) -> None:
        message = "This must be true or false."
        super().__init__(error_messages={"required": message, "null": message}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("This must be true or false.")
        return value


class Choice(fields.String):
    """One word of a closed list, as a member of its enum."""

    def __init__(self, words: Callable[[str], StrEnum], choices: tuple[StrEnum, ...], **options: Any) -> None:
        names = [each.value for each in choices]
        message = f"This must be one of: {', '.join(names)}."
        messages: dict[str, Any] = {"required": message, "null": message}
        super().__init__(metadata={"enum": names}, error_messages=messages, **options)
        self.words, self.choices, self.message = words, choices, message

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        if not isinstance(value, str) or value not in self.choices:
            raise ValidationError(self.message)
        return self.words(value)


class Listed(fields.List[Any]):
    """A list of what `inner` reads."""

    def __init__(self, inner: fields.Field[Any], **options: Any) -> None:
        message = "This must be a list."
        messages = {"null": message, "invalid": message, **options.pop("error_messages", {})}
        super().__init__(inner, error_messages=messages, **options)


class Inner(fields.Nested):
    """An object inside another."""

    def __init__(self, schema: type[Schema], **options: Any) -> None:
        messages = {"null": "This must be an object.", **options.pop("error_messages", {})}
        super().__init__(schema, error_messages=messages, **options)


class Moment(fields.String):
    """A UTC time on its way out: 2026-11-23T10:00:00.000Z."""

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"format": "date-time"}, **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str | None:
        return None if value is None else stamp(value)


def stamp(at: datetime) -> str:
    """A time as every answer writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _number(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "this")


def _is_web(text: str) -> bool:
    return bool(web_url(text)) and not re.search(r"[\s\\<>\"]", text)
