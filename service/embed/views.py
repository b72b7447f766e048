"""What browsers fetch: the script, its texts and styles, the demo, the plain form, a comment's status."""

from collections.abc import Callable

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from moderation.comment import ThreadRef
from moderation.errors import NotFound, StoreBusy
from moderation.thread_key import normal_key
from service.bundles import PARTS
from service.embed import pages
from service.embed.assets import file_answer, version
from service.formats.discs import disc
from service.formats.rich_text import as_html, rich_text
from service.formats.text import paragraphs
from service.http.cors import check_origin
from service.http.dates import long_date
from service.http.errors import TooMany
from service.http.language import ask_for_language, text_of
from service.http.problems import noted
from service.http.request_parsing import read_form
from service.http.urls import web_url
from service.resources import resources
from service.schemas.form_fields import LANG
from service.submissions import author_requests
from service.submissions.report import report as send_report

NOT_ACCEPTED = (ValidationError, TooMany, StoreBusy)
"""After these a form comes back with what was typed."""

bp = Blueprint("embed", __name__)
bp.add_app_template_filter(disc)
bp.add_app_template_filter(paragraphs)
bp.add_app_template_filter(rich_text)
bp.add_app_template_filter(as_html)
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


@bp.get("/embed.mjs")
def module() -> Response:
    """The same as a module, for pages that mount it themselves."""
    return file_answer("embed.mjs")


@bp.get("/embed.d.ts")
def types() -> Response:
    """What TypeScript knows of the module."""
    return file_answer("embed.d.ts")


@bp.get("/embed/page.css")
def page_styles() -> Response:
    """The styles of the pages on this origin."""
    return file_answer("page.css")


@bp.get("/embed/<release>/<name>")
def kept_file(release: str, name: str) -> Response:
    """A file that the script loads: the texts of a language, or a part of it that not every page needs.

    release: the version that the script was made with. While it is this one, the file may be kept for a year.
    """
    if not name.endswith(".json") and name not in PARTS:
        raise NotFound("file", name)
    return file_answer(name, is_named_by_version=release == version())


@bp.get("/demo")
def demo() -> Response:
    """A page of the site `demo`, to try the form on."""
    return pages.demo_page()


@bp.get("/thanks")
def thanks() -> Response:
    """The status of the comment that this token belongs to."""
    return pages.thanks_page(request.args.get("token", ""), request.args.get("back", ""))


@bp.get("/thanks/edit")
def show_edit() -> Response:
    """The form in which the author changes the comment that this token belongs to."""
    return pages.edit_page(request.args.get("token", ""))


@bp.post("/thanks/edit")
def edit() -> ResponseReturnValue:
    """Change the comment, or show the form again with what is wrong. The token is the permission."""
    sent = _sent("token", "body")
    try:
        author_requests.edit(sent["token"], {"body": sent["body"]})
    except NOT_ACCEPTED as error:
        return _again(error, lambda words: pages.edit_page(sent["token"], typed=sent["body"], problem=words))
    return _to_status(sent["token"])


@bp.get("/thanks/appeal")
def show_appeal() -> Response:
    """The form in which the author objects to a decision."""
    return pages.appeal_page(request.args.get("token", ""))


@bp.post("/thanks/appeal")
def appeal() -> ResponseReturnValue:
    """Object to the newest decision, or show the form again with what is wrong."""
    sent = _sent("token", "text")
    try:
        author_requests.appeal(sent["token"], {"text": sent["text"]})
    except NOT_ACCEPTED as error:
        return _again(error, lambda words: pages.appeal_page(sent["token"], typed=sent["text"], problem=words))
    return _to_status(sent["token"])


@bp.get("/thanks/withdraw")
def show_withdraw() -> Response:
    """The question before the comment that this token belongs to is withdrawn."""
    return pages.withdraw_page(request.args.get("token", ""))


@bp.post("/thanks/withdraw")
def withdraw() -> ResponseReturnValue:
    """Withdraw the comment."""
    token = _sent("token")["token"]
    author_requests.withdraw(token)
    return _to_status(token)


@bp.get("/sites/<site_id>/report")
def show_report(site_id: str) -> Response:
    """The form in which a reader reports a published comment."""
    return pages.report_page(resources().sites.get(site_id), request.args.get("comment", ""))


@bp.post("/sites/<site_id>/report")
def report(site_id: str) -> ResponseReturnValue:
    """Report the comment, or show the form again with what is wrong."""
    site, sent = resources().sites.get(site_id), _sent("comment", "reason", "text")
    check_origin(site)
    try:
        send_report(site, sent["comment"], {"reason": sent["reason"], "text": sent["text"]})
    except NOT_ACCEPTED as error:
        known = {"chosen": sent["reason"], "typed": sent["text"]}
        return _again(error, lambda words: pages.report_page(site, sent["comment"], problem=words, **known))
    return pages.reported_page(site, sent["comment"])


def _sent(*names: str) -> dict[str, str]:
    """These fields of the form, "" for one that is missing, and the answer in the language of the page."""
    sent = read_form({*names, LANG})
    ask_for_language(sent.get(LANG, ""))
    return {name: sent.get(name, "").replace("\r\n", "\n") for name in names}  # browsers send CRLF for a line end


def _again(error: Exception, page: Callable[[str], Response]) -> Response:
    """The form with what was typed and with what is wrong."""
    problem = noted(error)
    answer = page(" ".join(text_of(each.problem) for each in problem.errors) or text_of(problem.detail))
    answer.status_code = problem.status
    answer.headers.update(problem.headers)
    return answer


def _to_status(token: str) -> ResponseReturnValue:
    return redirect(url_for("embed.thanks", token=token), code=303)


@bp.get("/sites/<site_id>/form")
def plain_form(site_id: str) -> Response:
    """The thread and the form of one page of a site, for browsers without JavaScript."""
    asked, site = request.args, resources().sites.get(site_id)
    thread = ThreadRef(normal_key(asked.get("thread", "")), asked.get("url", ""), asked.get("title", ""))
    number = asked.get("page", default=1, type=int)
    return pages.form_page(site, thread, parent=asked.get("parent", ""), number=number)
