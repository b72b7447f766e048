"""English texts, marked for the extractor."""

from typing import NamedTuple


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
