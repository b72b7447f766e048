"""Which language a text is in, by its letters and its commonest small words. Good enough to know one's limits."""

import re
from collections.abc import Sequence
from typing import Final

_SMALL: Final = {
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
LANGUAGES: Final = tuple(_SMALL)
_LANGUAGES_OF: Final[dict[str, tuple[str, ...]]] = {}
for _language, _words in _SMALL.items():
    for _word in _words.split():
        _LANGUAGES_OF[_word] = (*_LANGUAGES_OF.get(_word, ()), _language)
_VOTES_OF: Final = {  # a byte for each language: 400 letters hold no 256 words
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
#: how far the abuse model was trained for a language, in [0, 1]; a language that is not here was not seen
TRAINED: Final = {"en": 1.0, "de": 0.6, "pt": 0.6, "ko": 0.5, "fr": 0.5, "tr": 0.4}
UNSEEN: Final = 0.2
ENOUGH: Final = 400
_AROUND: Final = ".,;:!?()[]\"'«»„“”…"  # what a word may stand in


def small_words() -> list[str]:
    """All the small words of all the languages, once each, in order."""
    return sorted(_LANGUAGES_OF)


def languages_of(piece: str) -> tuple[str, ...]:
    """The languages in which a piece of text, in lower case and perhaps before a comma, is a common small word."""
    return _LANGUAGES_OF.get(piece.strip(_AROUND), ())


def language_of(text: str) -> str:
    """The ISO 639-1 code of a text, or "und" where its words do not tell. Looks at its first 400 letters only."""
    start = text[:ENOUGH]
    votes = sum([_VOTES_OF.get(piece.strip(_AROUND), 0) for piece in start.lower().split()])
    return script_of(start) or elect(votes.to_bytes(len(LANGUAGES), "little"))


def elect(votes: Sequence[int]) -> str:
    """The language whose small words a text has most of, by how many for each of `LANGUAGES`, or "und"."""
    most = max(votes, default=0)
    if not most:
        return "und"
    if votes.count(most) == 1:
        return LANGUAGES[votes.index(most)]
    return "en" if votes[LANGUAGES.index("en")] == most else "und"


def script_of(text: str) -> str:
    """The language that most letters of a text tell by their script; "" where they tell none."""
    if not may_show(text):
        return ""
    counts = {language: len(script.findall(text)) for language, script in _SCRIPTS}
    if counts["ja"]:
        counts["ja"] += counts["zh"]
    best = max(counts, key=lambda language: counts[language])
    return best if 2 * counts[best] > sum(map(str.isalpha, text)) else ""


def may_show(text: str) -> bool:
    """Whether any letter is of a script that tells a language."""
    return not text.isascii() and _ANY_SCRIPT.search(text) is not None
