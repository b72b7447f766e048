"""The policy of a site: its thresholds, rules and words, tried on past comments and on a text before it is saved."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from moderation import backtest, site_admin
from moderation.backtest import Difference, Report
from moderation.errors import Invalid
from moderation.links import count_links
from moderation.listed_words import Said
from moderation.messages import N_, Message
from moderation.policy import HEADS, Policy
from moderation.reasons import LABEL_REASONS
from moderation.store import UnitOfWork
from service.dashboard.blueprint import bp
from service.dashboard.excerpts import excerpt
from service.dashboard.labels import label_name, reason_name
from service.dashboard.policy_form import fields_of, policy_in, wrong_fields
from service.dashboard.session import actor
from service.dashboard.settings import check_owner, saved, settings_page
from service.http.language import _, text_of
from service.resources import resources
from service.schemas.policy import POLICY

SECTION = "show_policy"
TRIED_ON, SHOWN, EXCERPT = 1_000, 10, 160

ACTS = {"approve": N_("publish"), "hold": N_("hold"), "reject": N_("reject")}
"""What a policy does, in words."""

_CHANGED = N_("Somebody else saved another policy meanwhile. This is your draft; save it again to replace theirs.")


@bp.get("/sites/<site_id>/policy")
def show_policy(site_id: str) -> str:
    """The form with the policy in force."""
    check_owner(site_id)
    return _page(site_id, fields_of(_in_force(site_id)))


@bp.post("/sites/<site_id>/policy")
def change_policy(site_id: str) -> ResponseReturnValue:
    """Save the draft, or show what it would have done to past comments, or what of a text it would notice."""
    check_owner(site_id)
    in_force = _in_force(site_id)
    try:
        draft = policy_in(request.form, in_force)
        if request.form.get("do") == "match":
            return _page(site_id, request.form, matched=_matched(draft, request.form.get("sample", "")))
        if request.form.get("do") != "save":
            return _page(site_id, request.form, tried=_tried(site_id, draft))
        resources().store.write(lambda uow: _save(uow, site_id, draft))
    except Invalid as problem:
        return _page(site_id, request.form, problem=problem), 422
    resources().sites.forget(site_id)
    return saved(SECTION, site_id, "policy")


def _page(site_id: str, fields: Mapping[str, str], *, problem: Invalid | None = None, **results: Any) -> str:
    return settings_page(
        SECTION,
        site_id,
        problem=problem,
        wrong=wrong_fields(problem) if problem else (),
        fields=fields,
        version=_version(_in_force(site_id)),
        heads=[(label, label_name(label)) for label in LABEL_REASONS if label in HEADS],
        others=[(label, label_name(label)) for label in LABEL_REASONS if label not in HEADS],
        acts={action: _(words) for action, words in ACTS.items()},
        **results,
    )


def _in_force(site_id: str) -> Policy:
    with resources().store.read() as uow:
        return uow.sites.get(site_id).policy


def _save(uow: UnitOfWork, site_id: str, draft: Policy) -> None:
    if request.form.get("version") != _version(uow.sites.get(site_id).policy):
        raise Invalid("policy", Message(_CHANGED))
    site_admin.replace_policy(uow, site_id, draft, by_id=actor().id, at=resources().now())


def _version(policy: Policy) -> str:
    """What a form carries to notice that the policy was changed since it was shown."""
    return hashlib.sha256(json.dumps(POLICY.dump(policy), sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Matched:
    """What of a text the words of a draft notice. rules: phrases with their actions; links: in the text."""

    rules: tuple[tuple[str, str], ...]
    links: int


def _matched(draft: Policy, sample: str) -> Matched:
    said = Said.of((sample,))
    found = tuple((rule.phrase, rule.action.value) for rule in draft.words if said.has(rule.phrase))
    return Matched(found, count_links(sample))


def _tried(site_id: str, draft: Policy) -> dict[str, Any]:
    """What the draft would have done to the newest comments, as the page shows it."""
    report = backtest.run(resources().store, site_id, draft, limit=TRIED_ON)
    return {
        "report": report,
        "held": _held(report),
        "lost": [_row(each) for each in report.lost_comments[:SHOWN]],
        "let_through": [_row(each) for each in report.let_through_comments[:SHOWN]],
        "others": [_row(each) for each in report.other_changes[:SHOWN]],
    }


def _held(report: Report) -> dict[str, int]:
    return {
        "before": sum(move.count for move in report.moves if move.before == "hold"),
        "after": sum(move.count for move in report.moves if move.after == "hold"),
    }


def _row(difference: Difference) -> dict[str, str]:
    comment = difference.past.comment
    return {
        "id": comment.id,
        "name": comment.name,
        "text": excerpt(comment.body, EXCERPT),
        "action": difference.match.action.value,
        "reason": reason_name(difference.match.reason.value),
        "detail": text_of(difference.match.detail),
    }
