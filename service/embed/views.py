"""What browsers fetch: the script, its texts and styles, the demo, the plain form, a comment's status."""

from flask import Blueprint, Response, request

from moderation.comment import ThreadRef
from service.embed import pages
from service.embed.assets import asset_answer, file_answer
from service.embed.script_texts import texts_for
from service.formats.text import paragraphs
from service.http.dates import long_date
from service.http.urls import web_url
from service.resources import resources

bp = Blueprint("embed", __name__)
bp.add_app_template_filter(paragraphs)
bp.add_app_template_filter(long_date)
bp.add_app_template_filter(web_url)


@bp.get("/embed.js")
def script() -> Response:
    """The script that sites put into their pages."""
    return file_answer("embed.js")


@bp.get("/embed.css")
def styles() -> Response:
    """The styles that the script loads."""
    return file_answer("embed.css")


@bp.get("/embed/page.css")
def page_styles() -> Response:
    """The styles of the pages on this origin."""
    return file_answer("page.css")


@bp.get("/embed/<tag>.json")
def script_texts(tag: str) -> Response:
    """The script's texts in the language of a page."""
    return asset_answer(texts_for(tag), "application/json")


@bp.get("/demo")
def demo() -> Response:
    """A page of the site `demo`, to try the form on."""
    return pages.demo_page()


@bp.get("/thanks")
def thanks() -> Response:
    """The status of the comment that this token belongs to."""
    return pages.thanks_page(request.args.get("token", ""))


@bp.get("/sites/<site_id>/form")
def plain_form(site_id: str) -> Response:
    """The thread and the form of one page of a site, for browsers without JavaScript."""
    asked, site = request.args, resources().sites.get(site_id)
    thread = ThreadRef(asked.get("thread", ""), asked.get("url", ""), asked.get("title", ""))
    number = asked.get("page", default=1, type=int)
    return pages.form_page(site, thread, parent=asked.get("parent", ""), number=number)
