"""The catalogues: texts and numbers in each language, by the standard library's gettext.

There are two catalogues per language. `public` has what authors and readers see, and is complete in every language.
`dashboard` has the rest: the dashboard, the command line and messages for operators. It may be incomplete or missing.
To add a language, run `script/messages --add de` and translate `moderation/locales/de/LC_MESSAGES/public.po`.
"""

import gettext
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from moderation.messages.marked_text import Plural, Text

PUBLIC, DASHBOARD = "public", "dashboard"
LOCALES = Path(__file__).parents[1] / "locales"
SOURCE_LANGUAGE = "en"


class Translator:
    """One language's texts and numbers. Share it between threads.

    language: its BCP 47 tag. gettext, ngettext, pgettext, npgettext: as in the standard library.
    """

    def __init__(self, language: str, translations: gettext.NullTranslations) -> None:
        self.language = language
        self.gettext = translations.gettext
        self.ngettext = translations.ngettext
        self.pgettext = translations.pgettext
        self.npgettext = translations.npgettext

    def text(self, text: Text, params: Mapping[str, Any]) -> str:
        """The text in this language, its placeholders unfilled."""
        if isinstance(text, Plural):
            return self.ngettext(*text, int(params.get("n", 0)))
        return self.gettext(text) if text else ""  # the empty id is the catalogue's header

    def number(self, value: float, digits: int = 0) -> str:
        """A number as this language writes it, such as 65,525 or 0.97."""
        whole, _, fraction = f"{value:,.{digits}f}".partition(".")
        # Translators: what stands between groups of three digits, as in 65,525
        whole = whole.replace(",", self.pgettext("digit group mark", ","))
        if not fraction:
            return whole
        # Translators: what stands before the decimals, as in 0.97
        return whole + self.pgettext("decimal mark", ".") + fraction


@cache
def catalogue(language: str) -> Translator:
    """The translator for a language of `languages()`; English for any other."""
    names = [language.replace("-", "_")]
    found = gettext.translation(PUBLIC, LOCALES, names, fallback=True)
    found.add_fallback(gettext.translation(DASHBOARD, LOCALES, names, fallback=True))
    return Translator(language if language in languages() else SOURCE_LANGUAGE, found)


@cache
def languages(domain: str = PUBLIC) -> tuple[str, ...]:
    """The languages with this catalogue as BCP 47 tags, such as "en" or "pt-BR"; the source language first."""
    names = sorted(path.parents[1].name for path in LOCALES.glob(f"*/LC_MESSAGES/{domain}.mo"))
    tags = [name.replace("_", "-") for name in names]
    return (SOURCE_LANGUAGE, *(tag for tag in tags if tag != SOURCE_LANGUAGE))


def best_language(wanted: Iterable[str], domain: str = PUBLIC) -> str | None:
    """The first of these BCP 47 tags that has this catalogue, exactly or nearly; None if none has.

    "de-AT" finds "de", "pt-PT" finds "pt-BR", and "zh-CN" finds "zh-Hans". "zh-TW" does not: its script differs.
    """
    known = {tag.lower(): tag for tag in languages(domain)}
    known |= {near: known[tag] for near, tag in _NEAR.items() if tag in known and near not in known}
    for tag in wanted:
        subtags = tag.replace("_", "-").lower().split("-")
        for count in range(len(subtags), 0, -1):  # zh-hant-tw, zh-hant, zh
            if found := known.get("-".join(subtags[:count])):
                return found
            if "-".join(subtags[:count]) in _FAR:
                break
    return None


def direction(language: str) -> str:
    """Where the text of this language runs: "ltr" or "rtl"."""
    return "rtl" if language.split("-")[0] in _RIGHT_TO_LEFT else "ltr"


_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_NEAR = {"pt": "pt-br", "zh": "zh-hans", "iw": "he"}
_FAR = frozenset({"zh-hant", "zh-tw", "zh-hk", "zh-mo"})
