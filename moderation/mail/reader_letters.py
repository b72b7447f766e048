"""What each kind of mail to an author says, in the language of the form that they filled in.

It is written when it is sent: nothing is sent about what is not published any more by then, or not followed.
"""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote, urlencode

from moderation.comment import Comment, Status
from moderation.errors import NotFound
from moderation.mail.compose import Letter, Links, Paragraph, Quote
from moderation.mail.links import confirm_token, unfollow_token
from moderation.mail.request import Request
from moderation.messages import catalogue
from moderation.store import UnitOfWork

CONFIRM, PUBLISHED, REPLY, DATA = "author.confirm", "author.published", "author.reply", "author.data"
"""The kinds, as they are written in `deliveries.type`."""

DATA_LIFETIME = timedelta(hours=24)


def _confirm(uow: UnitOfWork, request: Request) -> Letter:
    _, site = catalogue(request.recipient.language).gettext, uow.sites.get(request.recipient.site_id)
    link = f"{request.url}/mail/confirm/{confirm_token(uow.sealer, request.recipient.mailbox_id)}"
    asked = _(
        "Somebody, probably you, asked to be told by email about a comment on %(site)s. To get these mails, confirm:"
    )
    return Letter(
        subject=f"[{site.name}] " + _("Please confirm your email address"),
        blocks=[
            Paragraph(asked % {"site": site.name}),
            Links(((_("Confirm"), _in_language(link, request)),)),
            Paragraph(_("If it was not you, do nothing: nothing else will be sent to this address.")),
        ],
        language=request.recipient.language,
    )


def _published(uow: UnitOfWork, request: Request) -> Letter | None:
    comment = _public(uow, request.payload["comment"])
    if comment is None:
        return None
    _ = catalogue(request.recipient.language).gettext
    return _about(uow, request, comment, _("Your comment is published"))


def _reply(uow: UnitOfWork, request: Request) -> Letter | None:
    reply, own = _public(uow, request.payload["comment"]), _any(uow, request.payload["about"])
    if reply is None or own is None or not uow.readers.follows_thread(request.recipient.mailbox_id, reply.thread.id):
        return None
    said = catalogue(request.recipient.language).gettext("%(name)s replied to your comment")
    return _about(uow, request, reply, said % {"name": reply.name})


def _data(uow: UnitOfWork, request: Request) -> Letter:
    """The link is made here, so that the outbox never holds one that works."""
    _ = catalogue(request.recipient.language).gettext
    token = uow.readers.issue_link(request.recipient.mailbox_id, lifetime=DATA_LIFETIME, at=request.at)
    return Letter(
        subject=_("Your link to your comments"),
        blocks=[
            Paragraph(
                _("This link shows all comments that were written here with your address. It works for 24 hours:")
            ),
            Links(((_("Show my comments"), _in_language(f"{request.url}/my-data/{token}", request)),)),
            Paragraph(_("If it was not you, do nothing: nothing else will be sent to this address.")),
        ],
        language=request.recipient.language,
    )


def _about(uow: UnitOfWork, request: Request, comment: Comment, said: str) -> Letter:
    """A mail about a published comment."""
    _, site = catalogue(request.recipient.language).gettext, uow.sites.get(comment.site_id)
    thread, mailbox_id = comment.thread, request.recipient.mailbox_id
    stop = f"{request.url}/mail/unfollow/{unfollow_token(uow.sealer, mailbox_id, thread.id)}"
    return Letter(
        subject=f"[{site.name}] {said}",
        blocks=[
            Paragraph(f"{said}: {thread.title or thread.key}"),
            Quote(comment.name, comment.body),
            Links(((_("Read it on the page"), _page_url(request, comment)),)),
            Links(((_("Stop these mails"), _in_language(stop, request)),), is_quiet=True),
        ],
        conversation=thread.id,
        unsubscribe=stop,
        language=request.recipient.language,
    )


def _page_url(request: Request, comment: Comment) -> str:
    """The site's own page, or ours where its address is not known."""
    thread = comment.thread
    if thread.url.startswith(("https://", "http://")):
        return thread.url.partition("#")[0] + f"#comment-{comment.id}"
    query = urlencode({"thread": thread.key, "title": thread.title}, quote_via=quote)
    return f"{request.url}/sites/{comment.site_id}/form?{query}"


def _in_language(url: str, request: Request) -> str:
    return f"{url}?lang={request.recipient.language}"


def _public(uow: UnitOfWork, comment_id: str) -> Comment | None:
    comment = _any(uow, comment_id)
    return comment if comment is not None and comment.status is Status.APPROVED else None


def _any(uow: UnitOfWork, comment_id: str) -> Comment | None:
    try:
        return uow.comments.get(comment_id)
    except NotFound:
        return None


WRITERS: dict[str, Callable[[UnitOfWork, Request], Letter | None]] = {
    CONFIRM: _confirm,
    PUBLISHED: _published,
    REPLY: _reply,
    DATA: _data,
}
