"""Removes a site: its comments go to a file, then all of it is deleted, some at a time.

When it is broken off, a second call removes the rest. The first file has the comments that were deleted by then.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO

from moderation.audit import AuditEvent
from moderation.erasing.erasures import Erasure, Kind
from moderation.exports.contents import ExportedComment
from moderation.exports.json_lines import json_lines, lines_of_end
from moderation.exports.run import contents_in_pages, contents_of
from moderation.process import failpoints
from moderation.site import Site
from moderation.store import Store, UnitOfWork

AT_ONCE = 1_000
"""How many rows one transaction deletes; in between others can write."""


@dataclass(slots=True)
class _Export:
    """What is in the file so far. last_id: of the last comment. end: where the last line of the file begins."""

    file: IO[str]
    count: int = 0
    last_id: str = ""
    end: int = 0


def remove_site(store: Store, site_id: str, export: IO[str], *, by_id: str, at: datetime) -> int:
    """Write the site's comments to `export`, then delete the site and everything that belongs to it.

    Returns the number of exported comments. The file is complete and on disk before anything is deleted; what comes
    meanwhile is added to it. The audit trail of the site stays. Raises NotFound.
    """
    with store.read() as uow:
        site = uow.sites.get(site_id)
    store.write(lambda uow: _begin(uow, site_id, by_id=by_id, at=at))
    written = _write(store, site, export, at=at)
    _remove_many(store, site_id, up_to=written.last_id)
    return store.write(lambda uow: _finish(uow, site, written, by_id=by_id, at=at))


def remove_again(store: Store, site_id: str, *, by_id: str, at: datetime) -> None:
    """Delete a site that was removed before its database was replaced by an older one. Nothing is exported."""
    store.write(lambda uow: _begin(uow, site_id, by_id=by_id, at=at))
    _remove_many(store, site_id, up_to=_LAST)
    store.write(lambda uow: _remove(uow, site_id, {"exported": 0}, by_id=by_id, at=at))


_LAST = "~"
"""Sorts behind every id."""


def _begin(uow: UnitOfWork, site_id: str, *, by_id: str, at: datetime) -> None:
    uow.audit.append(site_id, [AuditEvent(at, by_id, "site.removal_begun", site_id)])


def _write(store: Store, site: Site, file: IO[str], *, at: datetime) -> _Export:
    """Export what there is now, in many short looks."""
    written = _Export(file)
    contents = contents_in_pages(store, site, with_emails=True, at=at)
    for line in json_lines(replace(contents, comments=_counted(contents.comments, written))):
        written.end = file.tell()
        file.write(line)
    _to_disk(file)
    return written


def _counted(comments: Iterable[ExportedComment], written: _Export) -> Iterator[ExportedComment]:
    for exported in comments:
        written.count, written.last_id = written.count + 1, exported.comment.id
        yield exported


def _remove_many(store: Store, site_id: str, *, up_to: str) -> None:
    while store.write(lambda uow: uow.site_removal.remove_some(site_id, up_to=up_to, limit=AT_ONCE)):
        failpoints.reach("site_removal.after_batch")


def _finish(uow: UnitOfWork, site: Site, written: _Export, *, by_id: str, at: datetime) -> int:
    """Export what came meanwhile, and delete the rest. Run again when the transaction is: it writes from the end."""
    uow.site_removal.lock(site.id)
    late = list(contents_of(uow, site, with_emails=True, at=at).comments)
    count = written.count + len(late)
    written.file.seek(written.end)
    written.file.truncate()
    written.file.writelines(lines_of_end(late, count=count))
    _to_disk(written.file)
    uow.erasures.note([Erasure(Kind.SITE, site.id, at)])
    _remove(uow, site.id, {"exported": count}, by_id=by_id, at=at)
    return count


def _remove(uow: UnitOfWork, site_id: str, detail: dict[str, int], *, by_id: str, at: datetime) -> None:
    uow.audit.append(site_id, [AuditEvent(at, by_id, "site.removed", site_id, detail)])
    uow.site_removal.remove(site_id)


def _to_disk(file: IO[str]) -> None:
    file.flush()
    os.fsync(file.fileno())
