"""The figures of a site: counts of bounded index ranges, and samples of the newest comments."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from heapq import nlargest
from itertools import pairwise
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, func, literal_column, select, union_all

from moderation.accounts import Moderator
from moderation.comment import Status
from moderation.insights import (
    AGES,
    DAYS,
    PER_DAY,
    SAMPLE,
    SCORED,
    Day,
    Decided,
    Insights,
    Text,
    Work,
    days_until,
    histogram,
    speed_of,
    topics_of,
)
from moderation.store.database.any_of import any_of
from moderation.store.database.utc_timestamp import UtcTimestamp
from moderation.store.tables import BY_PEOPLE, DECIDED, LIVE, comments, decisions, threads

MOST_DECISIONS = 2_000
"""How many decisions of a moderator are counted."""

MOST_MODERATORS = 20


class InsightRepository:
    """The figures of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_site(self, site_id: str, moderators: Sequence[Moderator], *, at: datetime) -> Insights:
        """All figures of a site. moderators: whose work is counted."""
        spam, abuse = self._scores(site_id)
        ages, oldest = self._ages(site_id, at=at)
        return Insights(
            days=self._days(site_id, at=at),
            ages=ages,
            oldest=oldest,
            spam=histogram(spam),
            abuse=histogram(abuse),
            speed=speed_of(self._decided(site_id)),
            topics=topics_of(self._texts(site_id)),
            work=[self._work(site_id, each, at=at) for each in moderators[:MOST_MODERATORS]],
        )

    def _days(self, site_id: str, *, at: datetime) -> list[Day]:
        moments = days_until(at)
        bounds = {f"at_{n}": moment for n, moment in enumerate(moments)}
        counts = {
            status: self._connection.scalars(_PER_DAY, {"site": site_id, "status": status.value, **bounds}).all()
            for status in Status
        }
        return [
            Day(moments[n], counts[Status.APPROVED][n], counts[Status.PENDING][n], counts[Status.REJECTED][n])
            for n in range(DAYS)
        ]

    def _ages(self, site_id: str, *, at: datetime) -> tuple[list[int], datetime | None]:
        """How many wait in each group of ages, and since when the oldest does."""
        bounds = [at + timedelta(days=1), *(at - age for age in AGES), at - timedelta(days=36_500)]
        values = {"site": site_id, "status": Status.PENDING.value}
        counts = [
            self._connection.scalar(_RANGE, {**values, "since": since, "until": until}) or 0
            for until, since in pairwise(bounds)
        ]
        return counts, self._connection.scalar(_OLDEST, values)

    def _scores(self, site_id: str) -> tuple[list[float], list[float]]:
        spam: list[float] = []
        abuse: list[float] = []
        for status in Status:
            rows = self._connection.execute(_SCORES, {"site": site_id, "status": status.value}).all()
            spam += [row[0] for row in rows if row[0] is not None]
            abuse += [row[1] for row in rows if row[0] is not None]
        return spam, abuse

    def _decided(self, site_id: str) -> list[Decided]:
        found: list[Any] = []
        for status in (Status.APPROVED, Status.REJECTED):
            found += self._connection.execute(_DECIDED, {"site": site_id, "status": status.value}).all()
        newest = nlargest(SAMPLE, (row for row in found if row.decided_at), key=lambda row: row.decided_at)
        settled: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in self._connection.execute(_SETTLED, {"ids": [row.id for row in newest]}).all():
            settled[row.comment_id].append((row.by_id, row.status_after))
        return [Decided(row.received_at, row.decided_at, settled[row.id]) for row in newest]

    def _texts(self, site_id: str) -> list[Text]:
        """The newest comments with their pages."""
        found: list[Any] = []
        for status in Status:
            found += self._connection.execute(_NEWEST, {"site": site_id, "status": status.value}).all()
        ids = [row.id for row in nlargest(SAMPLE, found, key=lambda row: (row.received_at, row.id))]
        rows = self._connection.execute(_TEXTS, {"ids": ids})
        return [Text(row.title or row.url or row.key, row.body, row.status == "rejected") for row in rows]

    def _work(self, site_id: str, moderator: Moderator, *, at: datetime) -> Work:
        recent = (
            select(decisions.c.site_id, decisions.c.action)
            .where(BY_PEOPLE, decisions.c.by_id == moderator.id, decisions.c.at > at - timedelta(days=DAYS))
            .order_by(decisions.c.at.desc())
            .limit(MOST_DECISIONS)
        )
        made = Counter(row.action for row in self._connection.execute(recent) if row.site_id == site_id)
        return Work(moderator.id, moderator.name, made["approve"], made["reject"], made["undo"])


_OF = (LIVE, comments.c.site_id == bindparam("site"), comments.c.status == bindparam("status"))


def _moment(name: str) -> BindParameter[datetime]:
    return bindparam(name, type_=UtcTimestamp)


_days = union_all(  # as rows: PostgreSQL plans a count for all of them sooner than one for each
    *(
        select(
            literal_column(str(n)).label("n"),
            _moment(f"at_{n}").label("since"),
            _moment(f"at_{n + 1}").label("until"),
        )
        for n in range(DAYS)
    )
).subquery()


def _counted(since: Any, until: Any) -> Select[Any]:
    """How many comments of a status are between two moments, counted up to a bound."""
    some = (
        select(comments.c.id)
        .where(*_OF, comments.c.received_at >= since, comments.c.received_at < until)
        .correlate(_days)
        .limit(PER_DAY)
        .subquery()
    )
    return select(func.count()).select_from(some)


_PER_DAY = select(_counted(_days.c.since, _days.c.until).scalar_subquery()).select_from(_days).order_by(_days.c.n)
_RANGE = _counted(_moment("since"), _moment("until"))
_TEXTS = (
    select(comments.c.body, comments.c.status, threads.c.title, threads.c.url, threads.c.key)
    .join(threads, threads.c.id == comments.c.thread_id)
    .where(any_of(comments.c.id, "ids"))
)
_NEWEST_FIRST = comments.c.received_at.desc()
_OLDEST = select(func.min(comments.c.received_at)).where(*_OF)
_SCORES = select(comments.c.spam, comments.c.abuse).where(*_OF).order_by(_NEWEST_FIRST).limit(SCORED)
_NEWEST = select(comments.c.received_at, comments.c.id).where(*_OF).order_by(_NEWEST_FIRST).limit(SAMPLE)
_DECIDED = (
    select(comments.c.id, comments.c.received_at, comments.c.decided_at)
    .where(DECIDED, *_OF)
    .order_by(comments.c.decided_at.desc())
    .limit(SAMPLE)
)
_SETTLED = (
    select(decisions.c.comment_id, decisions.c.by_id, decisions.c.status_after)
    .where(any_of(decisions.c.comment_id, "ids"), decisions.c.status_after != Status.PENDING.value)
    .order_by(decisions.c.revision)
)
