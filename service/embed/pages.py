"""The pages that an author meets on our own origin: the form, its errors, the thanks. All work without JavaScript."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Response, make_response, render_template, url_for

from moderation.comment import Status, ThreadRef
from moderation.decision import PUBLIC_REASONS, Reason
from moderation.errors import Invalid
from moderation.site import Site
from moderation.traps import issue_token
from service.api import form_fields
from service.api.status import comment_of
from service.embed.text import web_url
from service.embed.thread import ThreadPage, thread_page
from service.headers import content_policy
from service.origins import is_allowed
from service.resources import resources
from service.schemas.submission import MAX_BODY, MAX_EMAIL, MAX_NAME, MAX_WEBSITE

DEMO_SITE = "demo"
SHOWN = (form_fields.BODY, form_fields.NAME, form_fields.EMAIL, form_fields.WEBSITE)
"""The fields that an author fills in, in the order of the form."""

LIMITS = {"name": MAX_NAME, "email": MAX_EMAIL, "website": MAX_WEBSITE, "body": MAX_BODY}

HEADLINES = {
    Status.PENDING: "Thank you",
    Status.APPROVED: "Your comment is out",
    Status.REJECTED: "Not this time",
}


@dataclass(frozen=True, slots=True)
class PlainForm:
    """The form as `plain_form.html` draws it.

    values, errors: by field name. hidden: what the author does not see but the server needs: thread, parent, token.
    replying_to: the name of the author whose comment is answered, "" for none.
    """

    action: str
    hidden: Mapping[str, str]
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    replying_to: str = ""
    cancel_url: str = ""

    @property
    def other_errors(self) -> list[str]:
        """What is wrong with fields that the author does not see."""
        return [problem for name, problem in self.errors.items() if name not in SHOWN]


def form_page(site: Site, thread: ThreadRef, *, parent: str = "", number: int = 1) -> Response:
    """The thread and the form, for a `<noscript>` link: all that embed.js would have put into the site's own page."""
    if not thread.key:
        raise Invalid("thread", "the link names no page; add ?thread= and the page's key, such as its path.")
    values = {form_fields.PARENT: parent} if parent else {}
    return _form_page(site, thread, values, {}, number=number)


def form_with_errors(site: Site, values: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    """The form again after a post that could not be taken: nothing typed is lost, each error stands at its field.

    values: what was posted, by the names of `service/api/form_fields.py`. errors: by the same names, what is wrong
    and what would be right; those of fields that are not shown stand above the form.
    """
    told = [
        values.get(name, "") for name in (form_fields.THREAD_KEY, form_fields.THREAD_URL, form_fields.THREAD_TITLE)
    ]
    answer = _form_page(site, ThreadRef(*told), values, errors)
    answer.status_code = status
    return answer


def thanks_page(token: str) -> Response:
    """What became of the comment. Not its text: a page of ours whose address can be passed on publishes nothing."""
    comment = comment_of(token)
    site = resources().sites.get(comment.site_id)
    is_told = comment.reason and comment.status is not Status.APPROVED
    return _page(
        "thanks.html",
        site=site,
        status=comment.status.value,
        headline=HEADLINES[comment.status],
        reason=PUBLIC_REASONS[Reason(comment.reason)] if is_told else "",
        back_url=_back_url(site, comment.thread.url),
    )


def demo_page() -> Response:
    """A short article of the site `demo`, its thread and the form. Raises NotFound when there is no such site."""
    site = resources().sites.get(DEMO_SITE)
    address = resources().settings.public_url + url_for("embed.demo")
    thread = ThreadRef(url_for("embed.demo"), address, "A note in the margin")
    return _page(
        "demo.html",
        site=site,
        page=_thread_page(site, thread.key),
        form=_plain_form(site, thread, {}, {}, replying_to="", cancel_url=""),
        canonical_url=address,
        plain_url=_form_url(site, thread),
    )


def _form_page(
    site: Site, thread: ThreadRef, values: Mapping[str, str], errors: Mapping[str, str], *, number: int = 1
) -> Response:
    page = _thread_page(site, thread.key, number=number)
    parent = values.get(form_fields.PARENT, "")
    return _page(
        "form.html",
        site=site,
        title=thread.title or "Leave a Reply",
        page=page,
        form=_plain_form(
            site, thread, values, errors, replying_to=page.names.get(parent, ""), cancel_url=_form_url(site, thread)
        ),
        back_url=_back_url(site, thread.url),
        reply_url=lambda comment_id: _form_url(site, thread, parent=comment_id) + "#reply",
        page_url=lambda wanted: _form_url(site, thread, page=wanted),
    )


def _plain_form(
    site: Site,
    thread: ThreadRef,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    replying_to: str,
    cancel_url: str,
) -> PlainForm:
    hidden = {
        form_fields.THREAD_KEY: thread.key,
        form_fields.THREAD_URL: thread.url,
        form_fields.THREAD_TITLE: thread.title,
        form_fields.PARENT: values.get(form_fields.PARENT, ""),
        form_fields.FORM_TOKEN: values.get(form_fields.FORM_TOKEN) or _form_token(site, thread.key),
    }
    return PlainForm(f"/v1/sites/{site.id}/comments", hidden, values, errors, replying_to, cancel_url)


def _form_token(site: Site, thread_key: str) -> str:
    secret = resources().store.sealer.form_secret
    return issue_token(secret, site_id=site.id, thread_key=thread_key, at=resources().now())


def _thread_page(site: Site, key: str, *, number: int = 1) -> ThreadPage:
    with resources().store.read() as rows:
        return thread_page(rows, site.id, key, number=number)


def _form_url(site: Site, thread: ThreadRef, **more: Any) -> str:
    told = {name: value for name, value in (("url", thread.url), ("title", thread.title), *more.items()) if value}
    return url_for("embed.plain_form", site_id=site.id, thread=thread.key, **told)


def _back_url(site: Site, address: str) -> str:
    """The site's own page, only on one of its origins: nobody is sent anywhere else by a link of ours."""
    parts = urlsplit(web_url(address))
    return address if is_allowed(site, f"{parts.scheme}://{parts.netloc}".lower()) else ""


def _page(template: str, **values: Any) -> Response:
    answer = make_response(render_template(f"embed/{template}", names=form_fields, limits=LIMITS, **values))
    answer.headers["Content-Security-Policy"] = content_policy(
        script_src="'self'", style_src="'self'", connect_src="'self'", img_src="data:", form_action="'self'"
    )
    return answer
