"""A request's body, read strictly: what no store could keep, or two readers would read differently, is refused."""

import json
import re
from collections.abc import Container, Iterable, Mapping
from typing import Any, NoReturn, TypeVar
from urllib.parse import parse_qsl

from flask import request
from marshmallow import Schema
from werkzeug.exceptions import RequestEntityTooLarge

from moderation.messages import N_, P_, Message, Param
from service.http.errors import TooLarge, Unreadable, WrongType
from service.http.language import LANG
from service.resources import resources
from service.schemas.submission import MAX_BODY

FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
MAX_FIELDS = 50
MAX_STRINGS, MAX_STRUCTURE = 10_000, 65_536
"""How many strings a JSON body may have, and how many bytes without them. A body is long only where a text is."""

MAX_HEAD = 1_024
"""How many characters a part of a form may have before its value."""

_MANY_FIELDS = N_("There are more than %(limit)s fields; send at most that many.")

Value = TypeVar("Value")


def is_form() -> bool:
    """Whether a form was sent, rather than JSON."""
    return request.mimetype in FORM_TYPES


def load_json(schema: Schema) -> Any:
    """The JSON body as the schema reads it. Raises Unreadable, WrongType, ValidationError."""
    return schema.load(read_json())


def load_query(schema: Schema, *, repeated: str = "") -> Any:
    """The query as the schema reads it, without the reader's language. Raises Unreadable, ValidationError.

    repeated: the one field that may be there any number of times; the schema gets its values as a list.
    """
    query = _few_and_distinct((name, value) for name, value in request.args.items(multi=True) if name != repeated)
    values = {name: value for name, value in query.items() if name != LANG}
    return schema.load(values | ({repeated: request.args.getlist(repeated)} if repeated else {}))


def read_json(*, mending: str = "") -> dict[str, Any]:
    """The body as a JSON object. Raises Unreadable, WrongType.

    mending: an object in it whose texts may hold what no database can; they get a replacement character (U+FFFD).
    """
    if not request.is_json:
        raise WrongType(Message(N_("Send JSON, with `Content-Type: application/json`.")))
    return json_object(read_body(), mending=mending)


def json_object(raw: bytes, *, mending: str = "") -> dict[str, Any]:
    """A body as a JSON object; mending as in `read_json`. Raises Unreadable."""
    if len(raw) > MAX_STRUCTURE and len(_STRING.sub(b"", raw, count=MAX_STRINGS)) > MAX_STRUCTURE:
        raise Unreadable(
            Message(N_("The JSON has far too many parts."))
        )  # which would cost far more to read than long texts
    try:
        fields = _DECODER.decode(raw.decode())
    except RecursionError as problem:
        raise Unreadable(Message(N_("The JSON is nested too deeply."))) from problem
    except UnicodeDecodeError as problem:
        raise Unreadable(
            Message(N_("The body is not UTF-8 at byte %(position)s."), {"position": problem.start})
        ) from problem
    except json.JSONDecodeError as problem:
        place: dict[str, Param] = {"problem": problem.msg, "line": problem.lineno, "column": problem.colno}
        text = N_("The body is not JSON: %(problem)s, line %(line)s, column %(column)s.")
        raise Unreadable(Message(text, place)) from problem
    except ValueError as problem:
        raise Unreadable(Message(N_("The JSON holds a number with far too many digits."))) from problem
    if not isinstance(fields, dict):
        raise Unreadable(Message(N_('The body must be a JSON object, such as {"name": "…"}.')))
    if b"\\u" in raw:  # only an escape can hold what UTF-8 cannot, or a NUL
        if isinstance(fields.get(mending), dict):
            fields[mending] = {_storable(name): _storable(value) for name, value in fields[mending].items()}
        _check_all(fields)
    return fields


def read_form(names: Container[str], *, mending: Container[str] = ()) -> dict[str, str]:
    """The fields of these names in a form; others may stand there too, and often. Raises Unreadable.

    mending: fields whose NUL characters are replaced (U+FFFD) rather than refused.
    """
    raw = read_body()
    try:
        text = raw.decode()
        pairs = _pairs(text)
    except UnicodeDecodeError as problem:
        raise Unreadable(Message(N_('The form is not UTF-8; give it accept-charset="utf-8".'))) from problem
    except ValueError as problem:
        raise Unreadable(Message(_MANY_FIELDS, {"limit": MAX_FIELDS})) from problem
    pairs = [(name, _storable(value) if name in mending else value) for name, value in pairs]
    for name, value in pairs:
        _check_text(name)
        _check_text(value)
    return _few_and_distinct((name, value) for name, value in pairs if name in names)


def read_body() -> bytes:
    """The body, whole. Raises TooLarge before more of it is read than may be."""
    most = resources().settings.max_body_bytes
    try:
        raw = request.get_data()
    except RequestEntityTooLarge as problem:
        raise _too_large(most) from problem
    if len(raw) >= most and request.content_length is None:  # without a length Werkzeug cuts it off there
        raise _too_large(most)
    return raw


def _too_large(most: int) -> TooLarge:
    text = P_("A request may have %(bytes)s bytes, and a comment's text %(characters)s characters.")
    return TooLarge(Message(text, {"bytes": most, "characters": MAX_BODY}))


def _pairs(text: str) -> list[tuple[str, str]]:
    if request.mimetype == "multipart/form-data":
        _check_heads(text)
        parts = request.form.lists()
        return [(name or "", value) for name, values in parts for value in values]  # a part may have no name
    return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)


def _check_heads(text: str) -> None:
    """Werkzeug looks long at the head of a part, where a browser writes a field's name and little more."""
    parts = text.split(f"--{request.mimetype_params.get('boundary', '')}", MAX_FIELDS + 2)
    if any(len(part.partition("\r\n\r\n")[0]) > MAX_HEAD for part in parts):
        raise Unreadable(Message(N_("The form has a part with no end to its head.")))


def _check_all(fields: Any) -> None:
    """Every text in a JSON value. No recursion: the nesting is the sender's choice."""
    waiting = [fields]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            _check_text(each)
        elif isinstance(each, Mapping):
            waiting.extend((*each.keys(), *each.values()))
        elif isinstance(each, list):
            waiting.extend(each)


def _storable(value: Any) -> Any:
    """A text without NUL and halves of surrogate pairs; anything else as it is."""
    return _UNSTORABLE.sub("\ufffd", value) if isinstance(value, str) else value


def _check_text(text: str) -> None:
    if "\0" in text:
        raise Unreadable(Message(N_("A text holds a NUL character (U+0000), which cannot be stored; leave it out.")))
    try:
        text.encode()
    except UnicodeEncodeError as problem:
        raise Unreadable(Message(N_("A text holds half of a surrogate pair; send whole characters."))) from problem


def _refuse_constant(name: str) -> NoReturn:
    raise Unreadable(Message(N_("The JSON holds %(name)s, which is not a JSON number."), {"name": name}))


def _few_and_distinct(pairs: Iterable[tuple[str, Value]]) -> dict[str, Value]:
    sent = list(pairs)
    if len(sent) > MAX_FIELDS:
        raise Unreadable(Message(_MANY_FIELDS, {"limit": MAX_FIELDS}))
    fields = dict(sent)
    if len(fields) != len(sent):
        raise Unreadable(Message(N_("A field is there twice; send each once.")))
    return fields


_STRING = re.compile(rb'"[^"\\]*+(?:\\.?[^"\\]*+)*+(?:"|\Z)', re.DOTALL)
"""One that does not end counts as well, and nothing is tried twice: the time is linear in whatever is sent."""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, object_pairs_hook=_few_and_distinct)
