"""A message as text, in one reader's language."""

import re
from collections.abc import Mapping

from moderation.messages.catalogues import Translator
from moderation.messages.message import Message, Param
from moderation.messages.texts import TEXTS

DECIMALS = 2
"""Of a float, such as a probability."""


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
