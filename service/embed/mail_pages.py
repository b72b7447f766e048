"""What links in mails to authors lead to: a page with a button. A GET changes nothing: programs fetch links."""

from flask import Response

from moderation.errors import NotFound
from moderation.mail.links import read_confirm_token, read_unfollow_token
from moderation.mail.notify import Recipient
from moderation.site import Site
from service.embed.private_page import private_page
from service.embed.views import bp
from service.resources import resources


@bp.get("/mail/confirm/<token>")
def show_confirm(token: str) -> Response:
    """A button that confirms the address."""
    return private_page("confirm.html", site=_site(_to_confirm(token)), is_done=False)


@bp.post("/mail/confirm/<token>")
def confirm_address(token: str) -> Response:
    """From now on the author gets the mails that they asked for."""
    recipient, at = _to_confirm(token), resources().now()
    resources().store.write(lambda uow: uow.readers.confirm(recipient.mailbox_id, at=at))
    return private_page("confirm.html", site=_site(recipient), is_done=True)


@bp.get("/mail/unfollow/<token>")
def show_unfollow(token: str) -> Response:
    """Buttons that end mails about one page, or all of the site."""
    recipient, _ = _followed(token)
    return private_page("unfollow.html", site=_site(recipient), is_done=False)


@bp.post("/mail/unfollow/<token>")
def unfollow_thread(token: str) -> Response:
    """End mails about this page. Mail programs post here by themselves (RFC 8058)."""
    recipient, thread_id = _followed(token)
    resources().store.write(lambda uow: uow.readers.stop_thread(recipient.mailbox_id, thread_id))
    return private_page("unfollow.html", site=_site(recipient), is_done=True)


@bp.post("/mail/unfollow/<token>/all")
def unfollow_all(token: str) -> Response:
    """End all mails of the site, and forget the address."""
    recipient, _ = _followed(token)
    site, at = _site(recipient), resources().now()
    resources().store.write(lambda uow: uow.readers.forget(recipient.mailbox_id, at=at))
    return private_page("unfollow.html", site=site, is_done=True)


def _to_confirm(token: str) -> Recipient:
    return _recipient(read_confirm_token(resources().store.sealer, token))


def _followed(token: str) -> tuple[Recipient, str]:
    mailbox_id, thread_id = read_unfollow_token(resources().store.sealer, token) or ("", "")
    return _recipient(mailbox_id), thread_id


def _recipient(mailbox_id: str | None) -> Recipient:
    """Raises NotFound for a link that is not ours, and when the mailbox is gone."""
    with resources().store.read() as uow:
        found = uow.readers.recipients([mailbox_id]) if mailbox_id else {}
    if not mailbox_id or mailbox_id not in found:
        raise NotFound("page")
    return found[mailbox_id]


def _site(recipient: Recipient) -> Site:
    return resources().sites.get(recipient.site_id)
