"""The plain form: what it holds, what it hides, where it goes, and the page that returns it with its errors."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from flask import Response, make_response, render_template, url_for

from moderation.comment import ThreadRef
from moderation.messages import N_, Message
from moderation.site import Site
from moderation.traps import issue_token
from service.http.cors import is_allowed
from service.http.language import _, text_of, translator
from service.http.security_headers import content_policy
from service.http.urls import web_url
from service.resources import resources
from service.schemas import form_fields
from service.schemas.submission import MAX_BODY, MAX_EMAIL, MAX_NAME, MAX_WEBSITE

LIMITS = {"name": MAX_NAME, "email": MAX_EMAIL, "website": MAX_WEBSITE, "body": MAX_BODY}
"""Each field that an author fills in, and how many characters it takes."""

log = logging.getLogger("rejoinder.service")

_NO_PARENT = N_("The comment you are replying to is no longer on this page. Post yours again as a new comment.")
_NOT_THE_AUTHORS = N_(
    "The form on this page is not set up correctly, so your comment was not sent. Please tell the site's owner."
)


@dataclass(frozen=True, slots=True)
class PlainForm:
    """The form as `plain_form.html` draws it.

    values, errors: by field name. hidden: what the author does not see but the server needs: thread, parent, token.
    replying_to: the name of the author whose comment is answered, "" for none. has_mail: whether mail can be sent.
    has_preview: whether the site uses Markdown. previewed: the text to show as a comment, "" for none.
    """

    action: str
    hidden: Mapping[str, str]
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    replying_to: str = ""
    cancel_url: str = ""
    has_mail: bool = False
    has_preview: bool = False
    previewed: str = ""

    @property
    def other_errors(self) -> list[str]:
        """What is wrong besides the fields that the author sees."""
        return [problem for name, problem in self.errors.items() if name not in LIMITS]


def empty_form(site: Site, thread: ThreadRef, *, parent: str = "", replying_to: str = "") -> PlainForm:
    """A form that nobody has filled in yet."""
    hidden = _hidden(site, thread, {form_fields.PARENT: parent})
    cancel_url = form_url(site, thread)
    return PlainForm(
        _action(site),
        hidden,
        replying_to=replying_to,
        cancel_url=cancel_url,
        has_mail=has_mail(),
        has_preview=site.form.markdown,
    )


def returned_form(
    site: Site, thread: ThreadRef, values: Mapping[str, str], errors: Mapping[str, Message]
) -> PlainForm:
    """A form that was not accepted, with all that was in it but a wrong parent, which the author cannot see."""
    if form_fields.PARENT in errors:
        values = {**values, form_fields.PARENT: ""}
    hidden, shown = _hidden(site, thread, values), _errors_for_author(site, errors)
    return PlainForm(_action(site), hidden, values, shown, has_mail=has_mail(), has_preview=site.form.markdown)


def has_mail() -> bool:
    """Whether this installation sends mail, so that the form may offer it."""
    return resources().settings.smtp is not None


def form_with_errors(site: Site, values: Mapping[str, str], errors: Mapping[str, Message], status: int) -> Response:
    """The form again after a post that was not accepted: nothing typed is lost, each error stands at its field.

    values: what was posted, by the names of `service/schemas/form_fields.py`. errors: by the same names; that of the
    name "" and those of hidden fields stand above the form. It reads nothing from the store, which may have failed.
    """
    answer = _form_alone(site, _thread_of(values), returned_form(site, _thread_of(values), values, errors))
    answer.status_code = status
    return answer


def form_with_preview(site: Site, values: Mapping[str, str]) -> Response:
    """The form again, with how the text would look as a comment above it. Nothing is kept of it."""
    thread = _thread_of(values)
    form = returned_form(site, thread, values, {})
    return _form_alone(site, thread, replace(form, previewed=values.get(form_fields.BODY, "").strip()))


def _thread_of(values: Mapping[str, str]) -> ThreadRef:
    return ThreadRef(
        values.get(form_fields.THREAD_KEY, ""),
        values.get(form_fields.THREAD_URL, ""),
        values.get(form_fields.THREAD_TITLE, ""),
    )


def _form_alone(site: Site, thread: ThreadRef, form: PlainForm) -> Response:
    return embed_page(
        "form.html",
        site=site,
        title=thread.title or site.name,
        page=None,
        form=form,
        back_url=back_url(site, thread.url),
    )


def embed_page(template: str, *, has_script: bool = False, **values: Any) -> Response:
    """A page for authors from `templates/embed`, with the content policy that it needs."""
    answer = make_response(render_template(f"embed/{template}", names=form_fields, limits=LIMITS, **values))
    script = {"script_src": "'self'", "connect_src": "'self'"} if has_script else {}
    answer.headers["Content-Security-Policy"] = content_policy(
        style_src="'self'", img_src="data:", form_action="'self'", **script
    )
    return answer


def _errors_for_author(site: Site, errors: Mapping[str, Message]) -> dict[str, str]:
    """The errors in words that an author can act on. What is wrong with the page itself goes into the log."""
    shown = {name: text_of(problem) for name, problem in errors.items() if name in LIMITS or not name}
    if form_fields.PARENT in errors:
        shown[form_fields.PARENT] = _(_NO_PARENT)
    wrong = sorted(errors.keys() - shown.keys())
    if wrong:
        log.warning("form refused site=%s fields=%s", site.id, ",".join(wrong))
        shown[wrong[0]] = _(_NOT_THE_AUTHORS)
    return shown


def form_url(site: Site, thread: ThreadRef, **more: Any) -> str:
    """The address of the page with this thread's form."""
    about = {name: value for name, value in (("url", thread.url), ("title", thread.title), *more.items()) if value}
    return url_for("embed.plain_form", site_id=site.id, thread=thread.key, **about)


def reply_url(site: Site, thread: ThreadRef, comment_id: str) -> str:
    """The address of the form that answers this comment."""
    return form_url(site, thread, parent=comment_id) + "#reply"


def report_url(site: Site, comment_id: str) -> str:
    """The address of the form that reports this comment."""
    return url_for("embed.show_report", site_id=site.id, comment=comment_id)


def back_url(site: Site, address: str) -> str:
    """The site's own page, only on one of its origins: so no link here leads anywhere else."""
    parts = urlsplit(web_url(address))
    return address if is_allowed(site, f"{parts.scheme}://{parts.netloc}".lower()) else ""


def _action(site: Site) -> str:
    return url_for("submit_comment", site_id=site.id)


def _hidden(site: Site, thread: ThreadRef, values: Mapping[str, str]) -> dict[str, str]:
    """A form that comes back keeps its first token: its age is what counts."""
    return {
        form_fields.THREAD_KEY: thread.key,
        form_fields.THREAD_URL: thread.url,
        form_fields.THREAD_TITLE: thread.title,
        form_fields.PARENT: values.get(form_fields.PARENT, ""),
        form_fields.LANG: translator().language,
        form_fields.FORM_TOKEN: values.get(form_fields.FORM_TOKEN, "") or _new_token(site, thread.key),
    }


def _new_token(site: Site, thread_key: str) -> str:
    secret = resources().store.sealer.form_secret
    return issue_token(secret, site_id=site.id, thread_key=thread_key, at=resources().now())
