"""A site's policy: read and replaced."""

from typing import Any

from moderation import site_admin
from service.auth.actors import actor
from service.http.request_parsing import load_json
from service.resources import resources
from service.schemas.policy import POLICY, policy_from

Answer = dict[str, Any]


def show_policy(site_id: str) -> Answer:
    """Read how the site decides."""
    with resources().store.read() as uow:
        policy = uow.sites.get(site_id).policy
    answer: Answer = POLICY.dump(policy)
    return answer


def replace_policy(site_id: str) -> Answer:
    """Replace how the site decides, from the next score on. What is left out takes its default."""
    policy, by_id, at = policy_from(load_json(POLICY)), actor().id, resources().now()
    resources().store.write(lambda uow: site_admin.replace_policy(uow, site_id, policy, by_id=by_id, at=at))
    resources().sites.forget(site_id)
    answer: Answer = POLICY.dump(policy)
    return answer
