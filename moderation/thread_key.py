"""One form for every way to write a thread's key that is a path or a URL, so that a page has one thread."""

import re
from hashlib import sha256

MAX_KEY = 500
_DIGITS = 32
_CUT = re.compile(rf"~[0-9a-f]{{{_DIGITS}}}\Z")
_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_IS_ADDRESS = re.compile(r"/|https?://", re.IGNORECASE).match
_CONTROLS = re.compile("[\\x00-\\x1f\\x7f\\x85\\u2028\\u2029]+")
_INDEX = re.compile(r"(?<=/)(?:index\.(?:html?|php)|default\.aspx?)\Z", re.IGNORECASE)
_STAYS_ENCODED = frozenset(" \"#%&+/:;<=>?@[\\]^`{|}!$'()*,")
"""What means something else when it is not encoded, or cannot stand in a URL."""

_CANNOT_STAND = re.compile(r"""[ "<>\\^`{|}]""")
_PARTS = re.compile(r"(https?://[^/?#]*)?([^?#]*)(.*)", re.IGNORECASE | re.DOTALL)


def normal_key(key: str) -> str:
    """The key with its letters as they are read: "/brot-%C3%A4" and "/brot-%c3%a4" are "/brot-ä" (RFC 3987).

    What has a meaning in URLs stays encoded, in capitals, and so does what is not UTF-8; what cannot stand in a URL,
    such as a space, is encoded, as browsers do. "/b/../a" is "/a", and a host is in small letters, without the port
    that its scheme has anyway (RFC 3986). A folder's index file is the folder: "/a/index.html" is "/a/". Keys that
    are no paths or URLs stay as they are. No key holds a line break or is longer than MAX_KEY: what is too long ends
    with a digest of the whole.
    """
    key = _CONTROLS.sub(" ", key).strip()
    if _IS_ADDRESS(key):
        key = _address(key)
    if len(key) <= MAX_KEY:
        return key
    return f"{key[: MAX_KEY - _DIGITS - 1]}~{sha256(key.encode('utf-8', 'replace')).hexdigest()[:_DIGITS]}"


def is_cut(key: str) -> bool:
    """Whether `normal_key` cut this key."""
    return len(key) == MAX_KEY and bool(_CUT.search(key))


def other_slash(key: str) -> str:
    """The same key with the last slash of its path, or without it: a page is often written both ways.

    It is the key itself where there is no other way: "/", a file such as "/a.html", and what is no path or URL.
    """
    if not _IS_ADDRESS(key):
        return key
    path, mark, query = key.partition("?")
    other = path[:-1] if path.endswith("/") else f"{path}/"
    is_file = "." in path.rpartition("/")[2] and not path.endswith("/")
    is_host = re.fullmatch(r"https?://[^/]+/?", path, re.IGNORECASE)
    if path == "/" or (is_file and not is_host) or len(key) >= MAX_KEY:
        return key
    return f"{other}{mark}{query}"


def _address(key: str) -> str:
    key = _CANNOT_STAND.sub(lambda found: _encoded(found[0]), _ENCODED.sub(_as_read, key))
    found = _PARTS.fullmatch(key)
    assert found  # every part may be empty
    host, path, rest = found[1] or "", found[2], found[3]
    scheme, mark, name = host.lower().partition("://")
    name = name.removesuffix({"http": ":80", "https": ":443"}.get(scheme, ":"))
    return f"{scheme}{mark}{name}{_INDEX.sub('', _without_dots(path))}{'' if rest == '?' else rest}"


def _without_dots(path: str) -> str:
    """The path without "." and "..", as RFC 3986 (5.2.4) takes them away."""
    if "/." not in path:
        return path
    kept: list[str] = []
    steps = path.split("/")[1:]
    for step in steps:
        if step == "..":
            del kept[-1:]
        elif step != ".":
            kept.append(step)
    is_folder = steps[-1] in (".", "..")
    return "/" + "/".join(kept) + ("/" if is_folder and kept else "")


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
