"""Campaigns: one card for many comments with nearly the same text, and one decision about all that wait."""

from dataclasses import dataclass, replace

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation import campaigns
from moderation.accounts import Scope
from moderation.actions import Action
from moderation.campaigns import Piece, differences
from moderation.errors import NotFound
from moderation.queue import Campaign
from moderation.sender_rule import LIFETIMES, SenderKind
from moderation.senders import add_sender_rule
from service.dashboard.blueprint import bp
from service.dashboard.decide import asked_action, asked_note, asked_reason, place
from service.dashboard.in_place import in_place
from service.dashboard.notices import Outcome, notices_of, outcome_of
from service.dashboard.queue import reject_choices
from service.dashboard.session import actor, check_may_decide, wants_json
from service.dashboard.together import words_about
from service.resources import resources

SHOWN = 25
SAMPLES = 3
LEAST = 2


@dataclass(frozen=True, slots=True)
class CampaignCard:
    """A campaign, ready to show. samples: some of its texts, in pieces that say what changes from one to the next."""

    campaign: Campaign
    samples: list[list[Piece]]
    may_decide: bool


@bp.get("/campaigns")
def show_campaigns() -> str:
    """The campaigns of which comments wait, the largest first."""
    sites, now = actor().sites(Scope.READ), resources().now()
    with resources().store.read() as uow:
        found = uow.campaigns.largest(sites=sites, least=LEAST, limit=SHOWN)
        cards = [
            CampaignCard(
                campaign,
                differences(uow.campaigns.samples(campaign.id, sites=sites, limit=SAMPLES)),
                actor().may(campaign.site_id, Scope.MODERATE),
            )
            for campaign in found
        ]
        notices = notices_of(uow, actor(), outcome_of(), at=now)
        about = words_about(uow, [], {}, {f"campaign-{each.id}": each.id for each in found})
    return render_template(
        "dashboard/campaigns.html",
        campaigns=cards,
        notices=notices,
        about=about,
        args={},
        reject_reasons=reject_choices(),
    )


@bp.post("/campaigns/<campaign_id>/decisions")
def decide_campaign(campaign_id: str) -> ResponseReturnValue:
    """Approve or reject all that waits of a campaign."""
    sites = actor().sites(Scope.READ)
    with resources().store.read() as uow:
        found = uow.campaigns.find({campaign_id}, sites=sites) if "\0" not in campaign_id else {}
    if campaign_id not in found:
        raise NotFound("campaign", campaign_id)
    check_may_decide(found[campaign_id].site_id)
    here, action = resources(), asked_action()
    result = campaigns.decide_campaign(
        here.store,
        here.dispatch,
        campaign_id,
        action,
        asked_reason() if action.spec.needs_reason else None,
        actor().by,
        sites=actor().sites(Scope.MODERATE),
        at=here.now(),
        note=asked_note(),
    )
    outcome = Outcome.of([each.decision for each in result.decided])
    if "next" in request.form and action is Action.REJECT:
        like_these = result.decided[0].comment
        rule = here.store.write(
            lambda uow: add_sender_rule(
                uow, like_these, SenderKind.CAMPAIGN, actor().by, lifetime=LIFETIMES["day"], at=here.now()
            )
        )
        outcome = replace(outcome, rule=(rule.id,))
    if wants_json():
        return {**in_place(outcome), "campaign": campaign_id}
    if request.args.get("on") == "campaigns":
        return redirect(url_for("dashboard.show_campaigns", **outcome.in_url()), code=303)
    return redirect(place(outcome), code=303)
