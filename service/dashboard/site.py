"""A site's name and origins, how long checks are kept, what links in mails may do; and new sites."""

from collections.abc import Callable

from flask import request
from flask.typing import ResponseReturnValue

from moderation import account_admin, site_admin
from moderation.accounts import Role, Scope
from moderation.erasing.retention import NAMES, checked_retention
from moderation.errors import Invalid, NotFound
from moderation.messages import N_, Message
from moderation.page_problems import PROBLEMS, SHOWN_FOR
from moderation.site import MAX_CHECK_DAYS, Site, checked_check_days, checked_name, checked_site_id
from moderation.store import UnitOfWork
from service.dashboard.blueprint import bp
from service.dashboard.labels import FIELD_NAMES
from service.dashboard.session import actor
from service.dashboard.settings import FOR_OWNERS, check_owner, saved, settings_page
from service.http.errors import Forbidden
from service.http.language import _
from service.resources import resources

SECTION = "show_site"


@bp.get("/sites/<site_id>/settings")
def show_site(site_id: str) -> str:
    """The forms."""
    check_owner(site_id)
    return _page(site_id)


@bp.post("/sites")
def add_site() -> ResponseReturnValue:
    """Add a site, which belongs to whoever adds it. For the owners of any site."""
    owned = actor().sites(Scope.ADMIN)
    if not owned:
        raise Forbidden(FOR_OWNERS)
    try:
        site_id = checked_site_id(request.form.get("site", "").strip())
        name = request.form.get("name", "").strip()
        added = Site(site_id, checked_name(name) if name else site_id)
        resources().store.write(lambda uow: _add(uow, added))
    except Invalid as problem:
        return _page(owned[0], problem), 422
    return saved(SECTION, site_id, "site_added")


@bp.post("/sites/<site_id>/name")
def rename_site(site_id: str) -> ResponseReturnValue:
    """Change the name that people see."""
    check_owner(site_id)
    by_id, at, name = actor().id, resources().now(), request.form.get("name", "")
    return _saved(site_id, lambda uow: site_admin.rename_site(uow, site_id, name, by_id=by_id, at=at))


@bp.post("/sites/<site_id>/origins")
def add_origin(site_id: str) -> ResponseReturnValue:
    """Let the pages of an origin show the form."""
    check_owner(site_id)
    by_id, at, origin = actor().id, resources().now(), request.form.get("origin", "")
    return _saved(site_id, lambda uow: site_admin.add_origins(uow, site_id, (origin,), by_id=by_id, at=at))


@bp.post("/sites/<site_id>/origins/remove")
def remove_origin(site_id: str) -> ResponseReturnValue:
    """Refuse comments from the pages of an origin."""
    check_owner(site_id)
    by_id, at, origin = actor().id, resources().now(), request.form.get("origin", "")
    return _saved(site_id, lambda uow: site_admin.remove_origin(uow, site_id, origin, by_id=by_id, at=at))


@bp.post("/sites/<site_id>/retention")
def keep_checks(site_id: str) -> ResponseReturnValue:
    """Change for how many days the texts of checks are kept."""
    check_owner(site_id)
    by_id, at = actor().id, resources().now()
    try:
        days = _days(request.form.get("days", ""))
        resources().store.write(lambda uow: site_admin.keep_checks(uow, site_id, days, by_id=by_id, at=at))
    except Invalid as problem:
        return _page(site_id, problem), 422
    return saved(SECTION, site_id)


@bp.post("/sites/<site_id>/retention/comments")
def change_retention(site_id: str) -> ResponseReturnValue:
    """Change for how many days comments and what belongs to them are kept."""
    check_owner(site_id)
    by_id, at = actor().id, resources().now()
    try:
        retention = checked_retention({name: _days_or_ever(name) for name in NAMES})
        resources().store.write(lambda uow: site_admin.change_retention(uow, site_id, retention, by_id=by_id, at=at))
    except Invalid as problem:
        return _page(site_id, problem), 422
    return saved(SECTION, site_id)


@bp.post("/sites/<site_id>/mail-links")
def open_mail_links(site_id: str) -> ResponseReturnValue:
    """Choose whether links in mails decide without signing in."""
    check_owner(site_id)
    by_id, at, is_open = actor().id, resources().now(), request.form.get("mail_links") == "open"
    resources().store.write(lambda uow: site_admin.open_mail_links(uow, site_id, is_open=is_open, by_id=by_id, at=at))
    return saved(SECTION, site_id)


@bp.post("/sites/<site_id>/figures")
def choose_figures(site_id: str) -> ResponseReturnValue:
    """Choose whether everybody may read the figures of the site."""
    check_owner(site_id)
    by_id, at, is_shown = actor().id, resources().now(), request.form.get("figures") == "shown"
    return _saved(site_id, lambda uow: site_admin.show_figures(uow, site_id, is_shown=is_shown, by_id=by_id, at=at))


def _saved(site_id: str, change: Callable[[UnitOfWork], object]) -> ResponseReturnValue:
    """Make a change, and go back to the page; it comes back with what is wrong."""
    try:
        resources().store.write(change)
    except Invalid as problem:
        return _page(site_id, problem), 422
    resources().sites.forget(site_id)
    return saved(SECTION, site_id)


def _page(site_id: str, problem: Invalid | None = None) -> str:
    with resources().store.read() as uow:
        links_are_open = uow.mailboxes.decides_without_sign_in(site_id)
        retention = uow.retention.get(site_id)
        problems = uow.page_problems.since(site_id, at=resources().now() - SHOWN_FOR)
    return settings_page(
        SECTION,
        site_id,
        problem=problem,
        links_are_open=links_are_open,
        page_problems=[(each, *map(_, PROBLEMS[each.field])) for each in problems],
        max_check_days=MAX_CHECK_DAYS,
        kept=[(name, _(FIELD_NAMES[name]), getattr(retention, name)) for name in NAMES],
    )


def _add(uow: UnitOfWork, site: Site) -> None:
    by, at = actor(), resources().now()
    try:
        uow.sites.get(site.id)
    except NotFound:
        site_admin.add_site(uow, site, by_id=by.id, at=at)
        account_admin.grant_role(uow, by.name, Role.OWNER, site.id, by_id=by.id, at=at)
    else:
        raise Invalid("site", Message(N_("there is a site with this id already; choose another one.")))


def _days_or_ever(name: str) -> int | None:
    """The days of a field; None for an empty one, which is for ever."""
    text = request.form.get(name, "").strip()
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1


def _days(text: str) -> int:
    return checked_check_days(int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1)
