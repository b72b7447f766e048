"""A page of a thread as a piece of HTML, for a build or a server that puts it into a page of the site."""

from collections.abc import Callable

from flask import render_template

from service.formats.thread_page import ThreadPage

_BRACES = str.maketrans({"{": "&#123;", "}": "&#125;"})
"""Template languages (Liquid, Nunjucks, Jinja, Go, MDX) run what stands in braces; the file may pass through one."""


def html(page: ThreadPage, reply_url: Callable[[str], str] | None, report_url: Callable[[str], str]) -> str:
    """The comments as the form's page shows them.

    reply_url, report_url: from a comment's id to where it is answered, None for nowhere, and where it is reported.
    """
    written: str = render_template("embed/comments.html", page=page, reply_url=reply_url, report_url=report_url)
    return written.translate(_BRACES).strip() + "\n"
