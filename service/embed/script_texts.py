"""The texts of the script in one language, as the small file that the script loads for a page that is not English.

Their names and English words stand in `static/embed/texts.js` and `later_texts.js`, once; they are read from there.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from itertools import chain
from pathlib import Path

from babel import Locale

from moderation.messages import SOURCE_LANGUAGE, Translator, best_language, catalogue, direction

_SCRIPTS = [Path(__file__).parents[1] / "static" / "embed" / name for name in ("texts.js", "later_texts.js")]
_TABLE = re.compile(r"const (?:LATER_)?TEXT = {\n(.*?)\n};", re.S)
_ROW = re.compile(r"^  (\w+): (?:_|ngettext)\((.*)\),$", re.M)

Words = str | dict[str, str]
"""A text, or its plural forms by CLDR's categories: one, few, other, …"""


def texts_in(tag: str) -> bytes:
    """The texts for a page in this language, a BCP 47 tag, as JSON; none for a language that is not supported."""
    return _texts_in(best_language([tag]) or SOURCE_LANGUAGE)


@cache
def _texts_in(language: str) -> bytes:
    translator = catalogue(language)
    texts = {} if language == SOURCE_LANGUAGE else {name: _words(row, translator) for name, row in _rows().items()}
    content = {"lang": language, "dir": direction(language), "texts": texts}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


@cache
def _rows() -> Mapping[str, list[str]]:
    """The English words by name: one text, or the singular and the plural."""
    tables = chain.from_iterable(_TABLE.findall(script.read_text("utf-8")) for script in _SCRIPTS)
    return {name: json.loads(f"[{words}]") for table in tables for name, words in _ROW.findall(table)}


def _words(english: list[str], translator: Translator) -> Words:
    if len(english) == 1:
        return translator.gettext(english[0])
    one, other = english
    numbers = _a_number_of_each_category(translator.language)
    return {category: translator.ngettext(one, other, number) for category, number in numbers.items()}


def _a_number_of_each_category(language: str) -> dict[str, int]:
    """For each plural category that whole numbers have in this language, one such number."""
    category_of = Locale.parse(language, sep="-").plural_form
    found: dict[str, int] = {}
    for number in chain(range(200), [1_000_000]):
        found.setdefault(category_of(number), number)
    return found
