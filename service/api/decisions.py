"""What moderators do: approve, reject, undo; one comment or many at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from moderation.accounts import Scope
from moderation.errors import ModerationError
from moderation.review import DecisionRequest, DecisionResult, decide, decide_many, undo
from service.auth.actors import require
from service.http.errors import problem_of
from service.http.problems import problem_members
from service.http.request_parsing import load_json
from service.resources import resources
from service.schemas.review import COMMENT, DECISION, RESULTS, RULING, RULINGS

Answer = dict[str, Any]


def decide_comment(comment_id: str) -> tuple[Answer, int]:
    """Approve or reject a comment as you read it. If it changed since, 409 says who decided what, and when."""
    actor = require(Scope.MODERATE)
    request = _ruling(comment_id, load_json(RULING))
    made = resources()
    done = decide(made.store, made.dispatch, request, actor.by, sites=actor.sites(Scope.MODERATE), at=made.now())
    return _made(done), 201


def decide_comments() -> Answer:
    """Approve or reject many comments. Each stands on its own: one that fails leaves the others standing."""
    actor = require(Scope.MODERATE)
    requests = [_ruling(told["comment"], told) for told in load_json(RULINGS)["decisions"]]
    made = resources()
    results = decide_many(
        made.store, made.dispatch, requests, actor.by, sites=actor.sites(Scope.MODERATE), at=made.now()
    )
    answer: Answer = RESULTS.dump({"results": _results(requests, results)})
    return answer


def undo_decision(decision_id: str) -> tuple[Answer, int]:
    """Take the newest decision about a comment back, within 30 days. The comment returns to where it was."""
    actor, made = require(Scope.MODERATE), resources()
    done = undo(made.store, made.dispatch, decision_id, actor.by, sites=actor.sites(Scope.MODERATE), at=made.now())
    return _made(done), 201


def _made(done: DecisionResult) -> Answer:
    return {**DECISION.dump(done.decision), "comment": COMMENT.dump(done.comment)}


def _ruling(comment_id: str, told: Mapping[str, Any]) -> DecisionRequest:
    return DecisionRequest(
        comment_id=comment_id,
        action=told["action"],
        revision=told["revision"],
        reason=told["reason"],
        note=told["note"] or "",
    )


def _results(
    requests: Sequence[DecisionRequest], results: Sequence[DecisionResult | ModerationError]
) -> list[dict[str, Any]]:
    return [_result(request, result) for request, result in zip(requests, results, strict=True)]


def _result(request: DecisionRequest, result: DecisionResult | ModerationError) -> dict[str, Any]:
    if isinstance(result, DecisionResult):
        return {"comment": request.comment_id, "status": 201, "decision": result.decision, "problem": None}
    problem = problem_of(result)
    told = problem_members(problem)
    return {"comment": request.comment_id, "status": problem.status, "decision": None, "problem": told}
