"""Text and numbers for the XML formats of other systems."""

import re
from xml.sax.saxutils import escape

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def xml_text(text: str) -> str:
    """Text between tags."""
    return escape(_FORBIDDEN.sub("", text))


def cdata(text: str) -> str:
    """Text that is kept from the parser; a "]]>" in it is cut in two."""
    return f"<![CDATA[{_FORBIDDEN.sub('', text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def html_lines(text: str) -> str:
    """Plain text as HTML for systems that add the paragraphs themselves."""
    return escape(text)


def html_paragraphs(text: str) -> str:
    """Plain text as HTML with its paragraphs and lines."""
    paragraphs = [part.strip("\n") for part in re.split(r"\n{2,}", escape(text))]
    return "".join("<p>" + part.replace("\n", "<br>") + "</p>" for part in paragraphs)


def number_of(id: str) -> int:
    """A number for an id of ours, always the same, that JavaScript can hold too: 52 of its random bits."""
    return int(id[-13:], 16)
