"""Messages for people: a code and its parameters inside, text in the reader's language at the edge.

Message ids are the English texts. Translations are gettext catalogues in `moderation/locales`: `public` for what
authors and readers see, `dashboard` for the rest. `script/messages` updates and checks them.
"""

from moderation.messages.catalogues import (
    DASHBOARD,
    PUBLIC,
    SOURCE_LANGUAGE,
    Translator,
    best_language,
    catalogue,
    direction,
    languages,
)
from moderation.messages.marked_text import N_, P_, Plural, PublicPlural, Text
from moderation.messages.message import NOTHING, Message, Param, message_from, render
from moderation.messages.texts import TEXTS

__all__ = [
    "DASHBOARD",
    "NOTHING",
    "N_",
    "PUBLIC",
    "P_",
    "SOURCE_LANGUAGE",
    "TEXTS",
    "Message",
    "Param",
    "Plural",
    "PublicPlural",
    "Text",
    "Translator",
    "best_language",
    "catalogue",
    "direction",
    "languages",
    "message_from",
    "render",
]
