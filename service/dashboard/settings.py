"""The settings of a site, for its owners: what the pages of all sections share.

To add a section: a module with its views beside this one, its row in SECTIONS, and a template that extends
`dashboard/settings.html`.
"""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.accounts import Scope
from moderation.errors import Invalid, NotFound
from moderation.messages import N_, Message
from service.dashboard.blueprint import bp
from service.dashboard.labels import problem_sentence
from service.dashboard.session import actor
from service.http.errors import Forbidden
from service.http.language import _
from service.resources import resources

SECTIONS = {
    "show_site": N_("Site"),
    "show_policy": N_("Policy"),
    "show_automation": N_("Automation"),
    "show_form": N_("Form"),
    "show_keys": N_("Keys"),
    "show_webhooks": N_("Webhooks"),
    "show_moderators": N_("Moderators"),
    "show_imports": N_("Import, export"),
}
"""The view of each section, in the order in which they are shown, and what it is called."""

SAID = {
    "saved": N_("Saved."),
    "site_added": N_("The site is added, and you are its owner. Add the origin of its pages next."),
    "policy": N_("The policy is saved. It applies from the next score on; earlier decisions stay."),
    "automation": N_("Saved. It applies from the next score on; nothing is done without a proof."),
    "given_back": N_("Everything is given back: moderators decide all comments from now on."),
    "uploaded": N_("The file is here and is tried now; nothing changes until you import it."),
    "import_begun": N_("The file is being imported."),
    "import_cancelled": N_("Nothing more is read of the file. What was imported stays."),
    "import_forgotten": N_("The file and its report are deleted."),
    "revoked": N_("The key is revoked. Whoever used it is refused from now on."),
    "tested": N_("A test event was queued; it appears among the deliveries."),
    "enabled": N_("The endpoint is enabled. Deliveries that failed in the meantime can be sent again below."),
    "replayed": N_("The event was queued again, with the same id."),
    "endpoint_removed": N_("The endpoint is removed. What was waiting for it is not sent any more."),
    "invited": N_("The moderator is added, and a sign-in link is on its way to them by mail."),
    "role": N_("The role is changed; it applies from the next page that they open."),
    "removed": N_("They have no role on this site any more. Their decisions stay."),
    "reset": N_(
        "Their second factor and passkeys are removed, and they are signed out. They sign in without a code now."
    ),
    "disable": N_("The account is disabled: signed out everywhere, and no sign-in. Their decisions stay."),
    "enable": N_("The account is enabled again, with the roles that it had."),
}
"""What a page says after a form, by the word in its address: a link cannot make it say anything else."""

FOR_OWNERS = Message(N_("Settings are for the owners of a site. Ask one of them to make you an owner too."))


@bp.get("/settings")
def show_first_settings() -> ResponseReturnValue:
    """To the settings of the first site that the moderator owns."""
    owned = actor().sites(Scope.ADMIN)
    if not owned:
        raise Forbidden(FOR_OWNERS)
    return redirect(url_for("dashboard.show_site", site_id=owned[0]), code=303)


def check_owner(site_id: str) -> None:
    """Refuse everybody but the owners of the site. To whom it is closed altogether it is unknown."""
    if not actor().may(site_id, Scope.READ):
        raise NotFound("site", site_id)
    if not actor().may(site_id, Scope.ADMIN):
        raise Forbidden(FOR_OWNERS)


def settings_page(section: str, site_id: str, *, problem: Invalid | None = None, **values: Any) -> str:
    """The page of a section. problem: what was wrong with the form that was just sent; its fields are kept."""
    with resources().store.read() as uow:
        sites = uow.sites.all(actor().sites(Scope.ADMIN))
    return render_template(
        f"dashboard/settings_{section.removeprefix('show_')}.html",
        section=section,
        sections={view: _(name) for view, name in SECTIONS.items()},
        site=next(each for each in sites if each.id == site_id),
        sites=sites,
        said=_(SAID[said]) if (said := request.args.get("said", "")) in SAID else "",
        problem=problem_sentence(problem.field, problem.problem) if problem else "",
        given=request.form if problem else {},
        **values,
    )


def saved(section: str, site_id: str, said: str = "saved", channel: str | None = None) -> ResponseReturnValue:
    """Back to the section after a form, with what it says then."""
    return redirect(url_for(f"dashboard.{section}", site_id=site_id, said=said, channel=channel), code=303)
