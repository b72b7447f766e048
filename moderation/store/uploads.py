"""Uploaded files to import: what is known of each, and which a worker reads."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, or_, select, update

from moderation.errors import NotFound
from moderation.imports.uploads import MAX_TRIES, Upload, UploadStatus
from moderation.store.tables import uploads

ACTIVE = (UploadStatus.WAITING.value, UploadStatus.RUNNING.value)
REMEMBERED = 20
"""How many files of a site are shown."""


class UploadRepository:
    """The uploads of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, upload: Upload) -> None:
        """Store a new one, which waits for a worker."""
        values = {
            "id": upload.id,
            "site_id": upload.site_id,
            "kind": upload.kind,
            "source": upload.source,
            "addresses": upload.addresses,
            "keeps_rejected": int(upload.keeps_rejected),
            "size": upload.size,
            "by_id": upload.by_id,
            "created_at": upload.created_at,
            "status": upload.status.value,
            "is_dry": int(upload.is_dry),
            "read": 0,
            "counts": {},
            "problem": "",
            "tries": 0,
        }
        self._connection.execute(insert(uploads), values)

    def get(self, site_id: str, upload_id: str) -> Upload:
        """One of a site. Raises NotFound."""
        is_it = (uploads.c.site_id == site_id, uploads.c.id == upload_id)
        row = self._connection.execute(select(uploads).where(*is_it)).one_or_none()
        if row is None:
            raise NotFound("upload", upload_id)
        return _upload_from(row)

    def all(self, site_id: str) -> list[Upload]:
        """The last ones of a site, the newest first."""
        query = select(uploads).where(uploads.c.site_id == site_id).order_by(uploads.c.id.desc()).limit(REMEMBERED)
        return [_upload_from(row) for row in self._connection.execute(query)]

    def claimable(self, *, at: datetime) -> list[Upload]:
        """Those that wait, and those whose worker is silent for too long; the oldest first."""
        query = select(uploads).where(_is_free(at)).order_by(uploads.c.id)
        return [_upload_from(row) for row in self._connection.execute(query)]

    def claim(self, upload: Upload, *, lease: timedelta, at: datetime) -> bool:
        """Take one that nobody else reads, for its next try; false when another worker was faster."""
        claimed = update(uploads).where(uploads.c.id == upload.id, uploads.c.tries == upload.tries, _is_free(at))
        values = {
            "status": UploadStatus.RUNNING.value,
            "lease_until": at + lease,
            "tries": uploads.c.tries + 1,
            "read": 0,
            "counts": {},
        }
        return self._connection.execute(claimed.values(**values)).rowcount == 1

    def progress(
        self, upload_id: str, attempt: int, *, read: int, counts: Mapping[str, Any], lease: timedelta, at: datetime
    ) -> bool:
        """Note how far this try is and keep the lease; false when it was cancelled or another worker has the next."""
        is_running = uploads.c.status == UploadStatus.RUNNING.value
        is_it = (uploads.c.id == upload_id, uploads.c.tries == attempt, is_running)
        changed = update(uploads).where(*is_it).values(read=read, counts=dict(counts), lease_until=at + lease)
        return self._connection.execute(changed).rowcount == 1

    def end(
        self,
        upload_id: str,
        status: UploadStatus,
        *,
        attempt: int | None = None,
        counts: Mapping[str, Any] | None = None,
        problem: str = "",
        at: datetime,
    ) -> bool:
        """End a run that waits or goes on; attempt: only if this is its last try. False when it has ended."""
        values: dict[str, Any] = {"status": status.value, "problem": problem, "ended_at": at, "lease_until": None}
        is_it = [uploads.c.id == upload_id, uploads.c.status.in_(ACTIVE)]
        if attempt is not None:
            is_it.append(uploads.c.tries == attempt)
        changed = update(uploads).where(*is_it).values(values | ({} if counts is None else {"counts": dict(counts)}))
        return self._connection.execute(changed).rowcount == 1

    def begin_again(self, upload_id: str, *, is_dry: bool, by_id: str) -> None:
        """Let a worker read the file from its beginning, in the name of this moderator."""
        values = {
            "status": UploadStatus.WAITING.value,
            "is_dry": int(is_dry),
            "by_id": by_id,
            "read": 0,
            "counts": {},
            "problem": "",
            "tries": 0,
            "ended_at": None,
        }
        self._connection.execute(update(uploads).where(uploads.c.id == upload_id).values(**values))

    def forget(self, upload_id: str) -> None:
        """Delete what is known of one."""
        self._connection.execute(delete(uploads).where(uploads.c.id == upload_id))

    def forget_old(self, *, before: datetime) -> int:
        """Delete those that were uploaded before then and have ended; returns how many."""
        is_old = (uploads.c.created_at < before, uploads.c.status.not_in(ACTIVE))
        return self._connection.execute(delete(uploads).where(*is_old)).rowcount

    def ids(self) -> set[str]:
        """The ids of all, whose files are needed."""
        return set(self._connection.scalars(select(uploads.c.id)))


def _is_free(at: datetime) -> Any:
    is_left = and_(uploads.c.status == UploadStatus.RUNNING.value, uploads.c.lease_until <= at)
    return and_(or_(uploads.c.status == UploadStatus.WAITING.value, is_left), uploads.c.tries <= MAX_TRIES)


def _upload_from(row: Row[Any]) -> Upload:
    return Upload(
        id=row.id,
        site_id=row.site_id,
        kind=row.kind,
        source=row.source,
        addresses=row.addresses,
        keeps_rejected=bool(row.keeps_rejected),
        size=row.size,
        by_id=row.by_id,
        created_at=row.created_at,
        status=UploadStatus(row.status),
        is_dry=bool(row.is_dry),
        read=row.read,
        counts=row.counts,
        problem=row.problem,
        tries=row.tries,
        ended_at=row.ended_at,
    )
