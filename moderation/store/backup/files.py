"""Backup files: what they must hold, and how they appear under their names only when they are complete."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from moderation.errors import ModerationError


class BackupFailed(ModerationError):
    """Raised when a backup cannot be written, read or restored. Nothing was changed; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a sound backup says of itself. revision: of its schema. fingerprint: of the secret that it needs."""

    revision: str
    fingerprint: bytes


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """An empty file of mode 0600 beside `path`. At the end it is flushed to disk and renamed to `path`.

    When the block raises, the draft is deleted. A process that is killed leaves a draft, never a half `path`.
    Raises BackupFailed when the folder cannot be written.
    """
    try:
        number, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".partial", dir=path.parent)
    except OSError as error:
        raise BackupFailed(f"{str(path)!r} cannot be written: {error.strerror}.") from error
    os.close(number)
    draft = Path(name)
    try:
        yield draft
        sync(draft)
        draft.replace(path)
        sync(path.parent)
    except OSError as error:
        raise BackupFailed(f"{str(path)!r} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Flush a file, or the names in a folder, to disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
