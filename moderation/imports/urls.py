"""From the address of a page at the source to the key of its thread here, with the help of a mapping file.

The key is what the form on the page sends: the path, and the query of a page that has one. What visitors bring along
(`?utm_…`, `/amp`, a translation proxy) is left out.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

from moderation.errors import Invalid
from moderation.imports.items import SourcePage
from moderation.thread_key import normal_key

REMEMBERED = 1_000
"""How many pages are remembered: comments of one page mostly come together."""

_ARROW = re.compile(r"\s*(?:→|->|\t)\s*")
_TRACKING = re.compile(
    r"utm_\w+|_x_tr_\w+|fbclid|gclid|dclid|msclkid|yclid|twclid|igshid|mc_[ce]id|_ga|_gl|replytocom|cpage|amp|share|"
    r"ref|ref_src|__twitter_impression|preview|preview_id|preview_nonce",
    re.IGNORECASE,
)
_PROXIES = re.compile(
    r"(?:translate|webcache)\.(?:google(?:usercontent)?|bing)\.[\w.]+|www\.microsofttranslator\.com"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A thread's key and the address of its page, "" when there is none."""

    key: str
    url: str


class Addresses:
    """Keys of threads by the addresses of their pages. lines: of a mapping file, `FROM -> TO` each.

    FROM is an address, a path, or the source's own name of a page; with "~ " in front it is a regular expression for
    the whole address or the whole path. TO is an address, a path or a key; of an expression it may use its groups.
    Raises Invalid for a line that is none.
    """

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self._exact: dict[str, str] = {}
        self._patterns: list[tuple[re.Pattern[str], str]] = []
        self._places: dict[SourcePage, Place | None] = {}
        for number, line in enumerate(lines, start=1):
            if line.strip() and not line.lstrip().startswith("#"):
                self._add(line.strip(), number)

    def place_of(self, page: SourcePage) -> Place | None:
        """Where the comments of a page belong; None for a page without any name."""
        if page not in self._places:
            if len(self._places) >= REMEMBERED:
                self._places.clear()
            self._places[page] = self._place_of(page)
        return self._places[page]

    def _place_of(self, page: SourcePage) -> Place | None:
        named = self._mapped(page)
        if named is None:
            if page.key and not page.url:
                return Place(normal_key(page.key), "")
            key = page.key or key_of(page.url)
            return Place(normal_key(key), web_address(page.url)) if key else None
        if web_address(named):
            return Place(normal_key(key_of(named)), named)
        return Place(normal_key(named), _beside(page.url, named) if named.startswith("/") else "")

    def _add(self, line: str, number: int) -> None:
        parts = _ARROW.split(line)
        if len(parts) != 2 or not all(parts):
            raise Invalid("map", f"line {number} is not FROM -> TO, such as /old/page -> /new/page.")
        source, target = parts
        if not source.startswith("~"):
            self._exact[_plain(source)] = target
            return
        try:
            self._patterns.append((re.compile(source[1:].strip()), target))
            self._patterns[-1][0].sub(target, "")
            re.compile(f"(?:{source[1:].strip()})|").fullmatch("").expand(target)  # type: ignore[union-attr]
        except (re.error, IndexError) as problem:
            raise Invalid("map", f"line {number} has no valid regular expression: {problem}.") from problem

    def _mapped(self, page: SourcePage) -> str | None:
        if not (self._exact or self._patterns):
            return None
        names = [name for name in (page.url, page.key, *page.names) if name]
        path = key_of(page.url) if page.url else ""
        for name in (*names, *([path] if path else [])):
            target = self._exact.get(_plain(name))
            if target:
                return target
        for pattern, target in self._patterns:
            for name in (*names, *([path] if path else [])):
                match = pattern.fullmatch(name)
                if match:
                    return match.expand(target)
        return None


def key_of(url: str) -> str:
    """The key under which the form on this page asks for its thread: "/2026/bread", "/?p=12". "" for no address."""
    try:
        parts = urlsplit(url.strip())
        if _PROXIES.fullmatch(parts.hostname or ""):
            inner = [value for name, value in parse_qsl(parts.query) if name in {"u", "q", "url"} and "/" in value]
            if inner:
                parts = urlsplit(inner[0].removeprefix("cache:"))
    except ValueError:
        return ""
    if not (parts.netloc or parts.path.startswith("/")):
        return ""
    path = _without_amp(quote(parts.path, safe="/%:@!$&'()*+,;=~-._") or "/")
    query = [part for part in parts.query.split("&") if part and not _TRACKING.fullmatch(part.partition("=")[0])]
    return f"{path}?{'&'.join(query)}" if query else path


def web_address(address: str) -> str:
    """An http or https address as it may be linked to, "" for anything else. One without a scheme gets http."""
    address = address.strip()
    if not address:
        return ""
    if re.match(r"[\w-]+(?:\.[\w-]+)+(?:[/?#:]|$)", address):
        address = f"http://{address}"
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return ""
    is_plain = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    return "" if not is_plain or len(address) > 2_000 or re.search(r"[\s\\<>\"\x00-\x1f]", address) else address


def _without_amp(path: str) -> str:
    if path.endswith("/amp/"):
        return path[: -len("amp/")]
    return path[: -len("/amp")] or "/" if path.endswith("/amp") else path


def _plain(address: str) -> str:
    """One form for the ways to write an address: without scheme, www. and last slash."""
    bare = re.sub(r"^(?:https?:)?//(?:www\.)?", "", address.strip(), flags=re.IGNORECASE)
    host, slash, path = bare.partition("/")
    return f"{host.lower()}{slash}{path}".rstrip("/") or "/"


def _beside(url: str, path: str) -> str:
    """The address of a path on the host of another address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return web_address(f"{parts.scheme}://{parts.netloc}{path}")
