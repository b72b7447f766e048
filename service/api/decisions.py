"""Decisions of moderators: approve, reject, undo; one comment or many at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from moderation.accounts import Scope
from moderation.errors import ModerationError
from moderation.review import DecisionRequest, DecisionResult, decide, decide_many, undo
from service.auth.actors import actor
from service.http.errors import problem_of
from service.http.problems import problem_members
from service.http.request_parsing import load_json
from service.resources import resources
from service.schemas.review import COMMENT, DECISION, DECISION_REQUEST, DECISION_REQUESTS, RESULTS

Answer = dict[str, Any]


def decide_comment(comment_id: str) -> tuple[Answer, int]:
    """Approve or reject a comment as you read it. If it changed since, 409 says who decided what, and when."""
    request = _request(comment_id, load_json(DECISION_REQUEST))
    here = resources()
    done = decide(here.store, here.dispatch, request, actor().by, sites=actor().sites(Scope.MODERATE), at=here.now())
    return _decided(done), 201


def decide_comments() -> Answer:
    """Approve or reject many comments. Each stands on its own: one that fails leaves the others standing."""
    requests = [_request(fields["comment"], fields) for fields in load_json(DECISION_REQUESTS)["decisions"]]
    here = resources()
    results = decide_many(
        here.store, here.dispatch, requests, actor().by, sites=actor().sites(Scope.MODERATE), at=here.now()
    )
    answer: Answer = RESULTS.dump({"results": _results(requests, results)})
    return answer


def undo_decision(decision_id: str) -> tuple[Answer, int]:
    """Take the newest decision about a comment back, within 30 days. The comment returns to where it was."""
    here = resources()
    done = undo(
        here.store, here.dispatch, decision_id, actor().by, sites=actor().sites(Scope.MODERATE), at=here.now()
    )
    return _decided(done), 201


def _decided(done: DecisionResult) -> Answer:
    return {**DECISION.dump(done.decision), "comment": COMMENT.dump(done.comment)}


def _request(comment_id: str, fields: Mapping[str, Any]) -> DecisionRequest:
    return DecisionRequest(
        comment_id=comment_id,
        action=fields["action"],
        revision=fields["revision"],
        reason=fields["reason"],
        note=fields["note"] or "",
    )


def _results(
    requests: Sequence[DecisionRequest], results: Sequence[DecisionResult | ModerationError]
) -> list[dict[str, Any]]:
    return [_result(request, result) for request, result in zip(requests, results, strict=True)]


def _result(request: DecisionRequest, result: DecisionResult | ModerationError) -> dict[str, Any]:
    if isinstance(result, DecisionResult):
        return {"comment": request.comment_id, "status": 201, "decision": result.decision, "problem": None}
    problem = problem_of(result)
    members = problem_members(problem)
    return {"comment": request.comment_id, "status": problem.status, "decision": None, "problem": members}
