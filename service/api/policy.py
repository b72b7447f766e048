"""A site's policy: read, tried on stored comments, and replaced."""

from typing import Any

from moderation import backtest, site_admin
from service.auth.actors import actor
from service.http.request_parsing import load_json, load_query
from service.resources import resources
from service.schemas.backtests import BACKTEST, BACKTEST_QUERY
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


def test_policy(site_id: str) -> Answer:
    """Try a draft policy on the newest stored comments: what it would change, and where people decided otherwise."""
    asked, draft = load_query(BACKTEST_QUERY), policy_from(load_json(POLICY))
    report = backtest.run(resources().store, site_id, draft, limit=asked["limit"])
    answer: Answer = BACKTEST.dump(report)
    return answer
