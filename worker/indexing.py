"""Indexes the words of new comments, so that moderators find them.

Not with the comment and not with its score: neither shall wait for it. A search finds a comment some seconds later.
"""

from datetime import timedelta

from moderation.ids import first_id, made_at
from worker.context import Context

AT_ONCE = 250
"""How many comments a transaction indexes: some ten milliseconds on SQLite, where no other can write meanwhile."""

OVERLAP = timedelta(seconds=30)
"""A comment is committed a while after its id was made, and after others with later ids. So each run begins with the
comments of this time before the newest that is indexed; `check_index` finds those that come later still."""


def index_new(context: Context) -> int:
    """Index some comments from the newest that is indexed on; returns 0 when there are no more."""
    after = context.places.get("indexing")
    if after is None:
        with context.store.read() as uow:
            newest = uow.text_index.newest()
        after = first_id("cmt", at=made_at(newest) - OVERLAP) if newest else ""
    return _index_next(context, "indexing", after)


def check_index(context: Context) -> int:
    """Index what is missing, and forget what was erased, among some of all comments; returns 0 after the last."""
    return _index_next(context, "index-check", context.places.get("index-check", ""))


def _index_next(context: Context, place: str, after: str) -> int:
    with context.store.read() as uow:
        stale, last = uow.text_index.next_stale(after=after, limit=AT_ONCE)
    if stale:
        context.store.write(lambda uow: uow.text_index.renew(stale))
    context.places[place] = last
    if not last:
        del context.places[place]
    return int(bool(last))
