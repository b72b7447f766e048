"""A site's policy: read and replaced."""

from typing import Any

from moderation import ownership
from moderation.accounts import Scope
from service.auth import require
from service.reading import load_json
from service.resources import resources
from service.schemas.policy import POLICY, policy_from

Answer = dict[str, Any]


def show_policy(site_id: str) -> Answer:
    """Read how the site decides."""
    require(Scope.READ, site_id)
    with resources().store.read() as rows:
        policy = rows.sites.get(site_id).policy
    answer: Answer = POLICY.dump(policy)
    return answer


def replace_policy(site_id: str) -> Answer:
    """Replace how the site decides, from the next score on. What is left out takes its default."""
    actor = require(Scope.ADMIN, site_id)
    policy, at = policy_from(load_json(POLICY)), resources().now()
    resources().store.write(lambda rows: ownership.replace_policy(rows, site_id, policy, by_id=actor.id, at=at))
    resources().sites.forget(site_id)
    answer: Answer = POLICY.dump(policy)
    return answer
