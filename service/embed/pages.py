"""Pages for authors on Rejoinder's own origin: the form, a comment's status, a demo. All work without JavaScript."""

from functools import partial

from flask import Response, url_for

from moderation import author_rights
from moderation.appeals import MAX_TEXT
from moderation.comment import Status, ThreadRef
from moderation.conversation import Place
from moderation.errors import Invalid, NotFound, TooLate
from moderation.messages import N_, Message
from moderation.reasons import REPORT_REASONS
from moderation.reports import MAX_TEXT as MAX_REPORT
from moderation.site import Site
from service.formats.thread_page import ThreadPage, thread_page
from service.http.language import _
from service.rate_limits.reads import count_read
from service.resources import resources
from service.submissions.plain_form import back_url, embed_page, empty_form, form_url, reply_url, report_url
from service.submissions.status import standing_of

DEMO_SITE = "demo"
WITHDRAWN = N_("Your comment was withdrawn")
HEADLINES = {
    Status.PENDING: N_("Thank you"),
    Status.APPROVED: N_("Your comment is published"),
    Status.REJECTED: N_("Your comment was not published"),
}


def form_page(site: Site, thread: ThreadRef, *, parent: str = "", number: int = 1) -> Response:
    """The thread and the form, for a `<noscript>` link: all that embed.js would put into the site's own page.

    The browser may keep it, so that who goes back finds the same form with its token: sent again, it is one comment.
    """
    if not thread.key:
        raise Invalid(
            "thread", Message(N_("the link names no page; add ?thread= and the page's key, such as its path."))
        )
    page = _thread_page(site, thread.key, number=number, parent=parent)
    answer = embed_page(
        "form.html",
        site=site,
        title=thread.title or site.name,
        page=page,
        form=empty_form(site, thread, parent=parent, replying_to=page.names.get(parent, "")),
        back_url=back_url(site, thread.url),
        reply_url=partial(reply_url, site, thread),
        report_url=partial(report_url, site),
        page_url=lambda wanted: form_url(site, thread, page=wanted),
    )
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def thanks_page(token: str, back: str = "") -> Response:
    """The status of the comment. Not its text: a page whose address can be passed on publishes nothing.

    back: the page that the author came from, if it is the site's; else the page that the thread has belonged to.
    """
    standing = standing_of(token)
    comment = standing.comment
    site = resources().sites.get(comment.site_id)
    return embed_page(
        "thanks.html",
        site=site,
        status=comment.status.value,
        headline=_(WITHDRAWN if standing.is_withdrawn else HEADLINES[comment.status]),
        standing=standing,
        token=token,
        back=back,
        back_url=back_url(site, back) or back_url(site, comment.thread.url),
    )


def edit_page(token: str, *, typed: str | None = None, problem: str = "") -> Response:
    """The text of the comment in a form, for as long as it may be edited. Raises NotFound, TooLate.

    typed, problem: of a form that was sent and not accepted.
    """
    standing = standing_of(token)
    if standing.editable_until is None:
        raise TooLate(author_rights.why_not_editable(standing.comment))
    body = standing.comment.body if typed is None else typed
    site = resources().sites.get(standing.comment.site_id)
    return embed_page("edit.html", site=site, standing=standing, token=token, body=body, problem=problem)


def appeal_page(token: str, *, typed: str = "", problem: str = "") -> Response:
    """The form to object to a decision. Raises NotFound. typed, problem: of a form that was not accepted."""
    standing = standing_of(token)
    site = resources().sites.get(standing.comment.site_id)
    return embed_page(
        "appeal.html", site=site, standing=standing, token=token, typed=typed, problem=problem, most=MAX_TEXT
    )


def report_page(site: Site, comment_id: str, *, chosen: str = "", typed: str = "", problem: str = "") -> Response:
    """The form to report a published comment. Raises NotFound. chosen, typed, problem: of a form that comes back."""
    with resources().store.read() as uow:
        shown = uow.threads.public_comments([Place(comment_id)])
        found = uow.comments.get_many([comment_id]) if shown else []
    if not found or shown[0].is_withdrawn or found[0].site_id != site.id:
        raise NotFound("comment", comment_id)
    return embed_page(
        "report.html",
        site=site,
        comment=shown[0],
        reasons=[(reason, _(reason.spec.report)) for reason in REPORT_REASONS],
        chosen=chosen,
        typed=typed,
        problem=problem,
        most=MAX_REPORT,
        back_url=back_url(site, found[0].thread.url),
    )


def reported_page(site: Site, comment_id: str) -> Response:
    """Thanks for a report."""
    with resources().store.read() as uow:
        found = uow.comments.get_many([comment_id])
    return embed_page("reported.html", site=site, back_url=back_url(site, found[0].thread.url) if found else "")


def withdraw_page(token: str) -> Response:
    """The question before a comment is withdrawn; opening the page changes nothing. Raises NotFound."""
    site = resources().sites.get(standing_of(token).comment.site_id)
    return embed_page("withdraw.html", site=site, token=token)


def demo_page() -> Response:
    """A short article of the site `demo`, its thread and the form. Raises NotFound when there is no such site."""
    site = resources().sites.get(DEMO_SITE)
    address = resources().settings.public_origin + url_for("embed.demo")
    thread = ThreadRef(url_for("embed.demo"), address, _("A note in the margin"))
    return embed_page(
        "demo.html",
        has_script=True,
        site=site,
        page=_thread_page(site, thread.key),
        form=empty_form(site, thread),
        reply_url=partial(reply_url, site, thread),
        report_url=partial(report_url, site),
        canonical_url=address,
        thread_key=thread.key,
        plain_url=form_url(site, thread),
    )


def _thread_page(site: Site, key: str, *, number: int = 1, parent: str = "") -> ThreadPage:
    count_read()
    with resources().store.read() as uow:
        return thread_page(uow, site, key, number=number, parent=parent, at=resources().now())
