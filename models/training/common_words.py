"""The most common words of some languages: taught as harmless, and counted in the tests of the phrase books."""

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
_LANGUAGES_OF: Final[dict[str, tuple[str, ...]]] = {}
for _language, _words in _COMMON_WORDS.items():
    for _word in _words.split():
        _LANGUAGES_OF[_word] = (*_LANGUAGES_OF.get(_word, ()), _language)


def common_words() -> list[str]:
    """The common words of all languages, sorted, without duplicates."""
    return sorted(_LANGUAGES_OF)


def words_of(language: str) -> list[str]:
    """The common words of one language; none if it has no list."""
    return _COMMON_WORDS.get(language, "").split()


def common_word_languages(word: str) -> tuple[str, ...]:
    """The languages in which a lower-case word is a common word."""
    return _LANGUAGES_OF.get(word, ())
