"""The figures that Akismet's clients ask for: how many checks there were, by month. There is no quota."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from moderation.site import Site
from moderation.store import UnitOfWork
from moderation.store.checks import CheckCounts
from service.compat.akismet_form import Fields

MONTHS = {"60-days": 3, "6-months": 6, "all": 12}
"""How many months back get-stats looks for each period. Longer ago nothing is counted."""

MAX_ROWS = 500
_COLUMNS = ("api_calls", "spam", "ham", "missed_spam", "false_positives")
_HEADINGS = ("Site", "Total API Calls", "Spam", "Ham", "Missed Spam", "False Positives", "Is Revoked")


def subscription(site: Site) -> dict[str, Any]:
    """What get-subscription says, so that the plugin's settings page shows a working key."""
    return {
        "account_id": site.id,
        "account_name": site.name,
        "account_type": "self-hosted",
        "status": "active",
        "next_billing_date": False,
        "limit_reached": False,
    }


def usage(uow: UnitOfWork, site: Site, *, at: datetime) -> dict[str, Any]:
    """What usage-limit says: the checks of this month, without a limit."""
    [counts] = uow.checks.count_many(site.id, [_month_of(at)])
    return {"limit": "none", "usage": counts.all, "percentage": 0, "throttled": False}


def statistics(uow: UnitOfWork, site: Site, period: str, *, at: datetime) -> dict[str, Any]:
    """What get-stats says about a period, by default six months."""
    starts = list(_months(at, MONTHS.get(period, MONTHS["6-months"])))
    by_month = uow.checks.count_many(site.id, starts)
    whole = CheckCounts(*map(sum, zip(*by_month, strict=True)))
    wrong = whole.missed_spam + whole.false_positives
    accuracy = 100.0 * (whole.all - wrong) / whole.all if whole.all else 100.0
    months = zip(starts, by_month, strict=True)
    return {
        **_figures(whole),
        "accuracy": round(accuracy, 2),
        "time_saved": 0,
        "breakdown": {f"{start:%Y-%m}": _figures(each) | {"da": f"{start:%Y-%m-%d}"} for start, each in months},
    }


def sites_of_key(uow: UnitOfWork, site: Site, asked: Fields, *, at: datetime) -> tuple[dict[str, Any], str]:
    """What key-sites says about a month, as JSON and as CSV: a key has one site."""
    start = _asked_month(asked.get("month", "")) or _month_of(at)
    name = site.origins[0].partition("://")[2] if site.origins else site.id
    rows = [_row(uow, name, site, start)] if asked.get("filter", "") in name else []
    month = f"{start:%Y-%m}"
    return {month: rows, "limit": MAX_ROWS, "offset": 0, "total": len(rows)}, _as_csv(month, rows)


def _row(uow: UnitOfWork, name: str, site: Site, start: datetime) -> dict[str, Any]:
    counts = uow.checks.count_many(site.id, [start, _next(start)])[0]
    figures = {"api_calls": counts.all, **_figures(counts)}
    return {"site": name, **{column: str(figures[column]) for column in _COLUMNS}, "is_revoked": False}


def _figures(counts: CheckCounts) -> dict[str, int]:
    return {
        "spam": counts.rejected,
        "ham": counts.all - counts.rejected,
        "missed_spam": counts.missed_spam,
        "false_positives": counts.false_positives,
    }


def _as_csv(month: str, rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([f"Active sites during {month} (limit:{MAX_ROWS}, offset: 0, total: {len(rows)})"])
    writer.writerow(_HEADINGS)
    writer.writerows([row["site"], *(row[name] for name in _COLUMNS), "false"] for row in rows)
    return text.getvalue()


def _months(at: datetime, count: int) -> Iterator[datetime]:
    """The beginnings of so many months, the last of which is this one."""
    number = at.year * 12 + at.month - 1
    for each in range(number - count + 1, number + 1):
        yield datetime(each // 12, each % 12 + 1, 1, tzinfo=UTC)


def _month_of(at: datetime) -> datetime:
    return next(_months(at, 1))


def _next(start: datetime) -> datetime:
    return datetime(start.year + start.month // 12, start.month % 12 + 1, 1, tzinfo=UTC)


def _asked_month(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        return None
