"""The form of a site: the lines that a page needs for it, with the options that an owner chooses; and switches."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from moderation import site_admin
from moderation.form_switches import NAMES, FormSwitches
from moderation.messages import N_, languages
from service.dashboard.blueprint import bp
from service.dashboard.session import actor
from service.dashboard.settings import check_owner, saved, settings_page
from service.http.language import _
from service.resources import resources
from service.submissions.submit import asks_for_proof

SECTION = "show_form"
HEADINGS = range(1, 7)
SWITCHES = {
    "markdown": N_("Authors may write Markdown: emphasis, code, quotes, lists and links, with a preview."),
    "kinder": N_("Ask an author once to put it more kindly, before a text is posted that scores as abusive."),
    "proof": N_(
        "While the site is under a flood, have each browser solve a small puzzle before it posts, and hold comments "
        "that come without."
    ),
}
"""What each switch of `moderation/form_switches.py` does, in words."""


@bp.get("/sites/<site_id>/form")
def show_form(site_id: str) -> str:
    """The lines to paste. The choices are in the address, so that it can be kept."""
    check_owner(site_id)
    language, heading = request.args.get("lang", ""), request.args.get("heading", "")
    choices = {
        "data-lang": language if language in languages() else "",
        "data-heading": heading if heading in {str(level) for level in HEADINGS} else "",
        "data-css": "none" if request.args.get("css") == "none" else "",
    }
    base = resources().settings.public_url
    attributes = "".join(f' {name}="{value}"' for name, value in {"data-site": site_id, **choices}.items() if value)
    return settings_page(
        SECTION,
        site_id,
        choices=choices,
        languages=languages(),
        headings=[str(level) for level in HEADINGS],
        script=f'<script src="{base}/embed.js" defer{attributes}></script>',
        link=f'<a href="{base}/sites/{site_id}/form?thread=/the-page">Leave a Reply</a>',
        asks_for_proof=asks_for_proof(resources(), resources().sites.get(site_id)),
        switches=[(name, _(SWITCHES[name])) for name in NAMES],
        preview=url_for("embed.plain_form", site_id=site_id, thread="/a-page-to-try"),
    )


@bp.post("/sites/<site_id>/form/switches")
def switch_form(site_id: str) -> ResponseReturnValue:
    """Choose what the form does beyond the usual. A box that is not ticked is off."""
    check_owner(site_id)
    switches = FormSwitches(**{name: name in request.form for name in NAMES})
    by_id, at = actor().id, resources().now()
    resources().store.write(lambda uow: site_admin.switch_form(uow, site_id, switches, by_id=by_id, at=at))
    resources().sites.forget(site_id)
    return saved(SECTION, site_id)
