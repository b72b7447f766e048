"""HTML of a comment as plain text: paragraphs, quotes, lists, links and code stay readable, entities are resolved.

It reads tags by itself: the standard html.parser takes minutes for broken texts of a hundred thousand characters.
"""

import html
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

MAX_QUOTES = 8
"""So deep are quotes shown; deeper ones look like this."""

_PARAGRAPHS = frozenset(
    ("p", "div", "blockquote", "ul", "ol", "dl", "pre", "table", "h1", "h2", "h3", "h4", "h5", "h6", "section",
     "article", "figure", "details")
)  # fmt: skip
_LINES = frozenset(("li", "tr", "dt", "dd", "hr", "summary", "figcaption"))
_SILENT = frozenset(("script", "style", "template", "noscript", "object", "svg", "math", "head", "title"))
_WITH_ATTRIBUTES = frozenset(("a", "img", "iframe", "embed", "video", "audio"))
_TOKEN = re.compile(
    r"<(/?)([a-zA-Z][\w:-]*)((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)>"  # a tag; no part of it can reach into the next one
    r"|<(/?)([a-zA-Z][\w:-]*)([^<>]*)>"  # one with a stray quote
    r"|<[!?][^<>]*>"
)
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|quot|amp|lt|gt|apos|nbsp|hellip|[lr][sd]quo|[mn]dash);")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_CUT = re.compile(r"(?:…|\.\.\.)$")
_REDIRECT = re.compile(r"https?://disq\.us/url\?")
_CHECKSUM = re.compile(r":[\w-]{20,40}$")
_SMILEY = re.compile(r"\b(?:emoji|smiley|wp-smiley)\b")


def text_of_html(source: str, *, keeps_lines: bool = False) -> str:
    """The text of an HTML fragment, however broken. keeps_lines: whether a line end in it shows as one, as in
    WordPress, which stores the text before it adds the paragraphs."""
    if "<" not in source and "&" not in source:
        return source.strip() if keeps_lines else _SPACE.sub(" ", source).strip()
    writer = _Writer(keeps_lines=keeps_lines)
    for part in _without_comments(source):
        writer.feed(part)
    return writer.text()


def plain_text(source: str) -> str:
    """One line of text in which entities were escaped once or twice, such as a title or a name."""
    return html.unescape(html.unescape(source)).strip() if "&" in source else source.strip()


def _without_comments(source: str) -> Iterator[str]:
    """The parts between comments; a comment that never ends is none."""
    at = 0
    while (begin := source.find("<!--", at)) >= 0 and (end := source.find("-->", begin + 4)) >= 0:
        yield source[at:begin]
        at = end + 3
    yield source[at:]


class _Writer:
    """Writes lines; `quotes` is how many quotes the present one is in."""

    def __init__(self, *, keeps_lines: bool) -> None:
        self._keeps_lines = keeps_lines
        self._lines: list[tuple[int, str]] = []
        self._line: list[str] = []
        self._wants_blank = False
        self._quotes = self._silent = self._code = self._pre = 0
        self._lists: list[int] = []
        self._links: list[tuple[str, list[str]]] = []

    def text(self) -> str:
        """All lines, quoted ones with "> " in front of them."""
        self._end_line()
        lines = [f"{'> ' * min(quotes, MAX_QUOTES)}{text}".rstrip() for quotes, text in self._lines]
        return "\n".join(lines).strip("\n")

    def feed(self, source: str) -> None:
        """Read a part of the HTML that begins and ends outside of tags."""
        at = 0
        for match in _TOKEN.finditer(source):
            self._data(source[at : match.start()])
            at = match.end()
            end, tag, attributes = match.groups()[:3] if match[2] else match.groups()[3:]
            if tag and end:
                self._end(tag.lower())
            elif tag:
                self._start(tag.lower(), attributes)
        self._data(source[at:])

    def _start(self, tag: str, attributes: str) -> None:
        given = _attributes(attributes) if tag in _WITH_ATTRIBUTES else {}
        if tag in _SILENT:
            self._silent += not attributes.endswith("/")
        elif tag == "br":
            self._end_line(even_empty=True)
        elif tag == "a":
            self._links.append((given.get("href", "").strip(), []))
        elif tag == "img":
            self._write(_picture(given))
        elif tag in {"iframe", "embed", "video", "audio"} and _is_web(given.get("src", "")):
            self._write(given["src"])
        elif tag in _PARAGRAPHS:
            self._begin_paragraph(tag)
        elif tag in _LINES:
            self._end_line()
            if tag == "li":
                self._write(self._bullet())
        elif tag in {"td", "th"} and self._line:
            self._write(" | ")
        elif tag == "code" and not self._pre:
            self._code += 1
            self._write("`")

    def _end(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "a" and self._links:
            self._end_link()
        elif tag in _PARAGRAPHS:
            self._end_paragraph(tag)
        elif tag in _LINES:
            self._end_line()
        elif tag == "code" and self._code and not self._pre:
            self._code -= 1
            self._write("`")

    def _data(self, data: str) -> None:
        if self._silent or not data:
            return
        data = html.unescape(data) if "&" in data else data
        if not (self._code or self._pre) and "&" in data:
            data = _ENTITY.sub(lambda match: html.unescape(match[0]), data)  # it was escaped twice
        data = data.replace("\xa0", " ")
        if self._pre or self._keeps_lines:
            first, *others = data.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            self._write(first)
            for line in others:
                self._end_line(even_empty=True)
                self._write(line)
        else:
            text = _SPACE.sub(" ", data)
            self._write(text if self._line or self._links else text.lstrip(" "))

    def _write(self, text: str) -> None:
        if self._silent or not text:
            return
        (self._links[-1][1] if self._links else self._line).append(text)

    def _end_line(self, *, even_empty: bool = False) -> None:
        while self._links:
            self._end_link()
        text = "".join(self._line)
        self._line = []
        if not self._pre:
            text = text.strip()
        if text or (even_empty and self._lines and not self._wants_blank):
            if self._wants_blank and self._lines and self._lines[-1][1]:
                quotes = min(self._quotes, self._lines[-1][0])
                self._lines.append((quotes, ""))
            self._wants_blank = False
            self._lines.append((self._quotes, text))

    def _begin_paragraph(self, tag: str) -> None:
        self._end_line()
        self._wants_blank = not (self._lists and tag in {"ul", "ol"})
        self._quotes += tag == "blockquote"
        self._pre += tag == "pre"
        if tag in {"ul", "ol"}:
            self._lists.append(0 if tag == "ol" else -1)

    def _end_paragraph(self, tag: str) -> None:
        self._end_line()
        self._wants_blank = True
        if tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        elif tag == "pre":
            self._pre = max(0, self._pre - 1)
        elif tag in {"ul", "ol"} and self._lists:
            self._lists.pop()

    def _bullet(self) -> str:
        if not self._lists or self._lists[-1] < 0:
            return "- "
        self._lists[-1] += 1
        return f"{self._lists[-1]}. "

    def _end_link(self) -> None:
        href, written = self._links.pop()
        self._write(_link("".join(written), href))


def _attributes(source: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(source):
        found.setdefault(name.lower(), html.unescape("".join(values)))
    return found


def _link(text: str, href: str) -> str:
    """A link with its whole address, which the text often has only the beginning of."""
    shown, href = text.strip(), _unwrapped(href)
    if not _is_web(href):
        return text
    begin = _CUT.sub("", shown)
    bare = href.partition("://")[2]
    if not shown or shown == href or (begin != shown and (href.startswith(begin) or bare.startswith(begin))):
        return href
    if shown.rstrip("/") in {href.rstrip("/"), bare.rstrip("/")}:
        return href
    return f"{text} ({href})"


def _unwrapped(href: str) -> str:
    """The address behind a redirect of Disqus, which will not work for ever."""
    if not _REDIRECT.match(href):
        return href
    [inner] = parse_qs(urlsplit(href).query).get("url", [""])[:1]
    inner = _CHECKSUM.sub("", inner)
    return inner if _is_web(inner) else href


def _picture(given: dict[str, str]) -> str:
    alt, source = given.get("alt", "").strip(), given.get("src", "").strip()
    if alt and (_SMILEY.search(given.get("class", "")) or not _is_web(source)):
        return alt
    if not _is_web(source):
        return ""
    return f"{alt} ({source})" if alt else source


def _is_web(address: str) -> bool:
    return address.lower().startswith(("http://", "https://"))
