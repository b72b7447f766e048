"""What owners do with files that they upload to import them. Each function writes its entry in the audit trail."""

from datetime import datetime

from moderation.audit import AuditEvent
from moderation.errors import Invalid
from moderation.imports.kinds import KINDS
from moderation.imports.uploads import Upload, UploadStatus
from moderation.imports.urls import Addresses
from moderation.messages import N_, Message
from moderation.store import UnitOfWork

MAX_SOURCE = 100


def checked_options(kind: str, source: str, addresses: str) -> None:
    """Check what a form says about a file. Raises Invalid."""
    if kind not in KINDS:
        raise Invalid("kind", Message(N_("choose one of the answers in the list.")))
    if len(source) > MAX_SOURCE or not source.isprintable():
        raise Invalid("source", Message(N_("use at most %(most)s printable characters."), {"most": MAX_SOURCE}))
    Addresses(addresses.splitlines())


def add(uow: UnitOfWork, upload: Upload, *, at: datetime) -> None:
    """Take a file that is complete on disk; a dry run of it begins. Raises Invalid while the site has another run."""
    _check_idle(uow, upload.site_id)
    uow.uploads.add(upload)
    _note(uow, upload, "import.uploaded", upload.by_id, at)


def begin_import(uow: UnitOfWork, site_id: str, upload_id: str, *, by_id: str, at: datetime) -> None:
    """Import the file after its dry run, or again. Raises NotFound, Invalid."""
    upload = uow.uploads.get(site_id, upload_id)
    _check_idle(uow, site_id)
    if not upload.can_import:
        raise Invalid("file", Message(N_("this file is imported already.")))
    uow.uploads.begin_again(upload_id, is_dry=False, by_id=by_id)
    _note(uow, upload, "import.requested", by_id, at)


def cancel(uow: UnitOfWork, site_id: str, upload_id: str, *, by_id: str, at: datetime) -> None:
    """Stop reading the file. What was imported stays. Raises NotFound, Invalid when it has ended."""
    upload = uow.uploads.get(site_id, upload_id)
    if not uow.uploads.end(upload_id, UploadStatus.CANCELLED, at=at):
        raise Invalid("file", Message(N_("this run has ended already.")))
    _note(uow, upload, "import.cancelled", by_id, at)


def forget(uow: UnitOfWork, site_id: str, upload_id: str, *, by_id: str, at: datetime) -> None:
    """Delete what is known of the file; its files are deleted with the next cleanup. Raises NotFound, Invalid."""
    upload = uow.uploads.get(site_id, upload_id)
    if upload.status.is_active:
        raise Invalid("file", Message(N_("cancel the run first.")))
    uow.uploads.forget(upload_id)
    _note(uow, upload, "import.forgotten", by_id, at)


def _check_idle(uow: UnitOfWork, site_id: str) -> None:
    if any(each.status.is_active for each in uow.uploads.all(site_id)):
        raise Invalid("file", Message(N_("another file is being read for this site; wait for it or cancel it.")))


def _note(uow: UnitOfWork, upload: Upload, action: str, by_id: str, at: datetime) -> None:
    uow.audit.append(upload.site_id, [AuditEvent(at, by_id, action, upload.id, {"kind": upload.kind})])
