"""Appeals: the open ones, and a decision about one."""

from typing import Any

from moderation import appeal_review
from moderation.accounts import Scope
from moderation.appeal_review import AppealDecision
from moderation.errors import NotFound
from service.auth.actors import actor, check_may
from service.http.request_parsing import load_json, load_query
from service.resources import resources
from service.schemas.appeals import APPEAL, APPEAL_DECISION, APPEAL_QUERY, APPEALS

Answer = dict[str, Any]


def list_appeals() -> Answer:
    """List the open appeals, oldest first, each with its comment."""
    asked, sites = load_query(APPEAL_QUERY), actor().sites(Scope.READ)
    if asked["site"]:
        if asked["site"] not in sites:
            raise NotFound("site", asked["site"])
        sites = (asked["site"],)
    with resources().store.read() as uow:
        found = uow.appeals.waiting(sites=sites, limit=asked["limit"])
        comments = {comment.id: comment for comment in uow.comments.get_many([each.comment_id for each in found])}
    waiting = [
        {"appeal": each, "comment": comments[each.comment_id]} for each in found if each.comment_id in comments
    ]
    answer: Answer = APPEALS.dump({"appeals": waiting})
    return answer


def decide_appeal(appeal_id: str) -> tuple[Answer, int]:
    """Grant an appeal, which publishes the comment, or refuse it. Not about a decision of your own."""
    asked, here, decider = load_json(APPEAL_DECISION), resources(), actor()
    with here.store.read() as uow:
        found = uow.appeals.get(appeal_id)
    check_may(Scope.MODERATE, found.site_id, "appeal", appeal_id)
    request = AppealDecision(appeal_id, asked["outcome"], asked["revision"], asked["answer"] or "")
    sites = decider.sites(Scope.MODERATE)
    decided = appeal_review.decide_appeal(here.store, here.dispatch, request, decider.by, sites=sites, at=here.now())
    answer: Answer = APPEAL.dump(decided)
    return answer, 201
