"""The moderators of a site: invite them, change their roles, make sign-in links, disable and enable them."""

from collections.abc import Callable
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from moderation import moderators
from moderation.accounts import Role
from moderation.errors import Invalid
from moderation.mail.addresses import checked_email
from moderation.messages import N_, Message
from moderation.sign_ins import LINK_LIFETIME
from moderation.store import UnitOfWork
from service.dashboard.blueprint import bp
from service.dashboard.session import actor
from service.dashboard.settings import check_owner, saved, settings_page
from service.http.language import _
from service.resources import resources

SECTION = "show_moderators"

ROLES = {
    Role.VIEWER: N_("Viewer: reads"),
    Role.MODERATOR: N_("Moderator: reads and decides"),
    Role.OWNER: N_("Owner: all of that, and the settings"),
}


@bp.get("/sites/<site_id>/moderators")
def show_moderators(site_id: str) -> str:
    """Who has a role on the site."""
    check_owner(site_id)
    return _page(site_id)


@bp.post("/sites/<site_id>/moderators")
def invite(site_id: str) -> ResponseReturnValue:
    """Add a moderator. Their one-time link is on this page, or in a mail to them."""
    check_owner(site_id)
    name = request.form.get("name", "").strip()
    try:
        role, email = _role(), _email()
        invited = resources().store.write(
            lambda uow: moderators.invite(
                uow,
                name,
                role,
                (site_id,),
                public_url=resources().settings.public_url,
                email=email,
                by_id=actor().id,
                at=resources().now(),
            )
        )
    except Invalid as problem:
        return _page(site_id, problem), 422
    if not invited.link:
        resources().dispatch.ring("delivery")
        return saved(SECTION, site_id, "invited")
    return _page(site_id, link=invited.link, link_of=name), 201


@bp.post("/sites/<site_id>/moderators/known")
def admit(site_id: str) -> ResponseReturnValue:
    """Give a moderator of another site a role on this one."""
    name = request.form.get("name", "").strip()
    return _done(site_id, "role", lambda uow, **when: moderators.admit(uow, actor(), site_id, name, _role(), **when))


@bp.post("/sites/<site_id>/moderators/<moderator_id>/role")
def change_role(site_id: str, moderator_id: str) -> ResponseReturnValue:
    """Give them another role on this site."""
    return _done(
        site_id,
        "role",
        lambda uow, **when: moderators.change_role(uow, actor(), site_id, moderator_id, _role(), **when),
    )


@bp.post("/sites/<site_id>/moderators/<moderator_id>/remove")
def remove_moderator(site_id: str, moderator_id: str) -> ResponseReturnValue:
    """Take their role on this site away."""
    return _done(
        site_id, "removed", lambda uow, **when: moderators.remove(uow, actor(), site_id, moderator_id, **when)
    )


@bp.post("/sites/<site_id>/moderators/<moderator_id>/disable")
def disable(site_id: str, moderator_id: str) -> ResponseReturnValue:
    """Sign them out everywhere and refuse new sign-ins."""
    return _done(
        site_id, "disable", lambda uow, **when: moderators.disable(uow, actor(), site_id, moderator_id, **when)
    )


@bp.post("/sites/<site_id>/moderators/<moderator_id>/enable")
def enable(site_id: str, moderator_id: str) -> ResponseReturnValue:
    """Let them sign in again."""
    return _done(
        site_id, "enable", lambda uow, **when: moderators.enable(uow, actor(), site_id, moderator_id, **when)
    )


@bp.post("/sites/<site_id>/moderators/<moderator_id>/second-factor/reset")
def reset_second_factor(site_id: str, moderator_id: str) -> ResponseReturnValue:
    """Remove the second factor and the passkeys of somebody who lost them."""
    return _done(
        site_id,
        "reset",
        lambda uow, **when: moderators.reset_second_factor(uow, actor(), site_id, moderator_id, **when),
    )


@bp.post("/sites/<site_id>/moderators/<moderator_id>/link")
def make_link(site_id: str, moderator_id: str) -> ResponseReturnValue:
    """Make a one-time sign-in link for somebody who cannot sign in."""
    check_owner(site_id)
    url, at = resources().settings.public_url, resources().now()
    try:
        found, link = resources().store.write(
            lambda uow: moderators.link_for(uow, actor(), site_id, moderator_id, url, at=at)
        )
    except Invalid as problem:
        return _page(site_id, problem), 422
    return _page(site_id, link=link, link_of=found.name), 201


def _done(site_id: str, said: str, work: Callable[..., object]) -> ResponseReturnValue:
    check_owner(site_id)
    at = resources().now()
    try:
        resources().store.write(lambda uow: work(uow, at=at))
    except Invalid as problem:
        return _page(site_id, problem), 422
    return saved(SECTION, site_id, said)


def _page(site_id: str, problem: Invalid | None = None, *, link: str = "", link_of: str = "") -> str:
    with resources().store.read() as uow:
        rows = _rows(uow, site_id)
    return settings_page(
        SECTION,
        site_id,
        problem=problem,
        rows=rows,
        roles={role.value: _(words) for role, words in ROLES.items()},
        has_mail=resources().settings.smtp is not None,
        link=link,
        link_of=link_of,
        link_hours=LINK_LIFETIME.total_seconds() / 3600,
    )


def _rows(uow: UnitOfWork, site_id: str) -> list[dict[str, Any]]:
    """Everybody with a role on the site: owners first, then by name; disabled ones last."""
    here = [each for each in uow.accounts.moderators() if site_id in each.roles]
    with_code, with_passkey = uow.second_factors.all_on(), uow.passkeys.owners()
    order = list(reversed(Role))
    here.sort(key=lambda each: (each.disabled_at is not None, order.index(each.roles[site_id]), each.name))
    return [
        {
            "id": each.id,
            "name": each.name,
            "role": each.roles[site_id].value,
            "is_me": each.id == actor().id,
            "is_governed": actor().governs(each),
            "disabled_at": each.disabled_at,
            "has_password": bool(each.password_hash),
            "has_second_factor": each.id in with_code,
            "has_passkey": each.id in with_passkey,
            "address": uow.mailboxes.masked_email_of(each.id),
            "elsewhere": len(each.roles) - 1,
        }
        for each in here
    ]


def _role() -> Role:
    role = request.form.get("role", "")
    if role not in set(Role):
        raise Invalid("role", Message(N_("choose one of the answers in the list.")))
    return Role(role)


def _email() -> Any:
    """The address that the invitation goes to; None without one, and where no mail is sent."""
    text = request.form.get("email", "").strip()
    return checked_email(text) if text and resources().settings.smtp is not None else None
