"""A message: a code and its parameters, in no language yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Union

Param = Union[str, int, float, Sequence[str], "Message"]


class Plural(NamedTuple):
    """An English text in the singular and the plural; the parameter `n` decides. The extractor finds both."""

    singular: str
    plural: str


PublicPlural = Plural
"""A plural that authors or readers see: every language has to translate it."""

Text = str | Plural


def N_(text: str) -> str:  # noqa: N802 - gettext's usual name
    """Mark an English text for the extractor where it is defined rather than shown."""
    return text


def P_(text: str) -> str:  # noqa: N802 - as N_
    """The same for a text that authors or readers see: every language has to translate it."""
    return text


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
        from moderation.messages.catalogues import SOURCE_LANGUAGE, catalogue
        from moderation.messages.rendering import render

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
