"""What an owner does for a person who asks for their data: find it by an email address, export it, erase it.

The address is only in forms, never in a URL, and the audit trail does not name it.
"""

import json

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.accounts import Scope
from moderation.comment import Email
from moderation.erasing import erase, person
from moderation.errors import Invalid
from moderation.mail.addresses import MAX_LENGTH
from moderation.messages import N_, Message
from service.dashboard.blueprint import bp
from service.dashboard.session import actor, readable
from service.http.errors import Forbidden
from service.passages import passages_of
from service.resources import resources

FOR_OWNERS = Message(N_("Only the owners of a site export or erase what people wrote. Ask one of them."))


@bp.get("/people")
def show_people() -> str:
    """The form for an address."""
    _owned()
    return render_template("dashboard/people.html", erased=request.args.get("erased", type=int))


@bp.post("/people")
def find_person() -> str:
    """How much there is by this address, and what can be done with it."""
    email, sites = _asked(), _owned()
    here = resources()
    found = person.read_person(here.store, here.store.sealer.email_key(email), sites=sites)
    return render_template("dashboard/people.html", address=email.reveal(), found=found, sites=sites)


@bp.post("/people/export")
def export_person() -> Response:
    """All that this person wrote on the moderator's sites, as a JSON file."""
    email, sites, here = _asked(), _owned(), resources()
    at = here.now()
    here.store.write(lambda uow: person.record_person_export(uow, sites=sites, by_id=actor().id, at=at))
    found = person.read_person(here.store, here.store.sealer.email_key(email), sites=sites)
    answer = Response(
        json.dumps(person.as_json(found, email, at=at), ensure_ascii=False, indent=2), mimetype="application/json"
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="comments.json"'
    return answer


@bp.post("/people/erase")
def erase_person() -> ResponseReturnValue:
    """Erase all that this person wrote on the moderator's sites."""
    email, sites, here = _asked(), _owned(), resources()
    key = here.store.sealer.email_key(email)
    by_id, rules = actor().id, bool(request.form.get("rules"))
    erased = erase.erase_author(
        here.store, key, passages_of, sites=sites, with_rules=rules, by_id=by_id, at=here.now()
    )
    here.dispatch.ring("delivery")
    return redirect(url_for("dashboard.show_people", erased=erased.comments + erased.checks), code=303)


@bp.post("/comments/<comment_id>/erase")
def erase_comment(comment_id: str) -> ResponseReturnValue:
    """Erase one comment."""
    here = resources()
    with here.store.read() as uow:
        site_id = readable(uow, comment_id).site_id
    if not actor().may(site_id, Scope.ADMIN):
        raise Forbidden(FOR_OWNERS)
    owned = actor().sites(Scope.ADMIN)
    erase.erase_comment(here.store, comment_id, passages_of, sites=owned, by_id=actor().id, at=here.now())
    here.dispatch.ring("delivery")
    return redirect(url_for("dashboard.show_people", erased=1), code=303)


def _owned() -> tuple[str, ...]:
    owned = actor().sites(Scope.ADMIN)
    if not owned:
        raise Forbidden(FOR_OWNERS)
    return owned


def _asked() -> Email:
    address = request.form.get("address", "").strip()
    if "@" not in address or len(address) > MAX_LENGTH:
        raise Invalid("email", Message(N_("This is not an email address; give one like ada@example.org.")))
    return Email(address)
