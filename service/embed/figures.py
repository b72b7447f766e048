"""How comments are moderated here: the figures of a site for everybody, as a page, as JSON and as CSV."""

import json
from collections import Counter, OrderedDict
from datetime import datetime, timedelta

from flask import Response, request

from moderation.errors import NotFound
from moderation.reasons import reason_named
from moderation.transparency import LEAST, Count, Month, as_csv, as_json, months_before
from service.embed.views import bp
from service.http.language import _, translator
from service.rate_limits.reads import count_read
from service.resources import resources
from service.submissions.plain_form import embed_page

FRESH_FOR = timedelta(hours=1)
MOST_KEPT = 100

_kept: OrderedDict[tuple[str, str], tuple[datetime, list[Month]]] = OrderedDict()
"""The figures of the last sites that were asked for, by database and site: to count them reads whole tables."""


@bp.get("/sites/<site_id>/figures")
def show_figures(site_id: str) -> Response:
    """A table with a row for each month."""
    months = _months(site_id)
    return embed_page(
        "transparency.html",
        site=resources().sites.get(site_id),
        months=months,
        reasons=_reasons(months),
        shown=_shown,
        duration=_duration,
        here=request.path,
    )


@bp.get("/sites/<site_id>/figures.json")
def give_figures(site_id: str) -> Response:
    """The same for programs."""
    return Response(json.dumps(as_json(site_id, _months(site_id))), mimetype="application/json")


@bp.get("/sites/<site_id>/figures.csv")
def download_figures(site_id: str) -> Response:
    """The same as a table."""
    return Response(as_csv(_months(site_id)), mimetype="text/csv")


def _months(site_id: str) -> list[Month]:
    """At most an hour old. Raises NotFound."""
    count_read()
    here = resources()
    site, at = here.sites.get(site_id), here.now()
    if not site.shows_figures:
        raise NotFound("page")
    key = (here.settings.database_url, site.id)
    counted_at, months = _kept.get(key, (None, []))
    if counted_at is None or not timedelta(0) <= at - counted_at < FRESH_FOR:
        with here.store.read() as uow:
            months = uow.transparency.months(site.id, months_before(at))
        _kept[key] = (at, months)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return months


def _reasons(months: list[Month]) -> list[tuple[str, int]]:
    """The sentences that authors read, with how often each was given; hidden numbers count as none."""
    totals: Counter[str] = Counter()
    for month in months:
        for reason, count in month.reasons.items():
            totals[reason] += count or 0
    named = [(_(reason_named(reason).spec.public), count) for reason, count in totals.most_common() if count]
    return [(text, count) for text, count in named if text]


def _shown(count: Count) -> str:
    return f"< {LEAST}" if count is None else translator().number(count)


def _duration(seconds: Count) -> str:
    """A time in the largest unit that is at least one, with the symbols of the units."""
    if seconds is None:
        return "–"
    for size, symbol in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{translator().number(round(seconds / size))} {symbol}"
    return f"{translator().number(seconds)} s"
