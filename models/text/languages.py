"""Detects the language of a text by its script and its most common words.

Accurate enough to tell which texts the model was not trained for.
"""

import re
from collections.abc import Sequence
from typing import Final

_COMMON_WORDS: Final = {
    "en": (
        "the and of to is in that it you for was with this are have not be on what but they my so your can "
        "just i a he we do thanks thank great nice good yes hello please awesome agree agreed lol"
    ),
    "de": (
        "der die das und ist nicht ich sie ein eine zu den mit auf wir es von für auch wie dem im aber du "
        "haben was wird sind dass man nur danke gut schön ja nein bitte hallo"
    ),
    "fr": (
        "le les des est et une je pas pour que vous dans sur qui ce ne il au nous avec mais c'est du plus "
        "j'ai son cette sont bien merci oui bonjour très"
    ),
    "es": (
        "el los las es y una que por con para no su lo del como pero más muy este yo todo está al hay ser si "
        "sus gracias hola buen bueno"
    ),
    "pt": (
        "o os as é e um uma que não com para por mais como mas você se da do na eu ele isso vai tem pra muito "
        "esse tá dos obrigado obrigada bom"
    ),
    "it": (
        "il gli è e di che non un una per con sono più mi si come anche ma questo della ha lo nel ho perché "
        "molto io grazie bello ciao"
    ),
    "nl": (
        "de het een en van is niet dat ik te zijn op voor met je er maar als ook aan wat die hij naar heeft "
        "geen wel nog bedankt goed mooi"
    ),
    "tr": (
        "bir ve bu da de çok için ne ben mi var ama daha gibi sen o kadar değil en ile olarak yok her diye "
        "şey iyi bence mı teşekkürler evet hayır güzel"
    ),
    "pl": (
        "nie się i w na że to z jest do jak co tak ale po czy o za ja mnie już od tylko ma bardzo dla są ten "
        "dziękuję dzięki dobry"
    ),
    "id": (
        "yang dan di ini itu tidak dengan untuk ada dari aku saya kamu juga bisa ya ke sudah lagi kalau apa "
        "banget gak akan jangan terima kasih makasih bagus"
    ),
    "ru": (
        "и в не на я что с это как а он то все но по мы у так за вы от же ты из для мне если бы "
        "спасибо да нет хорошо"
    ),
}  # fmt: skip
LANGUAGES: Final = tuple(_COMMON_WORDS)
_LANGUAGES_OF: Final[dict[str, tuple[str, ...]]] = {}
for _language, _words in _COMMON_WORDS.items():
    for _word in _words.split():
        _LANGUAGES_OF[_word] = (*_LANGUAGES_OF.get(_word, ()), _language)
_VOTES_OF: Final = {  # one byte per language; 400 characters cannot hold 256 words
    word: sum(1 << 8 * LANGUAGES.index(language) for language in languages)
    for word, languages in _LANGUAGES_OF.items()
}
_SCRIPTS: Final = (
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("ru", re.compile("[\u0400-\u052f]")),
)
_ANY_SCRIPT = re.compile("|".join(script.pattern for _, script in _SCRIPTS))
#: how well the abuse head was trained for a language, in [0, 1]; other languages get UNSEEN_CONFIDENCE
LANGUAGE_CONFIDENCE: Final = {"en": 1.0, "de": 0.6, "pt": 0.6, "ko": 0.5, "fr": 0.5, "tr": 0.4}
UNSEEN_CONFIDENCE: Final = 0.2
DETECTION_LENGTH: Final = 400  # characters
_PUNCTUATION: Final = ".,;:!?()[]\"'«»„“”…"


def common_words() -> list[str]:
    """The common words of all languages, sorted, without duplicates."""
    return sorted(_LANGUAGES_OF)


def common_word_languages(token: str) -> tuple[str, ...]:
    """The languages in which a lower-case token, without surrounding punctuation, is a common word."""
    return _LANGUAGES_OF.get(token.strip(_PUNCTUATION), ())


def detect_language(text: str) -> str:
    """Detect the language of a text from its first 400 characters: an ISO 639-1 code, or "und"."""
    start = text[:DETECTION_LENGTH]
    votes = sum([_VOTES_OF.get(token.strip(_PUNCTUATION), 0) for token in start.lower().split()])
    return language_by_script(start) or language_by_votes(votes.to_bytes(len(LANGUAGES), "little"))


def language_by_votes(votes: Sequence[int]) -> str:
    """The language with most votes, or "und". votes: occurrences of common words, for each of `LANGUAGES`."""
    top = max(votes, default=0)
    if not top:
        return "und"
    if votes.count(top) == 1:
        return LANGUAGES[votes.index(top)]
    return "en" if votes[LANGUAGES.index("en")] == top else "und"


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
