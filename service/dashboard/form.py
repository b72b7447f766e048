"""The form of a site: how it looks, with a preview and the lines that a page needs for it; and its switches."""

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from moderation import site_admin
from moderation.errors import Invalid
from moderation.form_switches import NAMES, FormSwitches
from moderation.messages import N_, Message, languages
from service.dashboard.blueprint import OWN_POLICIES, POLICY_PARTS, bp
from service.dashboard.session import actor
from service.dashboard.settings import check_owner, settings_page
from service.http.language import _
from service.http.security_headers import content_policy
from service.resources import resources
from service.submissions.form_look import CHOICES, GROUNDS, HEADINGS, VARIABLES, Look, look_in
from service.submissions.form_parts import asks_for_proof

SECTION = "show_form"
OWN_POLICIES[f"dashboard.{SECTION}"] = content_policy(**POLICY_PARTS, frame_src="'self'")
SWITCHES = {
    "markdown": N_("Authors may write Markdown: emphasis, code, quotes, lists and links, with a preview."),
    "kinder": N_("Ask an author once to put it more kindly, before a text is posted that scores as abusive."),
    "proof": N_(
        "While the site is under a flood, have each browser solve a small puzzle before it posts, and hold comments "
        "that come without."
    ),
}
"""What each switch of `moderation/form_switches.py` does, in words."""

_NO_COLOUR = N_("%(name)s: write a colour as #1f5f99, or leave the field empty.")
_NO_LENGTH = N_("%(name)s: write a length as 6px or 1.25rem, or leave the field empty.")


@bp.get("/sites/<site_id>/form")
def show_form(site_id: str) -> str:
    """The choices, the preview and the lines to paste. The choices are in the address, so that it can be kept."""
    check_owner(site_id)
    look, base = look_in(request.args), resources().settings.public_url
    ground = ground if (ground := request.args.get("ground", "")) in GROUNDS else ""
    shown: dict[str, Any] = {**look.fields, **({"ground": ground} if ground else {})}
    return settings_page(
        SECTION,
        site_id,
        problem=_problem(look),
        look=look,
        fields=request.args,
        ground=ground,
        languages=languages(),
        headings=HEADINGS,
        choices={name: {value: _(words) for value, words in offered.items()} for name, offered in CHOICES.items()},
        variables={name: (each, _(each.words)) for name, each in VARIABLES.items()},
        script=look.script_line(base, site_id),
        styles=look.style_lines,
        link=f'<noscript><a href="{base}/sites/{site_id}/form?thread=/the-page">Leave a reply</a></noscript>',
        asks_for_proof=asks_for_proof(resources(), resources().sites.get(site_id)),
        switches=[(name, _(SWITCHES[name])) for name in NAMES],
        save_url=url_for("dashboard.switch_form", site_id=site_id, **shown),
        preview_url=url_for("embed.show_preview", site_id=site_id, lang=look.attributes.get("language"), **shown),
        form_url=url_for("embed.plain_form", site_id=site_id, thread="/a-page-to-try"),
    )


@bp.post("/sites/<site_id>/form/switches")
def switch_form(site_id: str) -> ResponseReturnValue:
    """Choose what the form does beyond the usual. A box that is not ticked is off."""
    check_owner(site_id)
    switches = FormSwitches(**{name: name in request.form for name in NAMES})
    by_id, at = actor().id, resources().now()
    resources().store.write(lambda uow: site_admin.switch_form(uow, site_id, switches, by_id=by_id, at=at))
    resources().sites.forget(site_id)
    kept: dict[str, Any] = {**look_in(request.args).fields, "said": "saved"}
    return redirect(url_for(f"dashboard.{SECTION}", site_id=site_id, **kept), code=303)


def _problem(look: Look) -> Invalid | None:
    if not look.wrong:
        return None
    first = VARIABLES[look.wrong[0]]
    return Invalid("style", Message(_NO_COLOUR if first.is_colour else _NO_LENGTH, {"name": _(first.words)}))
