"""A page of a thread as Markdown for a static site generator: comments are text, whatever they contain.

Every mark that means something to some dialect of Markdown, to front matter or to a template language is written as
a numeric entity, which all of them leave alone. Web addresses are therefore text, not links: Markdown has no way to
say `rel="ugc nofollow"`.
"""

import re

from moderation.comment import PublicComment
from service.formats.plain import plain
from service.formats.text import paragraphs
from service.formats.thread_page import ThreadPage
from service.http.dates import long_date
from service.http.language import _

MAX_DEPTH = 4
"""Replies further down are quoted no further."""

_MARKS = re.compile(r"[!-&(-+\--/:<->@\[-`{-~]")
"""All of ASCII's punctuation except what means nothing anywhere: comma, apostrophe, semicolon, question mark."""

_BLANKS = re.compile(r"[\s\x85\u2028\u2029]+")


def markdown(page: ThreadPage) -> str:
    """The comments, each with its author and date; replies are quoted. "" when there are none."""
    return "\n".join(_comment(comment, page) for comment in page.comments)


def _comment(comment: PublicComment, page: ThreadPage) -> str:
    blocks = [f"**{_text(comment.name)}** · {_text(long_date(comment.at))}"]
    if comment.is_withdrawn:
        blocks = [_text(_("This comment was withdrawn by its author."))]
    if comment.parent in page.names:
        blocks.append(_text(_("In reply to %(name)s", name=page.names[comment.parent])))
    for paragraph in paragraphs(comment.body):
        blocks.append("  \n".join(_text("".join(piece.text for piece in line)) for line in paragraph))
    quote = "> " * min(comment.depth, MAX_DEPTH)
    lines = "\n\n".join(blocks).split("\n")
    return "".join(f"{quote}{line}".rstrip(" ") + ("  " * line.endswith("  ")) + "\n" for line in lines)


def _text(text: str) -> str:
    """The text on one line, as text. No blanks at its ends, so that it never becomes a block of code."""
    line = _BLANKS.sub(" ", plain(text)).strip()
    return _MARKS.sub(lambda mark: f"&#{ord(mark[0])};", line)
