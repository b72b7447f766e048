"""A message: a code and its parameters, in no language yet; and as text, in one reader's language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Union

from moderation.messages.catalogues import SOURCE_LANGUAGE, Translator, catalogue
from moderation.messages.marked_text import Text
from moderation.messages.texts import TEXTS

Param = Union[str, int, float, Sequence[str], "Message"]

DECIMALS = 2
"""Of a float, such as a probability."""


@dataclass(frozen=True, slots=True)
class Message:
    """Something to tell a person.

    code: a key of `TEXTS`, such as "threshold.hold". A message that is never stored may have its English text here
    instead, marked with `N_` or `Plural`. params: by placeholder name. A text parameter that has a text of its own is
    translated too: `label="spam"` is shown as the text of "label.spam". So is each text of a list.
    A parameter may be a message itself, in one that is not stored.
    """

    code: Text
    params: Mapping[str, Param] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.code)

    def __str__(self) -> str:
        """The message in English, for logs and the console."""
        return render(self, catalogue(SOURCE_LANGUAGE))

    def to_json(self) -> dict[str, Any]:
        """The message as a JSON object, which `message_from` reads."""
        code = self.code if isinstance(self.code, str) else self.code.singular
        return {"code": code, "params": dict(self.params)} if code else {}


NOTHING = Message("")
"""No message: false, and an empty text."""


def message_from(stored: Mapping[str, Any]) -> Message:
    """The message of a JSON object; NOTHING for an empty one."""
    return Message(stored["code"], stored.get("params", {})) if stored else NOTHING


def render(message: Message, translator: Translator) -> str:
    """The message as text. A code that only a newer version knows is shown with its parameters."""
    params = {name: _param(name, value, translator) for name, value in message.params.items()}
    text = TEXTS.get(message.code) if isinstance(message.code, str) else message.code
    if text is None:
        if _is_code(str(message.code)):
            return _unknown(str(message.code), params)
        text = message.code
    translated = translator.text(text, message.params)
    return translated % _Given(params) if params else translated


class _Given(dict[str, str]):
    """Parameters; another version may have stored fewer than this version's text has placeholders."""

    def __missing__(self, name: str) -> str:
        return "…"


def _param(name: str, value: Param, translator: Translator) -> str:
    if isinstance(value, str):
        text = TEXTS.get(f"{name}.{value}")
        return translator.text(text, {}) if text else value
    if isinstance(value, Message):
        return render(value, translator)
    if isinstance(value, int | float):
        return translator.number(value, digits=DECIMALS if isinstance(value, float) else 0)
    # Translators: what stands between the items of a list
    return translator.pgettext("list separator", ", ").join(str(_param(name, each, translator)) for each in value)


def _unknown(code: str, params: Mapping[str, str]) -> str:
    listed = ", ".join(f"{name} {value}" for name, value in params.items())
    return f"{code} ({listed})" if listed else code


_is_code = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)+").fullmatch
