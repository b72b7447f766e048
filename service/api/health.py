"""Whether the process lives, and whether the installation does its work."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from flask import Response

from moderation.dispatch import redis_state
from moderation.errors import StoreBusy
from moderation.messages import Message
from service.database_health import cause_of, is_disk_full
from service.http.errors import NOT_READY
from service.http.problems import problem_answer
from service.resources import resources

PATIENCE = timedelta(seconds=120)
"""How long a comment may wait for its score before something must be wrong."""

Reason = tuple[str, str]


def show_health() -> dict[str, str]:
    """Ask whether this process lives. Nothing else is looked at."""
    return {"status": "ok"}


def show_readiness() -> dict[str, str] | Response:
    """Ask whether comments are taken in, scored and delivered; if not, 503 with every reason."""
    reasons = [*_disk_reasons(), *_database_reasons(), *_worker_reasons()]
    if not reasons:
        return {"status": "ready"}
    detail = " ".join(problem for _, problem in reasons)
    listed = [{"part": part, "problem": problem} for part, problem in reasons]
    return problem_answer(replace(NOT_READY, detail=Message(detail), extra={"reasons": listed}))


def _disk_reasons() -> Iterator[Reason]:
    """Checked now as well as remembered: a process without traffic has seen no refusals."""
    if is_disk_full(resources().settings):
        yield "disk", "The database's disk is full: comments are refused with 503 until there is room."


def _database_reasons() -> Iterator[Reason]:
    """What is wrong with the database, or with how long comments wait in it: no worker, or none with a model."""
    try:
        with resources().store.read() as uow:
            waiting_since = uow.statistics.oldest_unscored()
    except StoreBusy as problem:
        problem_text = (
            f"The database cannot be read ({cause_of(problem)}): comments are refused with 503 until it can."
        )
        yield "database", problem_text
        return
    if cause := resources().database_health.lately(at=resources().now()):
        yield "database", f"The database refused writes a moment ago ({cause}); senders were asked to try again."
    waited = resources().now() - waiting_since if waiting_since else timedelta()
    if waited > PATIENCE:
        yield "scoring", f"A comment has waited {int(waited.total_seconds())} s for its score; see the workers' log."


def _worker_reasons() -> Iterator[Reason]:
    state = redis_state(resources().settings.redis_url)
    if state.problem:
        yield "redis", state.problem
        return
    for role in state.failed_roles:
        yield role, f"A worker for {role} could not start: its log says why."
    for role, count in state.workers.items():
        if not count and role not in state.failed_roles:
            yield role, f"No worker answers for {role}; start them with `rejoinder work`."
