"""The pages that an author meets on our own origin: the form, its errors, the thanks. All work without JavaScript."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Response, make_response, render_template, url_for

from moderation.comment import Status, ThreadRef
from moderation.decision import public_reason
from moderation.errors import Invalid
from moderation.site import Site
from service.api.status import comment_of
from service.embed.form import LIMITS, back_url, empty_form, form_url, reply_url, returned_form
from service.embed.thread import ThreadPage, thread_page
from service.http.security_headers import content_policy
from service.resources import resources
from service.schemas import form_fields

DEMO_SITE = "demo"
HEADLINES = {
    Status.PENDING: "Thank you",
    Status.APPROVED: "Your comment is out",
    Status.REJECTED: "Not this time",
}


def form_page(site: Site, thread: ThreadRef, *, parent: str = "", number: int = 1) -> Response:
    """The thread and the form, for a `<noscript>` link: all that embed.js would have put into the site's own page."""
    if not thread.key:
        raise Invalid("thread", "the link names no page; add ?thread= and the page's key, such as its path.")
    page = _thread_page(site, thread.key, number=number)
    return _page(
        "form.html",
        site=site,
        title=thread.title or site.name,
        page=page,
        form=empty_form(site, thread, parent=parent, replying_to=page.names.get(parent, "")),
        back_url=back_url(site, thread.url),
        reply_url=partial(reply_url, site, thread),
        page_url=lambda wanted: form_url(site, thread, page=wanted),
    )


def form_with_errors(site: Site, values: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    """The form again after a post that could not be taken: nothing typed is lost, each error stands at its field.

    values: what was posted, by the names of `service/schemas/form_fields.py`. errors: by the same names, what is
    wrong
    and what would be right; those of fields that are not shown stand above the form. It asks the store for nothing,
    since that may be what went wrong.
    """
    names = (form_fields.THREAD_KEY, form_fields.THREAD_URL, form_fields.THREAD_TITLE)
    thread = ThreadRef(*(values.get(name, "") for name in names))
    answer = _page(
        "form.html",
        site=site,
        title=thread.title or site.name,
        page=ThreadPage(),
        form=returned_form(site, thread, values, errors),
        back_url=back_url(site, thread.url),
    )
    answer.status_code = status
    return answer


def thanks_page(token: str) -> Response:
    """What became of the comment. Not its text: a page of ours whose address can be passed on publishes nothing."""
    comment = comment_of(token)
    site = resources().sites.get(comment.site_id)
    return _page(
        "thanks.html",
        site=site,
        status=comment.status.value,
        headline=HEADLINES[comment.status],
        reason=public_reason(comment.reason) if comment.status is not Status.APPROVED else "",
        back_url=back_url(site, comment.thread.url),
    )


def demo_page() -> Response:
    """A short article of the site `demo`, its thread and the form. Raises NotFound when there is no such site."""
    site = resources().sites.get(DEMO_SITE)
    address = resources().settings.public_url + url_for("embed.demo")
    thread = ThreadRef(url_for("embed.demo"), address, "A note in the margin")
    return _page(
        "demo.html",
        has_script=True,
        site=site,
        page=_thread_page(site, thread.key),
        form=empty_form(site, thread),
        reply_url=partial(reply_url, site, thread),
        canonical_url=address,
        plain_url=form_url(site, thread),
    )


def _thread_page(site: Site, key: str, *, number: int = 1) -> ThreadPage:
    with resources().store.read() as uow:
        return thread_page(uow, site.id, key, number=number)


def _page(template: str, *, has_script: bool = False, **values: Any) -> Response:
    answer = make_response(render_template(f"embed/{template}", names=form_fields, limits=LIMITS, **values))
    script = {"script_src": "'self'", "connect_src": "'self'"} if has_script else {}
    answer.headers["Content-Security-Policy"] = content_policy(
        style_src="'self'", img_src="data:", form_action="'self'", **script
    )
    return answer
