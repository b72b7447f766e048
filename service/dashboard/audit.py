"""The audit trail for owners: who did what, and who looked at an e-mail address. On a page, and as CSV."""

import csv
import io
import json
from collections.abc import Iterator

from flask import Response, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from moderation.accounts import Scope
from moderation.audit import Entry
from moderation.decided_by import AUTHOR, POLICY
from moderation.errors import Invalid, NotFound
from moderation.messages import N_, Message
from service.dashboard.blueprint import bp
from service.dashboard.session import actor
from service.http.errors import Forbidden
from service.http.language import _
from service.resources import resources

SHOWN = 50
READ_AT_ONCE = 500

KINDS = {
    "": N_("Everything"),
    "email.": N_("Email addresses shown"),
    "decision.": N_("Decisions"),
    "appeal.": N_("Appeals"),
    "reports.": N_("Reports"),
    "policy.": N_("Policy"),
    "endpoint.": N_("Webhooks"),
    "key.": N_("API keys"),
    "moderator.": N_("Moderators"),
}
"""How the names of what was done begin, and what people call these kinds."""

FOR_OWNERS = Message(N_("The audit trail is for the owners of a site. Ask one of them to make you an owner too."))


@bp.get("/audit")
def show_first_audit() -> ResponseReturnValue:
    """To the audit trail of the first site that the moderator owns."""
    owned = actor().sites(Scope.ADMIN)
    if not owned:
        raise Forbidden(FOR_OWNERS)
    return redirect(url_for("dashboard.show_audit", site_id=owned[0]), code=303)


@bp.get("/sites/<site_id>/audit")
def show_audit(site_id: str) -> str:
    """One page of a site's trail, the latest first."""
    _check_owner(site_id)
    kind, by_id, before = _asked()
    with resources().store.read() as uow:
        entries = uow.audit.page(site_id, action=kind, by_id=by_id, before=before, limit=SHOWN + 1)
        moderators = uow.accounts.moderators()
        sites = uow.sites.all(actor().sites(Scope.ADMIN))
    return render_template(
        "dashboard/audit.html",
        site_id=site_id,
        sites=sites,
        entries=entries[:SHOWN],
        next_before=entries[SHOWN - 1].number if len(entries) > SHOWN else None,
        names={
            POLICY.id: _("the policy"),
            AUTHOR.id: _("the comment's author"),
            **{moderator.id: moderator.name for moderator in moderators},
        },
        people={moderator.id: moderator.name for moderator in moderators if site_id in moderator.roles},
        kinds={kind: _(name) for kind, name in KINDS.items()},
        kind=kind,
        by_id=by_id,
    )


@bp.get("/sites/<site_id>/audit.csv")
def download_audit(site_id: str) -> Response:
    """All that the filters find, as CSV."""
    _check_owner(site_id)
    kind, by_id, _before = _asked()
    response = Response(stream_with_context(_lines(site_id, kind, by_id)), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def _lines(site_id: str, kind: str, by_id: str) -> Iterator[str]:
    """Lines of CSV, read a few hundred at a time."""
    yield _line(["number", "at", "by", "action", "subject", "detail", "hash"])
    before: int | None = None
    while True:
        with resources().store.read() as uow:
            entries = uow.audit.page(site_id, action=kind, by_id=by_id, before=before, limit=READ_AT_ONCE)
        yield from (_line(_cells(entry)) for entry in entries)
        if len(entries) < READ_AT_ONCE:
            return
        before = entries[-1].number


def _cells(entry: Entry) -> list[object]:
    fact = entry.fact
    detail = json.dumps(fact.detail, sort_keys=True) if fact.detail else ""
    return [entry.number, fact.at.isoformat(), fact.by_id, fact.action, fact.subject, detail, entry.hash]


def _line(cells: list[object]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _asked() -> tuple[str, str, int | None]:
    kind, before = request.args.get("kind", ""), request.args.get("before", "")
    if kind not in KINDS:
        raise Invalid("kind", Message(N_("must be one of: %(choices)s."), {"choices": list(KINDS)[1:]}))
    if before and not (before.isascii() and before.isdigit() and len(before) < 16):
        raise Invalid("before", Message(N_("is not one of this list; leave it out to begin at the first page.")))
    by_id = request.args.get("by", "")
    return kind, "" if "\0" in by_id else by_id, int(before) if before else None


def _check_owner(site_id: str) -> None:
    if not actor().may(site_id, Scope.READ):
        raise NotFound("site", site_id)
    if not actor().may(site_id, Scope.ADMIN):
        raise Forbidden(FOR_OWNERS)
