"""The export as WXR 1.2, which WordPress' importer and most converters read.

An item per thread with its comments. Spam is "spam", and what was rejected for another reason is "trash"; scores and
decisions have no place in it.
"""

from collections.abc import Iterator

from moderation.comment import Comment, Status, Thread
from moderation.exports.contents import Contents, ExportedComment
from moderation.exports.xml_text import cdata, html_lines, number_of, xml_text
from moderation.reasons import Reason

_DATE = "%Y-%m-%d %H:%M:%S"


def wxr(contents: Contents) -> Iterator[str]:
    """The parts of the file."""
    site = contents.site
    origin = xml_text(site.origins[0] if site.origins else "")
    yield (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"\n'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f"<channel>\n<title>{xml_text(site.name)}</title>\n<link>{origin}</link>\n"
        "<wp:wxr_version>1.2</wp:wxr_version>\n"
        f"<wp:base_site_url>{origin}</wp:base_site_url>\n<wp:base_blog_url>{origin}</wp:base_blog_url>\n"
    )
    for thread in (each.thread for each in contents.threads):
        yield _begin_item(thread, origin, is_closed=contents.is_closed(thread))
        for each in contents.in_thread(thread.id):
            yield _comment(each)
        yield "</item>\n"
    yield "</channel>\n</rss>\n"


def _begin_item(thread: Thread, origin: str, *, is_closed: bool) -> str:
    status = "closed" if is_closed else "open"
    link = xml_text(thread.url) or (f"{origin}{xml_text(thread.key)}" if thread.key.startswith("/") else "")
    return (
        f"<item>\n<title>{xml_text(thread.title)}</title>\n<link>{link}</link>\n"
        f'<guid isPermaLink="false">{xml_text(thread.key)}</guid>\n<wp:post_id>{number_of(thread.id)}</wp:post_id>\n'
        f"<wp:comment_status>{status}</wp:comment_status>\n<wp:status>publish</wp:status>\n"
        "<wp:post_type>post</wp:post_type>\n<wp:post_password></wp:post_password>\n"
    )


def _comment(exported: ExportedComment) -> str:
    comment = exported.comment
    email = xml_text(exported.email.reveal()) if exported.email else ""
    at = comment.received_at.strftime(_DATE)
    return (
        f"<wp:comment>\n<wp:comment_id>{number_of(comment.id)}</wp:comment_id>\n"
        f"<wp:comment_author>{cdata(comment.name)}</wp:comment_author>\n"
        f"<wp:comment_author_email>{email}</wp:comment_author_email>\n"
        f"<wp:comment_author_url>{xml_text(comment.website)}</wp:comment_author_url>\n"
        f"<wp:comment_author_IP>{xml_text(comment.masked_address.partition('/')[0])}</wp:comment_author_IP>\n"
        f"<wp:comment_date>{at}</wp:comment_date>\n<wp:comment_date_gmt>{at}</wp:comment_date_gmt>\n"
        f"<wp:comment_content>{cdata(html_lines(comment.body))}</wp:comment_content>\n"
        f"<wp:comment_approved>{_approved(comment)}</wp:comment_approved>\n<wp:comment_type>comment</wp:comment_type>\n"
        f"<wp:comment_parent>{number_of(comment.parent_id) if comment.parent_id else 0}</wp:comment_parent>\n"
        "<wp:comment_user_id>0</wp:comment_user_id>\n</wp:comment>\n"
    )


def _approved(comment: Comment) -> str:
    if comment.status is Status.REJECTED:
        return "spam" if comment.reason == Reason.SPAM else "trash"
    return "1" if comment.status is Status.APPROVED else "0"
