"""The small Markdown of comments, for sites that switch it on: emphasis, code, quotes, lists and links.

markdown-it-py parses it with everything else switched off: no HTML, headings, images, tables or rules. What
comes out is a tree of the elements in TAGS, never HTML. A text that has none of these marks is left to `text.py`, as
is one that is too long or nested too deep.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup, escape

from service.formats.text import address_at, without_tail
from service.http.urls import web_url

MOST = 10_000
"""Characters of a text that is parsed. Longer ones are shown as plain text, so that none takes long."""

DEEPEST = 12
"""Quotes and lists within each other. The parser drops what is nested deeper than its own limit."""

TAGS = frozenset({"a", "blockquote", "br", "code", "em", "li", "ol", "p", "pre", "strong", "ul"})
"""Every element that there can be. `body.js` has the same list, and a test compares them."""

REL = "ugc nofollow noopener"


@dataclass(frozen=True, slots=True)
class Element:
    """An element with what stands in it. href: of a link. start: of a numbered list that does not begin at 1."""

    tag: str
    children: "Sequence[Node]" = ()
    href: str = ""
    start: int = 1


Node = str | Element
Tree = Sequence[Node]


class _Parser(MarkdownIt):
    """The parser, which accepts a link only where a bare address would become one."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the parser's name
        return bool(web_url(url))


_ADDRESS, _SPECIAL = "address", "text_special"
_RULES = ["fence", "blockquote", "list", "newline", "escape", "backticks", "emphasis", "link", "balance_pairs"]
_IS_SCHEME = re.compile(r"https?\Z", re.IGNORECASE).search
_IS_ADDRESS = re.compile(r"\S*(://|www\.)\S*|\W*[\w-]+(\.[\w-]+)+\W*", re.IGNORECASE).fullmatch


def _address(state: StateInline, silent: bool) -> bool:
    """The parser's rule for a bare address: found at its colon, before the underscores in it mean anything."""
    if state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    scheme = _IS_SCHEME(state.pending)
    found = address_at(state.src, state.pos - len(scheme[0])) if scheme else None
    if not scheme or not found or found.start() != state.pos - len(scheme[0]):
        return False
    shown = without_tail(found[0])
    if not (href := web_url(shown)):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[0])]
        state.push("link_open", "a", 1).attrs = {"href": href}
        state.push("text", "", 0).content = shown
        state.push("link_close", "a", -1)
        state.tokens[-3].markup = _ADDRESS
    state.pos += len(shown) - len(scheme[0])
    return True


_PARSER = _Parser("zero").enable(_RULES).disable("text_join")
_PARSER.inline.ruler.before("escape", _ADDRESS, _address)


def rich_text(body: str, *, is_rich: bool = True) -> Tree | None:
    """The text as a tree; None when it is plain: then `text.paragraphs` shows it, with its spaces.

    is_rich: whether the site uses Markdown.
    """
    if not is_rich or len(body) > MOST:
        return None
    tokens = _PARSER.parse(body)
    if any(token.level >= DEEPEST for token in tokens):
        return None
    builder = _Builder()
    tree = builder.build(tokens)
    return tree if builder.has_marks else None


def as_json(tree: Tree) -> list[Any]:
    """The tree for a script: each node is a text, or [tag, argument, child, …].

    The argument is the href of a link, the first number of a list, or None.
    """
    return [node if isinstance(node, str) else [node.tag, _argument(node), *as_json(node.children)] for node in tree]


def as_html(tree: Tree) -> Markup:
    """The tree as HTML, each text of it escaped."""
    return Markup("").join(escape(node) if isinstance(node, str) else _html(node) for node in tree)


def _argument(element: Element) -> str | int | None:
    return element.href or (element.start if element.start != 1 else None)


def _html(element: Element) -> Markup:
    """Its tag is one of TAGS."""
    attributes = Markup("")
    if element.tag in {"p", "li", "blockquote", "pre"}:
        attributes = Markup(' dir="auto"')
    if element.href:
        attributes = Markup(' href="{}" rel="{}"').format(element.href, REL)
    if element.start != 1:
        attributes = Markup(' start="{}"').format(element.start)
    name = Markup(element.tag)  # noqa: S704 - one of TAGS
    if element.tag == "br":
        return Markup("<br>")
    return Markup("<{}{}>{}</{}>").format(name, attributes, as_html(element.children), name)


class _Builder:
    """Makes the tree of the parser's flat list of tokens.

    has_marks: whether there is more in it than paragraphs and addresses.
    """

    def __init__(self) -> None:
        self.has_marks = False
        self._open: list[tuple[Token, list[Node]]] = [(Token("", "", 0), [])]

    def build(self, tokens: Sequence[Token]) -> Tree:
        """The tree of these tokens."""
        for token in tokens:
            self._take(token)
        return self._open[0][1]

    def _take(self, token: Token) -> None:
        if token.type == "inline":
            self.build(token.children or ())
            return
        is_plain = token.tag in {"", "p", "br"} or token.markup == _ADDRESS or token.nesting == -1
        self.has_marks = self.has_marks or not is_plain or token.type == _SPECIAL
        if token.type == "fence":
            self._add(Element("pre", [Element("code", [token.content.removesuffix("\n")])]))
        elif token.type == "code_inline":
            self._add(Element("code", [token.content]))
        elif token.tag == "br" or token.type == "softbreak":
            self._add(Element("br"))
        elif token.nesting == 1:
            self._open.append((token, []))
        elif token.nesting == -1:
            self._close()
        elif token.content:
            self._add(token.content)

    def _close(self) -> None:
        token, children = self._open.pop()
        if token.hidden or token.tag not in TAGS:  # hidden: a paragraph of a list whose items stand close
            self._open[-1][1].extend(children)
        elif token.tag == "a":
            self._link(token, children)
        else:
            self._add(Element(token.tag, children, start=int(token.attrs.get("start", 1))))

    def _link(self, token: Token, children: Tree) -> None:
        """A link whose words look like an address shows its own."""
        href = web_url(str(token.attrs["href"]))
        if token.markup != _ADDRESS and _IS_ADDRESS(_words(children).strip()):
            children = [href]
        if href and children:
            self._add(Element("a", children, href))
        else:
            self._open[-1][1].extend(children)

    def _add(self, node: Node) -> None:
        self._open[-1][1].append(node)


def _words(tree: Tree) -> str:
    return "".join(node if isinstance(node, str) else _words(node.children) for node in tree)
