"""The rail: the places of the dashboard, in their order. An entry appears once the view of its endpoint exists.

To add a place: one line in PLACES. Its key is pressed after `g`, and the palette offers it under its name.
"""

from dataclasses import dataclass

from flask import current_app, request, url_for

from moderation.accounts import Actor, Scope
from moderation.messages import N_
from service.http.language import _


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the dashboard. endpoint: of its first page; key: pressed after `g`; icon: a drawing of _icon.html.

    scope: what somebody must be allowed on at least one site to see it; under: how the endpoints of its other pages
    begin, without "dashboard.".
    """

    endpoint: str
    name: str
    key: str
    icon: str
    scope: Scope = Scope.READ
    under: tuple[str, ...] = ()


SETTINGS = (
    "show_site",
    "show_policy",
    "show_automation",
    "show_form",
    "show_keys",
    "show_webhooks",
    "show_moderators",
    "show_imports",
)
"""The sections of the settings (`settings.SECTIONS`)."""

PLACES = (
    Place("dashboard.show_queue", N_("Queue"), "q", "queue", under=("show_comment",)),
    Place("dashboard.show_campaigns", N_("Campaigns"), "c", "campaigns", under=("show_campaign",)),
    Place("dashboard.show_appeals", N_("Appeals"), "a", "appeals"),
    Place("dashboard.show_reports", N_("Reported"), "r", "reports"),
    Place("dashboard.show_rules", N_("Rules"), "u", "rules"),
    Place("dashboard.show_activity", N_("Activity"), "t", "activity"),
    Place("dashboard.show_insights", N_("Insights"), "i", "insights", under=("show_insight",)),
    Place("dashboard.show_people", N_("People"), "p", "people", Scope.ADMIN, ("show_person",)),
    Place("dashboard.show_second_looks", N_("Second looks"), "2", "looks", Scope.MODERATE),
    Place("dashboard.show_learning", N_("Learning"), "l", "learning", under=("show_learn",)),
    Place("dashboard.show_first_settings", N_("Settings"), "s", "settings", Scope.ADMIN, SETTINGS),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A place as a link. is_here: whether this page belongs to it."""

    name: str
    url: str
    key: str
    icon: str
    is_here: bool


def entries(actor: Actor) -> list[Entry]:
    """The places that exist and that this moderator may see."""
    return [
        Entry(_(place.name), url_for(place.endpoint), place.key, place.icon, _is_here(place))
        for place in PLACES
        if place.endpoint in current_app.view_functions and actor.sites(place.scope)
    ]


def _is_here(place: Place) -> bool:
    here = request.endpoint or ""
    return here == place.endpoint or here.removeprefix("dashboard.").startswith(place.under or ("\0",))
