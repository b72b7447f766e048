"""What each kind of mail to a moderator says; those to authors are in reader_letters.py.

It is written when it is sent, from what is in the database then.

A delivery therefore holds ids only: nothing of a person waits in the outbox, comments decided meanwhile are left out,
and links are as fresh as the mail.
"""

from collections.abc import Callable
from datetime import datetime

from moderation.actions import Action
from moderation.automation import Pause
from moderation.comment import Comment, Status
from moderation.errors import NotFound
from moderation.mail import reader_letters
from moderation.mail.compose import Block, Letter, Links, Paragraph, Quote
from moderation.mail.links import DECISION_LIFETIME, DecisionLink, decision_token, stop_token
from moderation.mail.notify import doubt
from moderation.mail.request import Request
from moderation.sign_ins import LINK_LIFETIME, NEW_PASSWORD_LIFETIME, new_password_link, sign_in_link
from moderation.store import UnitOfWork

HELD, DIGEST, PAUSED = "comment.held", "comments.digest", "automation.paused"
SIGN_IN, NEW_PASSWORD = "moderator.sign_in", "moderator.new_password"
"""The kinds, as they are written in `deliveries.type`."""


MOST_SHOWN = 10
"""How many comments a digest shows; the others are counted."""


def letter_of(uow: UnitOfWork, request: Request) -> Letter | None:
    """The mail; None when there is nothing to tell any more."""
    return _WRITERS[request.payload["kind"]](uow, request)


def _held(uow: UnitOfWork, request: Request) -> Letter | None:
    try:
        comment = uow.comments.get(request.payload["comment"])
    except NotFound:
        return None
    if comment.status is not Status.PENDING:
        return None
    site = uow.sites.get(comment.site_id)
    title = comment.thread.title or comment.thread.key
    return Letter(
        subject=f"[{site.name}] A comment waits: {title}",
        blocks=[
            Paragraph(f"A comment on {site.name} waits for a moderator."),
            *_card(uow, request, comment),
            _ending(uow, request),
        ],
        conversation=comment.thread.id,
        unsubscribe=_stop_url(uow, request),
    )


def _digest(uow: UnitOfWork, request: Request) -> Letter | None:
    site = uow.sites.get(request.recipient.site_id)
    since, until = (datetime.fromisoformat(request.payload[each]) for each in ("since", "until"))
    news = uow.news.counts(site.id, since=since, until=until)
    if not news.pending:
        return None
    ids = uow.news.newest_waiting(site.id, since=since, until=until)
    chosen = [id for id, *scores in sorted(ids, key=lambda row: -doubt(row[1], row[2]))[:MOST_SHOWN]]
    found = {comment.id: comment for comment in uow.comments.get_many(chosen)}
    shown = [found[id] for id in chosen if id in found]
    rest = news.pending - len(shown)
    return Letter(
        subject=f"[{site.name}] New comments that wait: {news.pending}",
        blocks=[
            Paragraph(
                f"New on {site.name} since {since:%Y-%m-%d %H:%M} UTC: waiting {news.pending}, "
                f"approved {news.approved}, rejected {news.rejected}. In all, {news.waiting} wait. "
                "The doubtful ones come first."
            ),
            *(block for comment in shown for block in _card(uow, request, comment)),
            *([Paragraph(f"{rest} more wait in the dashboard.")] if rest > 0 else []),
            Links((("Open the comments that wait", f"{request.url}/dashboard/?site={site.id}"),)),
            _ending(uow, request),
        ],
        conversation=f"digest-{request.recipient.mailbox_id}",
        unsubscribe=_stop_url(uow, request),
    )


def _sign_in(uow: UnitOfWork, request: Request) -> Letter:
    """The link is made here, so that the outbox never holds one that works."""
    link = sign_in_link(uow, request.recipient.moderator_id, request.url, at=request.at)
    hours = LINK_LIFETIME.total_seconds() / 3600
    return Letter(
        subject="Your link to sign in to Rejoinder",
        blocks=[
            Paragraph(f"Hello {request.recipient.name},"),
            Paragraph(f"this link signs you in at {request.url} once, within {hours:.0f} hours:"),
            Links((("Sign in", link),)),
            Paragraph("If you did not ask for it, you need not do anything: the link was sent to nobody but you."),
        ],
    )


def _new_password(uow: UnitOfWork, request: Request) -> Letter:
    """The link is made here too."""
    link = new_password_link(uow, request.recipient.moderator_id, request.url, at=request.at)
    minutes = NEW_PASSWORD_LIFETIME.total_seconds() / 60
    return Letter(
        subject="Your link to set a new password for Rejoinder",
        blocks=[
            Paragraph(f"Hello {request.recipient.name},"),
            Paragraph(f"this link sets a new password at {request.url} once, within {minutes:.0f} minutes:"),
            Links((("Set a new password", link),)),
            Paragraph("If you did not ask for it, you need not do anything: your password stays as it is."),
        ],
    )


_WHY_PAUSED = {
    Pause.ERRORS: "Moderators decided far more often against it than the site's budget allows.",
    Pause.SPOT_CHECKS: "Too many spot checks were not decided within two weeks, so nobody would notice errors.",
    Pause.OWNER: "An owner of the site gave everything back to moderators.",
}


def _paused(uow: UnitOfWork, request: Request) -> Letter:
    site = uow.sites.get(request.recipient.site_id)
    return Letter(
        subject=f"[{site.name}] Rejoinder decides nothing alone any more",
        blocks=[
            Paragraph(
                f"On {site.name}, all comments go to moderators again. {_WHY_PAUSED[Pause(request.payload['why'])]}"
            ),
            Paragraph("It stays so until an owner of the site switches automation on again."),
            Links((("See why, and what is proven", f"{request.url}/dashboard/sites/{site.id}/automation"),)),
            _ending(uow, request),
        ],
        conversation=f"automation-{request.recipient.mailbox_id}",
        unsubscribe=_stop_url(uow, request),
    )


def _card(uow: UnitOfWork, request: Request, comment: Comment) -> list[Block]:
    """A comment with what can be done about it."""
    name, title = comment.name or "Somebody without a name", comment.thread.title or comment.thread.key
    scores = "not scored" if comment.spam is None else f"spam {comment.spam:.2f}, abuse {comment.abuse or 0:.2f}"
    return [
        Quote(f"{name} on “{title}” ({scores})", comment.body),
        Links(
            (
                ("Approve", _decision_url(uow, request, comment, Action.APPROVE)),
                ("Reject", _decision_url(uow, request, comment, Action.REJECT)),
                ("Open it in the dashboard", f"{request.url}/dashboard/comments/{comment.id}"),
            )
        ),
    ]


def _decision_url(uow: UnitOfWork, request: Request, comment: Comment, action: Action) -> str:
    until = request.at + DECISION_LIFETIME
    link = DecisionLink(request.recipient.moderator_id, action, comment.id, comment.revision, until)
    return f"{request.url}/dashboard/mail/decide/{decision_token(uow.sealer, link)}"


def _ending(uow: UnitOfWork, request: Request) -> Links:
    return Links(
        (
            ("Choose when you are notified", f"{request.url}/dashboard/notifications"),
            ("Stop these mails", _stop_url(uow, request)),
        ),
        is_quiet=True,
    )


def _stop_url(uow: UnitOfWork, request: Request) -> str:
    return f"{request.url}/dashboard/mail/stop/{stop_token(uow.sealer, request.recipient.mailbox_id)}"


_WRITERS: dict[str, Callable[[UnitOfWork, Request], Letter | None]] = {
    HELD: _held,
    DIGEST: _digest,
    SIGN_IN: _sign_in,
    NEW_PASSWORD: _new_password,
    PAUSED: _paused,
    **reader_letters.WRITERS,
}
