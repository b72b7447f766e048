"""Seals everything again with the newest secret. It can be broken off and called again."""

from dataclasses import dataclass
from functools import partial

from moderation.process import failpoints
from moderation.store import Store, UnitOfWork
from moderation.store.resealing import SEALED, Resealed, Sealed

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Counts:
    """How many values were sealed again, and how many no secret opens; those stay as they are."""

    sealed: int = 0
    unreadable: int = 0


def reseal_all(store: Store) -> Counts:
    """Go through every sealed value, some rows a transaction; in between others can write."""
    sealed, unreadable = 0, 0
    for what in SEALED:
        after, is_more = "", True
        while is_more:
            done = store.write(partial(_reseal, what=what, after=after))
            sealed, unreadable, after = sealed + done.sealed, unreadable + done.unreadable, done.last
            is_more = bool(after)
            failpoints.reach("resealing.after_batch")
    return Counts(sealed, unreadable)


def _reseal(uow: UnitOfWork, *, what: Sealed, after: str) -> Resealed:
    return uow.resealing.reseal(what, after=after, limit=AT_ONCE)
