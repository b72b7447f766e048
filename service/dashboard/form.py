"""The form of a site: the lines that a page needs for it, with the options that an owner chooses."""

from flask import request, url_for

from moderation.messages import languages
from service.dashboard.blueprint import bp
from service.dashboard.settings import check_owner, settings_page
from service.resources import resources

SECTION = "show_form"
HEADINGS = range(1, 7)


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
        preview=url_for("embed.plain_form", site_id=site_id, thread="/a-page-to-try"),
    )
