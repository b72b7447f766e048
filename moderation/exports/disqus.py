"""The export as XML like Disqus', which most comment systems import.

Disqus has no word for a comment that waits. It is marked as deleted, so that no importer publishes it, and
`isApproved` tells those who know the element, such as ours, what it is. What was rejected is spam or deleted.
"""

from collections.abc import Iterator

from moderation.comment import Comment, Status, Thread
from moderation.exports.contents import Contents, ExportedComment
from moderation.exports.xml_text import cdata, html_paragraphs, number_of, xml_text
from moderation.reasons import Reason

_DATE = "%Y-%m-%dT%H:%M:%SZ"


def disqus(contents: Contents) -> Iterator[str]:
    """The parts of the file: threads first, then posts."""
    forum = xml_text(contents.site.id)
    yield (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">\n'
        f'<category dsq:id="1"><forum>{forum}</forum><title>General</title><isDefault>true</isDefault></category>\n'
    )
    at = contents.at.strftime(_DATE)
    for thread in (each.thread for each in contents.threads):
        yield _thread(thread, forum, at, is_closed=contents.is_closed(thread))
    for each in contents.comments:
        yield _post(each)
    yield "</disqus>\n"


def _thread(thread: Thread, forum: str, at: str, *, is_closed: bool) -> str:
    return (
        f'<thread dsq:id="{number_of(thread.id)}"><id>{xml_text(thread.key)}</id><forum>{forum}</forum>'
        f'<category dsq:id="1"/><link>{xml_text(thread.url or thread.key)}</link>'
        f"<title>{xml_text(thread.title)}</title><message/><createdAt>{at}</createdAt><author><name/><isAnonymous>true</isAnonymous></author>"
        f"<isClosed>{_word(is_closed)}</isClosed><isDeleted>false</isDeleted></thread>\n"
    )


def _post(exported: ExportedComment) -> str:
    comment = exported.comment
    email = f"<email>{xml_text(exported.email.reveal())}</email>" if exported.email else ""
    parent = f'<parent dsq:id="{number_of(comment.parent_id)}"/>' if comment.parent_id else ""
    waits = comment.status is Status.PENDING
    is_gone = waits or (comment.status is Status.REJECTED and not _is_spam(comment))
    held = "<isApproved>false</isApproved>" if waits else ""
    return (
        f'<post dsq:id="{number_of(comment.id)}"><id/><message>{cdata(html_paragraphs(comment.body))}</message>'
        f"<createdAt>{comment.received_at.strftime(_DATE)}</createdAt><isDeleted>{_word(is_gone)}</isDeleted>"
        f"<isSpam>{_word(_is_spam(comment))}</isSpam>{held}<author>{email}<name>{xml_text(comment.name)}</name>"
        "<isAnonymous>true</isAnonymous></author>"
        f'<thread dsq:id="{number_of(comment.thread.id)}"/>{parent}</post>\n'
    )


def _is_spam(comment: Comment) -> bool:
    return comment.status is Status.REJECTED and comment.reason == Reason.SPAM


def _word(is_so: bool) -> str:
    return "true" if is_so else "false"
