"""Files that owners upload to import them: what is known of each, and where it is.

The file itself and the report of its rows are in the home folder, named after its id. It is read by
`worker/importing.py`; a dry run keeps it, and an import deletes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

MAX_BYTES = 8 << 30
MAX_TRIES = 20
"""How often a run is begun again after its process died."""


class UploadStatus(StrEnum):
    """What becomes of a file. It waits for a worker, which then reads it, until it is read or cannot be read."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_active(self) -> bool:
        """Whether a worker reads it or will."""
        return self in (UploadStatus.WAITING, UploadStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody uploaded. kind: of `kinds.KINDS`; source: a name that keeps ids of several files apart.

    addresses: lines of a mapping file. size, read: bytes. is_dry: whether the run only tries. counts: of the report,
    as JSON. problem: why it failed, "" otherwise. tries: how often a worker began the run.
    """

    id: str
    site_id: str
    kind: str
    source: str
    addresses: str
    keeps_rejected: bool
    size: int
    by_id: str
    created_at: datetime
    status: UploadStatus = UploadStatus.WAITING
    is_dry: bool = True
    read: int = 0
    counts: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""
    tries: int = 0
    ended_at: datetime | None = None

    @property
    def can_import(self) -> bool:
        """Whether the file is still there to be imported, or to be imported again."""
        return not self.status.is_active and not (self.status is UploadStatus.DONE and not self.is_dry)


def folder(home: Path) -> Path:
    """Where the files are; made if necessary, for this user only."""
    path = home / "imports"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def data_path(home: Path, upload_id: str) -> Path:
    """The uploaded file."""
    return folder(home) / f"{upload_id}.data"


def report_path(home: Path, upload_id: str) -> Path:
    """The report: a line of JSON for each row that was not simply imported."""
    return folder(home) / f"{upload_id}.jsonl"
