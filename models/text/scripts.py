"""Which language a text is in, as far as its script tells."""

import re
from typing import Final

_SCRIPTS: Final = (
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("el", re.compile("[\u0370-\u03ff]")),
)
_ANY_SCRIPT = re.compile("|".join(script.pattern for _, script in _SCRIPTS))


def language_by_script(text: str) -> str:
    """The language to which the script of most letters belongs, or ""."""
    if not has_telling_script(text):
        return ""
    counts = {language: len(script.findall(text)) for language, script in _SCRIPTS}
    if counts["ja"]:
        counts["ja"] += counts["zh"]
    best = max(counts, key=lambda language: counts[language])
    return best if 2 * counts[best] > sum(map(str.isalpha, text)) else ""


def has_telling_script(text: str) -> bool:
    """Whether a text has a letter of a script that identifies a language."""
    return not text.isascii() and _ANY_SCRIPT.search(text) is not None
