"""A site's policy: read and replaced."""

from dataclasses import fields, replace
from typing import Any

from moderation.accounts import Scope
from moderation.audit import Fact
from moderation.policy import Policy
from moderation.store import Rows
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

    def change(rows: Rows) -> None:
        site = rows.sites.get(site_id)
        changed = {"changed": _differences(site.policy, policy)}
        rows.sites.change(replace(site, policy=policy))
        rows.audit.append(
            site_id, [Fact(at=at, by_id=actor.id, action="policy.changed", subject=site_id, detail=changed)]
        )

    resources().store.write(change)
    resources().sites.forget(site_id)
    answer: Answer = POLICY.dump(policy)
    return answer


def _differences(before: Policy, after: Policy) -> list[str]:
    """The names of what changed. Not the values: a site's words may name people."""
    return [each.name for each in fields(Policy) if getattr(before, each.name) != getattr(after, each.name)]
