"""The insights of a site: figures as pictures, each with its table and as CSV. Moderators see their own work only."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.accounts import Moderator, Scope
from moderation.errors import Invalid, NotFound
from moderation.insights import BINS, PER_DAY, SAMPLE, SCORED, Insights
from moderation.messages import N_, Message
from moderation.policy import Policy
from moderation.store import UnitOfWork
from service.dashboard.blueprint import bp
from service.dashboard.charts import Chart, stacked
from service.dashboard.session import actor
from service.http.errors import Forbidden
from service.http.language import _, ngettext
from service.resources import resources

TABLES = ("days", "ages", "scores", "pages", "domains", "words", "work")

AGES = (
    N_("under an hour"),
    N_("an hour to a day"),
    N_("a day to a week"),
    N_("a week to a month"),
    N_("over a month"),
)

Rows = Sequence[Sequence[object]]


@bp.get("/insights")
def show_insights() -> ResponseReturnValue:
    """To the insights of the first site that the moderator reads."""
    sites = actor().sites(Scope.READ)
    if not sites:
        raise Forbidden(Message(N_("You have no role on any site. Ask an owner to give you one.")))
    return redirect(url_for("dashboard.show_insights_of", site_id=sites[0]), code=303)


@bp.get("/sites/<site_id>/insights")
def show_insights_of(site_id: str) -> str:
    """All figures of one site."""
    found, policy = _figures(site_id)
    with resources().store.read() as uow:
        sites = uow.sites.all(actor().sites(Scope.READ))
    return render_template(
        "dashboard/insights.html",
        site_id=site_id,
        sites=sites,
        is_owner_here=actor().may(site_id, Scope.ADMIN),
        charts={"days": _days_chart(found), "ages": _ages_chart(found), **_score_charts(found, policy)},
        tables={table: _table(found, table) for table in TABLES},
        found=found,
        policy_time=_duration(found.speed.policy),
        people_time=_duration(found.speed.people),
        per_day=PER_DAY,
        sample=SAMPLE,
        scored=SCORED,
    )


@bp.get("/sites/<site_id>/insights.csv")
def download_insights(site_id: str) -> Response:
    """One of the tables as CSV."""
    table = request.args.get("table", "")
    found, _policy = _figures(site_id)
    if table not in TABLES:
        raise Invalid("table", Message(N_("must be one of: %(choices)s."), {"choices": list(TABLES)}))
    lines = io.StringIO()
    csv.writer(lines).writerows(_table(found, table))
    response = Response(lines.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{table}.csv"'
    return response


def _figures(site_id: str) -> tuple[Insights, Policy]:
    if not actor().may(site_id, Scope.READ):
        raise NotFound("site", site_id)
    with resources().store.read() as uow:
        policy = uow.sites.get(site_id).policy
        return uow.insights.of_site(site_id, _shown(uow, site_id), at=resources().now()), policy


def _shown(uow: UnitOfWork, site_id: str) -> list[Moderator]:
    """Whose work is shown: an owner sees everybody's, others their own."""
    here = [each for each in uow.accounts.moderators() if site_id in each.roles]
    return here if actor().may(site_id, Scope.ADMIN) else [each for each in here if each.id == actor().id]


def _table(found: Insights, table: str) -> Rows:
    """The figures of one picture, with a head. Words of a sheet that begin like a formula get a space in front."""
    match table:
        case "days":
            rows: list[Sequence[object]] = [[_("Day"), _("Approved"), _("Pending"), _("Rejected")]]
            return rows + [[f"{d.begins:%Y-%m-%d}", d.approved, d.pending, d.rejected] for d in found.days]
        case "ages":
            return [[_("Waiting for"), _("Number of comments")], *zip(map(_, AGES), found.ages, strict=True)]
        case "scores":
            head = [[_("Percent"), _("Spam"), _("Abuse")]]
            return head + [[_bin(n), found.spam[n], found.abuse[n]] for n in range(BINS)]
        case "work":
            head = [[_("Moderator"), _("Approved"), _("Rejected"), _("Undone")]]
            return head + [[_plain(w.name), w.approved, w.rejected, w.undone] for w in found.work]
    names = {"pages": _("Page"), "domains": _("Domain"), "words": _("Word")}
    listed = getattr(found.topics, table)
    return [[names[table], _("Number of comments")], *([_plain(name), count] for name, count in listed)]


def _plain(text: str) -> str:
    return f" {text}" if text[:1] in "=+-@\t\r" else text


def _bin(n: int) -> str:
    return f"{n * 100 // BINS}-{(n + 1) * 100 // BINS}"


def _days_chart(found: Insights) -> Chart:
    return stacked(
        [
            (
                f"{day.begins:%Y-%m-%d}: {day.approved} / {day.pending} / {day.rejected}",
                (("approved", day.approved), ("pending", day.pending), ("rejected", day.rejected)),
            )
            for day in found.days
        ]
    )


def _ages_chart(found: Insights) -> Chart:
    return stacked(
        [(f"{_(words)}: {count}", (("pending", count),)) for words, count in zip(AGES, found.ages, strict=True)]
    )


def _score_charts(found: Insights, policy: Policy) -> dict[str, Chart]:
    """The scores of both labels, with the thresholds of the policy."""
    charts = {}
    for label, numbers in (("spam", found.spam), ("abuse", found.abuse)):
        columns = [(f"{_bin(n)} %: {count}", ((label, count),)) for n, count in enumerate(numbers)]
        charts[label] = stacked(columns, _thresholds(policy, label))
    return charts


def _thresholds(policy: Policy, label: str) -> list[tuple[float, str, str]]:
    bounds = policy.thresholds.get(label)
    named = (("approve_below", _("publish")), ("hold_at", _("hold")), ("reject_at", _("reject")))
    places = [(getattr(bounds, name, None), name, words) for name, words in named]
    return [(share, name, f"{words} {share:.0%}") for share, name, words in places if share is not None]


def _duration(time: timedelta | None) -> str:
    """A length of time in its largest unit; "" for none."""
    if time is None:
        return ""
    minutes = time // timedelta(minutes=1)
    if minutes < 1:
        return _("under a minute")
    if minutes < 120:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes)
    if minutes < 2_880:
        return ngettext("%(n)s hour", "%(n)s hours", minutes // 60)
    return ngettext("%(n)s day", "%(n)s days", minutes // 1_440)
