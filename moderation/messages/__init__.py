"""Messages for people: a code and its parameters inside, text in the reader's language at the edge.

Message ids are the English texts. Translations are gettext catalogues in `moderation/locales`; `script/messages`
updates and checks them.
"""

from moderation.messages.catalogues import SOURCE_LANGUAGE, Translator, best_language, catalogue, languages
from moderation.messages.message import N_, NOTHING, Message, Param, Plural, Text, message_from
from moderation.messages.rendering import render
from moderation.messages.texts import TEXTS

__all__ = [
    "NOTHING",
    "N_",
    "SOURCE_LANGUAGE",
    "TEXTS",
    "Message",
    "Param",
    "Plural",
    "Text",
    "Translator",
    "best_language",
    "catalogue",
    "languages",
    "message_from",
    "render",
]
