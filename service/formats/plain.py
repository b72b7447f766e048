"""What no format can carry, or what could change more than its own text, taken out of a text."""

import re

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """The text without marks that turn the direction of what follows, its control characters replaced by U+FFFD.

    HTML isolates a name and ends every turn with its paragraph; plain text in a feed or in Markdown does neither.
    """
    return _NO_XML.sub("\ufffd", _TURNING.sub("", text))
