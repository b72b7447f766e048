"""Destroys what sites keep no longer: a walk over all comments and deliveries, some rows at a time.

A comment that is over is erased as a person's is, but is neither announced nor listed: the next run would erase it
again from a restored backup.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from moderation.erasing.retention import Destroyed, Kept, Retention, due
from moderation.process import failpoints
from moderation.store import Store, UnitOfWork

AT_ONCE = 500

Counts = Counter[tuple[str, Destroyed]]
"""How much was destroyed, or would be, by site and kind."""

Due = Mapping[Destroyed, Sequence[Kept]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run is: after which comment, then after which delivery."""

    comment: str = ""
    delivery: int = 0
    has_comments: bool = True


BEGINNING = Place()


def destroy_next(
    store: Store, place: Place, *, at: datetime, is_dry_run: bool = False
) -> tuple[Counts, Place | None]:
    """Destroy what is over among the next rows. Returns how much, and the place to go on from, None at the end.

    is_dry_run: only count.
    """
    with store.read() as uow:
        retentions = uow.retention.all()
    if place.has_comments:
        return _comments(store, retentions, place, at=at, is_dry_run=is_dry_run)
    return _deliveries(store, retentions, place, at=at, is_dry_run=is_dry_run)


def destroy_all(store: Store, *, at: datetime, is_dry_run: bool = False) -> Counts:
    """A whole run."""
    counts = Counts()
    place: Place | None = BEGINNING
    while place is not None:
        some, place = destroy_next(store, place, at=at, is_dry_run=is_dry_run)
        counts.update(some)
    return counts


def _comments(
    store: Store, retentions: Mapping[str, Retention], place: Place, *, at: datetime, is_dry_run: bool
) -> tuple[Counts, Place]:
    with store.read() as uow:
        found, last = uow.retention.next_comments(after=place.comment, limit=AT_ONCE)
    counts = _counts(_sorted(found, retentions, at))
    if counts and not is_dry_run:
        ids = [each.id for each in found]
        counts = store.write(lambda uow: _destroy(uow, ids, retentions, at=at))
        failpoints.reach("retention.after_batch")
    return counts, Place(comment=last, has_comments=bool(last))


def _destroy(uow: UnitOfWork, ids: Sequence[str], retentions: Mapping[str, Retention], *, at: datetime) -> Counts:
    """Decide again, now that nobody else can: an undo may have come in between."""
    by_kind = _sorted(uow.retention.locked(ids), retentions, at)
    erased = [each.id for kind in (Destroyed.SPAM, Destroyed.REJECTED) for each in by_kind[kind]]
    tombstones = {each.thread.id for each in uow.erasures.lock(erased) if each.public_body is not None}
    uow.erasures.erase(erased, at=at)
    uow.threads.touch(tombstones, at=at)
    uow.retention.forget_emails([each.id for each in by_kind[Destroyed.EMAILS]])
    uow.retention.forget_networks([each.id for each in by_kind[Destroyed.NETWORKS]])
    counts = _counts(by_kind)
    uow.retention.count(counts, at=at)
    return counts


def _deliveries(
    store: Store, retentions: Mapping[str, Retention], place: Place, *, at: datetime, is_dry_run: bool
) -> tuple[Counts, Place | None]:
    days = {site_id: each.delivery_days for site_id, each in retentions.items()}
    with store.read() as uow:
        over, last = uow.retention.next_deliveries(days, after=place.delivery, at=at, limit=AT_ONCE)
    counts = Counts((site_id, Destroyed.DELIVERIES) for site_id in over.values())
    if over and not is_dry_run:
        store.write(lambda uow: _delete(uow, list(over), counts, at=at))
    return counts, Place(delivery=last, has_comments=False) if last else None


def _delete(uow: UnitOfWork, ids: Sequence[int], counts: Counts, *, at: datetime) -> None:
    uow.retention.delete_deliveries(ids)
    uow.retention.count(counts, at=at)


def _sorted(found: Sequence[Kept], retentions: Mapping[str, Retention], at: datetime) -> Due:
    by_kind: dict[Destroyed, list[Kept]] = defaultdict(list)
    for comment in found:
        if comment.site_id in retentions:
            for what in due(comment, retentions[comment.site_id], at=at):
                by_kind[what].append(comment)
    return by_kind


def _counts(by_kind: Due) -> Counts:
    return Counts((each.site_id, what) for what, some in by_kind.items() for each in some)
