"""My comments: whoever can read mail to an address gets all comments that were written with it, and may erase them.

The answer to an address is the same, and takes the same work, whether it is known or not: it is put on a list, and a
worker looks whether there is anything to send.
"""

import json
from datetime import datetime

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from moderation.comment import Comment, Status
from moderation.erasing import erase, person
from moderation.erasing.erase import AT_ONCE, Cause
from moderation.errors import NotFound
from moderation.mail.addresses import checked_email
from moderation.messages import N_
from moderation.privacy import network_of
from service.embed.private_page import private_page, unkept
from service.embed.views import bp
from service.http.language import translator
from service.passages import passages_of
from service.resources import resources

STANDINGS = {
    Status.PENDING: N_("Waiting for moderation"),
    Status.APPROVED: N_("Published"),
    Status.REJECTED: N_("Not published"),
}

BY_AUTHOR = "author"
"""Who erases in the audit trail: whoever reads mail to the address."""


@bp.get("/my-data")
def show_my_data() -> Response:
    """The form for an address."""
    _require_mail()
    return private_page("my_data.html", is_sent=bool(request.args.get("sent")))


@bp.post("/my-data")
def ask_for_my_data() -> ResponseReturnValue:
    """Send a link, if there is anything to show. Raises Invalid, TooMany."""
    _require_mail()
    here, email = resources(), checked_email(request.form.get("email", ""))
    here.limiter.admit_data_request(network_of(request.remote_addr or ""), email)
    at, language = here.now(), translator().language
    here.store.write(lambda uow: uow.readers.ask_for_data(email, language=language, at=at))
    return redirect(url_for("embed.show_my_data", sent=1, lang=language), code=303)


@bp.get("/my-data/<token>")
def list_my_data(token: str) -> Response:
    """All comments of the address, with a box at each."""
    found = person.read_person(resources().store, _author_of(token), sites=None)
    erased = request.args.get("erased", type=int)
    return private_page("my_comments.html", token=token, comments=found.comments, standings=STANDINGS, erased=erased)


@bp.get("/my-data/<token>/comments.json")
def download_my_data(token: str) -> Response:
    """The same as a file for programs."""
    found = person.read_person(resources().store, _author_of(token), sites=None)
    value = person.as_json(found, None, at=resources().now())
    return _file(json.dumps(value, ensure_ascii=False, indent=2), "application/json", "comments.json")


@bp.get("/my-data/<token>/comments.html")
def download_my_page(token: str) -> Response:
    """The same as a file for people."""
    found = person.read_person(resources().store, _author_of(token), sites=None)
    page = private_page("my_comments_file.html", comments=found.comments, standings=STANDINGS)
    return _file(page.get_data(as_text=True), "text/html", "comments.html")


@bp.post("/my-data/<token>/erase")
def erase_my_data(token: str) -> ResponseReturnValue:
    """Erase the chosen comments, or all of them."""
    here, key = resources(), _author_of(token)
    at = here.now()
    if request.form.get("all"):
        erased = erase.erase_author(
            here.store, key, passages_of, sites=None, cause=Cause.PERSON, by_id=BY_AUTHOR, at=at
        )
        count = erased.comments
    else:
        count = sum(_erase_some(chosen, at=at) for chosen in _chosen(_comments_of(key)))
    here.dispatch.ring("delivery")
    return redirect(url_for("embed.list_my_data", token=token, erased=count, lang=translator().language), code=303)


def _chosen(theirs: list[Comment]) -> list[list[str]]:
    """The ids that were ticked, as far as they are theirs, in parts that one transaction may erase."""
    ids = sorted({comment.id for comment in theirs} & set(request.form.getlist("comment")))
    return [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]


def _erase_some(ids: list[str], *, at: datetime) -> int:
    erased = resources().store.write(
        lambda uow: erase.erase_comments(uow, ids, passages_of, cause=Cause.PERSON, by_id=BY_AUTHOR, at=at)
    )
    return len(erased)


def _comments_of(key: bytes) -> list[Comment]:
    return list(person.read_person(resources().store, key, sites=None).comments)


def _author_of(token: str) -> bytes:
    """The look-up key of the address to which the token was mailed. Raises NotFound when it has expired."""
    with resources().store.read() as uow:
        key = uow.readers.author_of_link(token, at=resources().now())
    if key is None:
        raise NotFound("page")
    return key


def _file(text: str, mimetype: str, name: str) -> Response:
    answer = Response(text, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return unkept(answer)


def _require_mail() -> None:
    if resources().settings.smtp is None:
        raise NotFound("page")
