"""A preview of a site's form as an owner is choosing it: the real script with these options, and nothing can be sent.

The settings show it in a frame. It is as public as the form itself, and its choices are in its address.
"""

from dataclasses import replace
from typing import Any

from flask import Response, request, url_for

from moderation.closing import is_closed
from moderation.comment import ThreadRef
from moderation.form_switches import NAMES, FormSwitches
from moderation.site import Site
from moderation.store import UnitOfWork
from service.embed.assets import file_answer
from service.embed.views import bp
from service.formats.thread_page import thread_page
from service.http.security_headers import content_policy
from service.rate_limits.reads import count_read
from service.resources import resources
from service.submissions.form_look import GROUNDS, look_in, sheet
from service.submissions.form_parts import PARTS, form_parts
from service.submissions.plain_form import embed_page, empty_form

LATEST = 20
EMPTY = ThreadRef("rejoinder:preview")
"""A page that nobody has written on, for a site without comments."""

POLICY = content_policy(
    style_src="'self'", img_src="data:", script_src="'self'", connect_src="'self'", frame_ancestors="'self'"
)


@bp.get("/sites/<site_id>/form/preview")
def show_preview(site_id: str) -> Response:
    """The form and the thread of the page that was commented on last, with the look that the query asks for."""
    count_read()
    site, look, at = resources().sites.get(site_id), look_in(request.args), resources().now()
    if "switches" in request.args:
        asked = request.args["switches"].split(",")
        site = replace(site, form=FormSwitches(**{name: name in asked for name in NAMES}))
    variables: dict[str, Any] = {**look.variables}
    with resources().store.read() as uow:
        thread = _open_thread(uow, site)
        page = thread_page(uow, site, thread.key, at=at)
    answer = embed_page(
        "preview.html",
        site=site,
        look=look,
        thread_ref=thread,
        page=page,
        form=empty_form(site, thread),
        ground=ground if (ground := request.args.get("ground", "")) in GROUNDS else "",
        parts=[part for part in form_parts(site, with_proof=False) if part != PARTS["kinder"]],  # it asks first
        sheet_url=url_for("embed.preview_styles", site_id=site.id, **variables),
    )
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


@bp.get("/sites/<site_id>/form/preview.css")
def preview_styles(site_id: str) -> Response:
    """The variables of that look as a style sheet: its policy allows no style in the page."""
    resources().sites.get(site_id)
    return Response(sheet(look_in(request.args)), mimetype="text/css")


@bp.get("/embed/preview.js")
def preview_script() -> Response:
    """What mounts the preview."""
    return file_answer("preview.js")


def _open_thread(uow: UnitOfWork, site: Site) -> ThreadRef:
    """The page with the latest published comment, among those that take comments."""
    at = resources().now()
    for ref in dict.fromkeys(each.thread for each in uow.published.latest(site.id, limit=LATEST)):
        thread = uow.threads.find(site.id, ref.key)
        if thread and not is_closed(thread, site.policy, at=at):
            return ref
    return EMPTY
