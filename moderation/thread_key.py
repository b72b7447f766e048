"""One form for every way to write a thread's key that is a path or a URL, so that a page has one thread."""

import re

_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_IS_ADDRESS = re.compile(r"/|https?://", re.IGNORECASE).match
_STAYS_ENCODED = frozenset(" \"#%&+/:;<=>?@[\\]^`{|}!$'()*,")
"""What means something else when it is not encoded, or cannot stand in a URL."""


def normal_key(key: str) -> str:
    """The key with its letters as they are read: "/brot-%C3%A4" and "/brot-%c3%a4" are "/brot-ä" (RFC 3987).

    What has a meaning in URLs stays encoded, in capitals, and so does what is not UTF-8. Other keys stay as they are.
    """
    return _ENCODED.sub(_as_read, key) if _IS_ADDRESS(key) else key


def _as_read(found: re.Match[str]) -> str:
    raw = bytes.fromhex(found[0].replace("%", ""))
    try:
        letters = raw.decode()
    except UnicodeDecodeError:
        return found[0].upper()
    return "".join(letter if _is_plain(letter) else _encoded(letter) for letter in letters)


def _is_plain(letter: str) -> bool:
    return letter.isprintable() and letter not in _STAYS_ENCODED


def _encoded(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode())
