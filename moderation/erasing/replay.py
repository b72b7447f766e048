"""Erases again what was erased before a backup was restored. Done at each start; mostly there is nothing to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from moderation.config.erasure_list import add_to_list, read_list
from moderation.erasing.erase import AT_ONCE, Cause, PassagesOf, erase_by_key, erase_comments
from moderation.erasing.erasures import Erasure, Kind, latest
from moderation.erasing.remove_site import remove_again
from moderation.store import Store

BY_START = "start"
"""Who erases in the audit trail: the start of a process."""

LOOKED_UP_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was erased again. listed: how long the list is."""

    listed: int
    comments: int
    sites: int


def replay(store: Store, paths: Sequence[Path], passages_of: PassagesOf, *, at: datetime) -> Replayed:
    """Erase again what the database or one of the files lists, then add the whole list to the database and the first
    of the files. Raises BadSetting, ListUnreadable.
    """
    with store.read() as uow:
        in_database = uow.erasures.all()
    listed = latest(in_database.union(*(read_list(path) for path in paths)))
    if listed - in_database:
        store.write(lambda uow: uow.erasures.note(listed - in_database))
    sites = _remove_sites(store, listed, at=at)
    comments = _erase_comments(store, listed, passages_of, at=at) + _erase_people(store, listed, passages_of, at=at)
    add_to_list(paths[0], listed)
    return Replayed(len(listed), comments, sites)


def _remove_sites(store: Store, listed: set[Erasure], *, at: datetime) -> int:
    removed_at = {each.subject: each.at for each in sorted(listed) if each.kind is Kind.SITE}
    with store.read() as uow:
        found = uow.erasures.added_before(removed_at) if removed_at else []
    for site_id in found:
        remove_again(store, site_id, by_id=BY_START, at=at)
    return len(found)


def _erase_comments(store: Store, listed: set[Erasure], passages_of: PassagesOf, *, at: datetime) -> int:
    ids = sorted(each.subject for each in listed if each.kind is Kind.COMMENT)
    found: list[str] = []
    for start in range(0, len(ids), LOOKED_UP_AT_ONCE):
        with store.read() as uow:
            found += uow.erasures.still_there(ids[start : start + LOOKED_UP_AT_ONCE])
    erase = partial(erase_comments, passages_of=passages_of, cause=Cause.REPLAY, by_id=BY_START, at=at)
    for start in range(0, len(found), AT_ONCE):
        store.write(partial(erase, comment_ids=found[start : start + AT_ONCE]))
    return len(found)


def _erase_people(store: Store, listed: set[Erasure], passages_of: PassagesOf, *, at: datetime) -> int:
    count = 0
    for person in sorted(each for each in listed if each.kind is Kind.PERSON):
        site_id, _, digest = person.subject.rpartition("/")
        sites = [site_id] if site_id else None
        erased = erase_by_key(
            store,
            bytes.fromhex(digest),
            passages_of,
            sites=sites,
            cause=Cause.REPLAY,
            by_id=BY_START,
            until=person.at,
            at=at,
        )
        count += erased.comments
    return count
