"""The plain form: what it holds, what it hides, where it goes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import url_for

from moderation.comment import ThreadRef
from moderation.site import Site
from moderation.traps import issue_token
from service.http.cors import is_allowed
from service.http.urls import web_url
from service.resources import resources
from service.schemas import form_fields
from service.schemas.submission import MAX_BODY, MAX_EMAIL, MAX_NAME, MAX_WEBSITE

LIMITS = {"name": MAX_NAME, "email": MAX_EMAIL, "website": MAX_WEBSITE, "body": MAX_BODY}
"""Each field that an author fills in, and how many characters it takes."""

NO_PARENT = "The comment that you answer is not on this page; post yours again and it stands as a comment of its own."


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
        return [problem for name, problem in self.errors.items() if name not in LIMITS]


def empty_form(site: Site, thread: ThreadRef, *, parent: str = "", replying_to: str = "") -> PlainForm:
    """A form that nobody has filled in yet."""
    hidden = _hidden(site, thread, {form_fields.PARENT: parent})
    return PlainForm(_action(site), hidden, replying_to=replying_to, cancel_url=form_url(site, thread))


def returned_form(site: Site, thread: ThreadRef, values: Mapping[str, str], errors: Mapping[str, str]) -> PlainForm:
    """A form that could not be taken, with all that was in it but a wrong parent, which nobody sees to mend."""
    if form_fields.PARENT in errors:
        values, errors = {**values, form_fields.PARENT: ""}, {**errors, form_fields.PARENT: NO_PARENT}
    return PlainForm(_action(site), _hidden(site, thread, values), values, errors)


def form_url(site: Site, thread: ThreadRef, **more: Any) -> str:
    """Where our page with the form of this thread is."""
    told = {name: value for name, value in (("url", thread.url), ("title", thread.title), *more.items()) if value}
    return url_for("embed.plain_form", site_id=site.id, thread=thread.key, **told)


def reply_url(site: Site, thread: ThreadRef, comment_id: str) -> str:
    """Where our form answers this comment."""
    return form_url(site, thread, parent=comment_id) + "#reply"


def back_url(site: Site, address: str) -> str:
    """The site's own page, only on one of its origins: nobody is sent anywhere else by a link of ours."""
    parts = urlsplit(web_url(address))
    return address if is_allowed(site, f"{parts.scheme}://{parts.netloc}".lower()) else ""


def _action(site: Site) -> str:
    return f"/v1/sites/{site.id}/comments"


def _hidden(site: Site, thread: ThreadRef, values: Mapping[str, str]) -> dict[str, str]:
    """A form that comes back keeps its first token: its age is what counts."""
    return {
        form_fields.THREAD_KEY: thread.key,
        form_fields.THREAD_URL: thread.url,
        form_fields.THREAD_TITLE: thread.title,
        form_fields.PARENT: values.get(form_fields.PARENT, ""),
        form_fields.FORM_TOKEN: values.get(form_fields.FORM_TOKEN, "") or _new_token(site, thread.key),
    }


def _new_token(site: Site, thread_key: str) -> str:
    secret = resources().store.sealer.form_secret
    return issue_token(secret, site_id=site.id, thread_key=thread_key, at=resources().now())
