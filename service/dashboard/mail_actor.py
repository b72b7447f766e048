"""Who decides by a link in a mail: whoever is signed in, else the moderator that the link was made for, if the site
lets them do it without signing in."""

from flask import request

from moderation.accounts import Actor, Scope
from moderation.errors import NotFound
from moderation.mail.links import DecisionLink, read_decision_token
from moderation.store import UnitOfWork
from service.resources import resources

BY_LINK = frozenset({"dashboard.show_mail_decision", "dashboard.decide_by_mail"})


def link_in_url() -> DecisionLink | None:
    """What the link says; None for one that is not ours or has expired."""
    token = str((request.view_args or {}).get("token", ""))
    return read_decision_token(resources().store.sealer, token, at=resources().now())


def actor_by_link() -> Actor | None:
    """The moderator whose link this request follows, where nobody has to sign in for it."""
    link = link_in_url() if request.endpoint in BY_LINK else None
    if link is None:
        return None
    with resources().store.read() as uow:
        return _moderator_of(uow, link)


def _moderator_of(uow: UnitOfWork, link: DecisionLink) -> Actor | None:
    try:
        site_id = uow.comments.get(link.comment_id).site_id
    except NotFound:
        return None
    if not uow.mailboxes.decides_without_sign_in(site_id):
        return None
    for each in uow.accounts.moderators():
        if each.id == link.moderator_id and each.disabled_at is None and site_id in each.roles:
            actor = Actor(each.id, each.name, {site_id: each.roles[site_id].scope})
            return actor if actor.may(site_id, Scope.MODERATE) else None
    return None
