"""Campaigns: comments with nearly the same text, and one decision about all of them."""

from typing import Any

from moderation.accounts import Scope
from moderation.campaigns import decide_campaign as decide_all
from moderation.errors import NotFound
from service.auth.actors import actor, check_may
from service.http.request_parsing import load_json, load_query
from service.resources import resources
from service.schemas.campaigns import CAMPAIGN_DECIDED, CAMPAIGN_DECISION, CAMPAIGN_QUERY, CAMPAIGNS

Answer = dict[str, Any]


def list_campaigns() -> Answer:
    """List the campaigns of which comments wait, the largest first."""
    asked = load_query(CAMPAIGN_QUERY)
    sites = actor().sites(Scope.READ)
    if asked["site"]:
        if asked["site"] not in sites:
            raise NotFound("site", asked["site"])
        sites = (asked["site"],)
    with resources().store.read() as uow:
        found = uow.campaigns.largest(sites=sites, least=asked["least"], limit=asked["limit"])
    answer: Answer = CAMPAIGNS.dump({"campaigns": found})
    return answer


def decide_campaign(campaign_id: str) -> tuple[Answer, int]:
    """Approve or reject all comments of a campaign that wait, at most 5,000 at once."""
    asked, here, decider = load_json(CAMPAIGN_DECISION), resources(), actor()
    with here.store.read() as uow:
        found = uow.campaigns.find({campaign_id}, sites=decider.sites(Scope.READ)).get(campaign_id)
    if found is None:
        raise NotFound("campaign", campaign_id)
    check_may(Scope.MODERATE, found.site_id, "campaign", campaign_id)
    result = decide_all(
        here.store,
        here.dispatch,
        campaign_id,
        asked["action"],
        asked["reason"],
        decider.by,
        sites=decider.sites(Scope.MODERATE),
        at=here.now(),
        note=asked["note"] or "",
    )
    ids = [each.decision.id for each in result.decided]
    answer: Answer = CAMPAIGN_DECIDED.dump({"decisions": ids, "left": result.left})
    return answer, 201
