"""OpenAI's moderations: texts in, categories out, for clients that were written for it."""

from typing import Any

from moderation.accounts import Scope
from moderation.ids import new_id
from moderation.messages import N_, Message
from moderation.score import ScoringInput
from service.auth.actors import actor
from service.http.errors import Unauthorized
from service.http.request_parsing import load_json
from service.resources import resources
from service.schemas.moderations import MODERATION_REQUEST, MODERATIONS, moderation_of


def moderate_texts() -> dict[str, Any]:
    """Judge texts as OpenAI's moderations do, with the thresholds of the key's site. Nothing is kept."""
    by, texts = actor(), load_json(MODERATION_REQUEST)["input"]
    sites = by.sites(Scope.CHECK)
    if len(sites) != 1:
        raise Unauthorized(Message(N_("Send the key of a site; with a session nobody knows which site is meant.")))
    resources().limiter.admit_check(by.id, amount=len(texts))
    policy = resources().sites.get(sites[0]).policy
    scores = resources().classifier.score_many([ScoringInput(text) for text in texts], with_evidence=False)
    answer: dict[str, Any] = MODERATIONS.dump(
        {
            "id": new_id("modr", at=resources().now()),
            "model": scores[0].model,
            "results": [moderation_of(score, policy) for score in scores],
        }
    )
    return answer
