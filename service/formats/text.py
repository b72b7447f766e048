"""A comment's text for a page: paragraphs of lines of pieces, each a text or a web address. Never HTML."""

import re
from dataclasses import dataclass

from service.http.urls import web_url

# The same rules as in embed.js; the browser tests hold the two against each other. Marks that turn the direction
# of writing end an address, so that what is shown is where it goes.
_ADDRESS = re.compile('https?://[^\\s<>"\u200b-\u200f\u202a-\u202e\u2066-\u2069]+', re.IGNORECASE)
_TAIL = ".,;:!?'\"]}»”’"

address_at = _ADDRESS.match
"""What may be a web address at an index of a text, with what follows it; see `without_tail`."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text. href: where it leads when it is a web address, else ""."""

    text: str
    href: str = ""


Line = list[Piece]
Paragraph = list[Line]


def paragraphs(body: str) -> list[Paragraph]:
    """The body as people read it: blank lines part paragraphs, web addresses can be followed.

    Spaces at the beginning of a line and between words are kept; a style sheet shows them.
    """
    plain = re.sub(r"^\s*\n", "", body.replace("\r\n", "\n").replace("\r", "\n")).rstrip()
    return [[_pieces(line) for line in block.split("\n")] for block in re.split(r"\n\s*\n", plain)]


def _pieces(line: str) -> Line:
    pieces, after = [], 0
    for match in _ADDRESS.finditer(line):
        shown = without_tail(match[0])
        if href := web_url(shown):
            pieces += [Piece(line[after : match.start()]), Piece(shown, href)]
            after = match.start() + len(shown)
    return [piece for piece in (*pieces, Piece(line[after:])) if piece.text]


def without_tail(address: str) -> str:
    """The full stop after an address is the sentence's; so is a bracket that was opened before the address."""
    end, unopened = len(address), address.count(")") - address.count("(")
    while end and (address[end - 1] in _TAIL or (address[end - 1] == ")" and unopened > 0)):
        unopened -= address[end - 1] == ")"
        end -= 1
    return address[:end]
