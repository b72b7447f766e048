"""Decide about everything that the filters find: how much it is, a sample, then a run that a worker carries out."""

from dataclasses import replace
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation import bulk_runs
from moderation.accounts import Scope
from moderation.actions import MODERATOR_ACTIONS
from moderation.bulk_run import BulkRun, RunStatus
from moderation.comment import Status
from moderation.errors import NotFound
from moderation.messages import N_, Message
from moderation.queue import Search
from moderation.store import UnitOfWork
from service.dashboard.blueprint import bp
from service.dashboard.decide import asked_action, asked_note, asked_reason
from service.dashboard.excerpts import excerpt
from service.dashboard.filters import filters_of, kept_args, link_args, search_of
from service.dashboard.queue import reject_choices
from service.dashboard.session import actor, check_may_decide
from service.http.errors import Forbidden
from service.http.language import _
from service.resources import resources

SAMPLE = 5
SAMPLE_LENGTH = 240


@bp.get("/bulk")
def show_bulk() -> str:
    """How many comments match, some of them, and what may be decided about all."""
    args = link_args(request.args)
    search = _search(args)
    with resources().store.read() as uow:
        count = uow.queue.counts(search)[(search.status or Status.PENDING).value]
        sample = uow.queue.page(replace(search, limit=SAMPLE)).comments
    said = request.args.get("action", "")
    return render_template(
        "dashboard/bulk.html",
        args=args,
        count=count,
        sample=[(comment, excerpt(comment.body, SAMPLE_LENGTH)) for comment in sample],
        filters=list(filters_of(args)),
        status=search.status,
        action=said if said in MODERATOR_ACTIONS else "",
        reject_reasons=reject_choices(),
    )


@bp.post("/bulk")
def begin_bulk() -> ResponseReturnValue:
    """Begin a run over what the form's address asks for."""
    search, action, at = _search(kept_args(request.args)), asked_action(), resources().now()
    reason, note = asked_reason() if action.spec.needs_reason else None, asked_note()
    run = resources().store.write(
        lambda uow: bulk_runs.begin_run(uow, search, action, reason, actor().by, note=note, at=at)
    )
    return _to(run)


@bp.get("/bulk/<run_id>")
def show_bulk_run(run_id: str) -> str:
    """How far a run has got."""
    with resources().store.read() as uow:
        run = _run(uow, run_id)
        decided = uow.bulk_runs.decided(run)
    return render_template(
        "dashboard/bulk_run.html",
        args={},
        run=run,
        decided=decided,
        is_waiting=run.status is RunStatus.WAITING,
        can_undo=decided > 0 and not run.undoes,
        done=_(run.action.spec.done),
    )


@bp.post("/bulk/<run_id>/cancel")
def cancel_bulk(run_id: str) -> ResponseReturnValue:
    """Stop a run; what it decided stands."""
    at, by_id = resources().now(), actor().id

    def cancel(uow: UnitOfWork) -> BulkRun:
        return bulk_runs.cancel_run(uow, _run(uow, run_id).id, by_id=by_id, at=at)

    return _to(resources().store.write(cancel))


@bp.post("/bulk/<run_id>/undo")
def undo_bulk(run_id: str) -> ResponseReturnValue:
    """Take back all that a run decided, by another run."""
    at, by = resources().now(), actor().by

    def undo(uow: UnitOfWork) -> BulkRun:
        run = _run(uow, run_id)
        sites = [site_id for site_id in run.sites if actor().may(site_id, Scope.MODERATE)]
        return bulk_runs.begin_undo(uow, run.id, by, sites=sites, at=at)

    return _to(resources().store.write(undo))


def _search(args: dict[str, str]) -> Search:
    """What the filters ask for, on the sites that the moderator decides for. Raises Forbidden without any."""
    may_decide = actor().sites(Scope.MODERATE)
    search = search_of(args, actor().sites(Scope.READ), resources().store.sealer)
    sites = tuple(site_id for site_id in search.sites if site_id in may_decide)
    if not sites:
        raise Forbidden(Message(N_("You may read these comments, but not decide about them.")))
    return replace(search, sites=sites, cursor="")


def _run(uow: UnitOfWork, run_id: str) -> BulkRun:
    """Raises NotFound where it is about sites that the moderator may not read, Forbidden where they may only read."""
    run = uow.bulk_runs.get(run_id) if "\0" not in run_id else None
    if run is None or not all(actor().may(site_id, Scope.READ) for site_id in run.sites):
        raise NotFound("run", run_id)
    for site_id in run.sites:
        check_may_decide(site_id)
    return run


def _to(run: BulkRun) -> ResponseReturnValue:
    there: dict[str, Any] = {"run_id": run.id}
    return redirect(url_for("dashboard.show_bulk_run", **there), code=303)
