"""What moderators do: approve, reject, undo; one comment or many at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from moderation.accounts import Scope
from moderation.errors import ModerationError
from moderation.review import Done, Ruling, decide, decide_many, undo
from service.auth import require
from service.errors import problem_of
from service.problems import problem_members
from service.reading import load_json
from service.resources import resources
from service.schemas.review import COMMENT, DECISION, RESULTS, RULING, RULINGS

Answer = dict[str, Any]


def decide_comment(comment_id: str) -> tuple[Answer, int]:
    """Approve or reject a comment as you read it. If it changed since, 409 says who decided what, and when."""
    actor = require(Scope.MODERATE)
    ruling = _ruling(comment_id, load_json(RULING))
    made = resources()
    done = decide(made.store, made.dispatch, ruling, actor.by, sites=actor.sites(Scope.MODERATE), at=made.now())
    return _made(done), 201


def decide_comments() -> Answer:
    """Approve or reject many comments. Each stands on its own: one that fails leaves the others standing."""
    actor = require(Scope.MODERATE)
    rulings = [_ruling(told["comment"], told) for told in load_json(RULINGS)["decisions"]]
    made = resources()
    results = decide_many(
        made.store, made.dispatch, rulings, actor.by, sites=actor.sites(Scope.MODERATE), at=made.now()
    )
    answer: Answer = RESULTS.dump({"results": _results(rulings, results)})
    return answer


def undo_decision(decision_id: str) -> tuple[Answer, int]:
    """Take the newest decision about a comment back, within 30 days. The comment returns to where it was."""
    actor, made = require(Scope.MODERATE), resources()
    done = undo(made.store, made.dispatch, decision_id, actor.by, sites=actor.sites(Scope.MODERATE), at=made.now())
    return _made(done), 201


def _made(done: Done) -> Answer:
    return {**DECISION.dump(done.decision), "comment": COMMENT.dump(done.comment)}


def _ruling(comment_id: str, told: Mapping[str, Any]) -> Ruling:
    return Ruling(
        comment_id=comment_id,
        action=told["action"],
        revision=told["revision"],
        reason=told["reason"],
        note=told["note"] or "",
    )


def _results(rulings: Sequence[Ruling], results: Sequence[Done | ModerationError]) -> list[dict[str, Any]]:
    return [_result(ruling, result) for ruling, result in zip(rulings, results, strict=True)]


def _result(ruling: Ruling, result: Done | ModerationError) -> dict[str, Any]:
    if isinstance(result, Done):
        return {"comment": ruling.comment_id, "status": 201, "decision": result.decision, "problem": None}
    problem = problem_of(result)
    told = problem_members(problem)
    return {"comment": ruling.comment_id, "status": problem.status, "decision": None, "problem": told}
