"""Imports uploaded files, a batch at a time: between two batches the sweeper does its other work.

The reading goes on in this process only. When it dies, the next one begins the file again after the lease; comments
that were stored are recognized and passed over.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from moderation.errors import Invalid, ModerationError, StoreBusy
from moderation.imports.kinds import OWN, reader_of
from moderation.imports.prepare import Preparation
from moderation.imports.report import Outcome, Report, Row
from moderation.imports.run import Import
from moderation.imports.scratch import scratch_store
from moderation.imports.source_file import SourceFile
from moderation.imports.uploads import MAX_TRIES, Upload, UploadStatus, data_path, folder, report_path
from moderation.imports.urls import Addresses
from moderation.site import Site
from worker.context import Context

KEPT_DAYS = 30
LEFT_OVER = timedelta(days=1)
"""How old a file that belongs to no upload is when it is deleted; a younger one may be on its way."""

NOTED_EVERY = timedelta(seconds=1)

log = logging.getLogger("rejoinder.import")


@dataclass(slots=True)
class Reading:
    """A file that this process reads. attempt: which try it is. steps: stores a batch for each step."""

    upload: Upload
    attempt: int
    source: SourceFile
    report: Report
    noted_at: datetime
    stack: ExitStack = field(default_factory=ExitStack)
    steps: Iterator[None] = field(default_factory=lambda: iter(()))


def import_next(context: Context) -> int:
    """Store the next batch of the file in hand, or take the next file; returns 0 when none waits."""
    reading: Reading | None = context.places.get("import") or _begun(context)
    if reading is None:
        return 0
    context.places["import"] = reading
    try:
        next(reading.steps)
        _note_progress(context, reading)
    except StopIteration:
        _end(context, reading, UploadStatus.DONE, problem=reading.report.problem)
    except StoreBusy:
        _close(context, reading)  # begun again after the lease
        raise
    except ModerationError as problem:
        _end(context, reading, UploadStatus.FAILED, problem=str(problem.message))
    except Exception as problem:
        log.exception("import failed upload=%s", reading.upload.id)
        _end(context, reading, UploadStatus.FAILED, problem=f"Internal error ({type(problem).__name__}).")
    return 1


def forget_old(context: Context) -> int:
    """Forget uploads of long ago, and delete the files that belong to none; returns 0, since that is all."""
    at = context.now()
    context.store.write(lambda uow: uow.uploads.forget_old(before=at - timedelta(days=KEPT_DAYS)))
    with context.store.read() as uow:
        known = uow.uploads.ids()
    for path in folder(context.settings.home).iterdir():
        is_left_over = datetime.fromtimestamp(path.stat().st_mtime, at.tzinfo) < at - LEFT_OVER
        if path.name.partition(".")[0] not in known and is_left_over:
            path.unlink(missing_ok=True)
    return 0


def _begun(context: Context) -> Reading | None:
    """The next file whose turn it is; None when there is none in this home folder."""
    at, lease = context.now(), _lease(context)
    with context.store.read() as uow:
        waiting = uow.uploads.claimable(at=at)
    for upload in waiting:
        path = data_path(context.settings.home, upload.id)
        if upload.tries >= MAX_TRIES:
            _give_up(context, upload, f"It was begun {upload.tries} times and never ended.", at)
        elif path.is_file() and context.store.write(
            lambda uow, upload=upload: uow.uploads.claim(upload, lease=lease, at=at)  # type: ignore[misc]
        ):
            try:
                return _opened(context, upload, SourceFile(path), at)
            except (Invalid, ModerationError) as problem:
                _give_up(context, upload, str(problem.message), at)
    return None


def _opened(context: Context, upload: Upload, source: SourceFile, at: datetime) -> Reading:
    with context.store.read() as uow:
        site = uow.sites.get(upload.site_id)
    reading = Reading(upload, upload.tries + 1, source, Report(), at)
    file = reading.stack.enter_context(report_path(context.settings.home, upload.id).open("w", encoding="utf-8"))

    def write(row: Row) -> None:
        if row.codes or row.outcome not in (Outcome.IMPORTED, Outcome.ALREADY_THERE):
            print(json.dumps(row.as_json(), ensure_ascii=False), file=file)

    reading.report.write = write
    reading.steps = _run_of(context, reading, site, at).steps(reader_of(upload.kind)(source))
    log.info("import begun upload=%s kind=%s dry=%s", upload.id, upload.kind, upload.is_dry)
    return reading


def _run_of(context: Context, reading: Reading, site: Site, at: datetime) -> Import:
    upload, store = reading.upload, context.store
    target = reading.stack.enter_context(scratch_store(store.sealer, site, at=at)) if upload.is_dry else store
    return Import(
        store=target,
        preparation=Preparation(
            sealer=store.sealer,
            site=site,
            source=f"{upload.kind}:{upload.source}" if upload.source else upload.kind,
            addresses=Addresses(upload.addresses.splitlines()),
            keeps_rejected=upload.keeps_rejected or upload.kind == OWN,
            at=at,
        ),
        report=reading.report,
        by_id=upload.by_id,
        is_own=upload.kind == OWN,
        known_in=store if upload.is_dry else None,
    )


def _note_progress(context: Context, reading: Reading) -> None:
    """Tell how far it is, about once a second, and stop when somebody cancelled it."""
    at = context.now()
    if at - reading.noted_at < NOTED_EVERY:
        return
    reading.noted_at = at
    is_ours = context.store.write(
        lambda uow: uow.uploads.progress(
            reading.upload.id,
            reading.attempt,
            read=reading.source.read,
            counts=reading.report.as_json(),
            lease=_lease(context),
            at=at,
        )
    )
    if not is_ours:
        log.info("import stopped upload=%s", reading.upload.id)
        _close(context, reading)


def _end(context: Context, reading: Reading, status: UploadStatus, *, problem: str) -> None:
    """Close everything, then say so; the file goes after it was imported whole."""
    upload, counts, at = reading.upload, reading.report.as_json(), context.now()
    _close(context, reading)
    status = UploadStatus.FAILED if problem else status
    is_ours = context.store.write(
        lambda uow: uow.uploads.end(upload.id, status, attempt=reading.attempt, counts=counts, problem=problem, at=at)
    )
    if is_ours and status is UploadStatus.DONE and not upload.is_dry:
        data_path(context.settings.home, upload.id).unlink(missing_ok=True)
        context.doorbell.ring("scoring")
    log.info("import ended upload=%s status=%s", upload.id, status)


def _close(context: Context, reading: Reading) -> None:
    context.places.pop("import", None)
    if hasattr(reading.steps, "close"):
        reading.steps.close()
    reading.stack.close()


def _give_up(context: Context, upload: Upload, problem: str, at: datetime) -> None:
    context.store.write(lambda uow: uow.uploads.end(upload.id, UploadStatus.FAILED, problem=problem, at=at))


def _lease(context: Context) -> timedelta:
    return timedelta(seconds=context.settings.lease_s)
