"""Keeps a little room on the database's disk, so that a service on a full disk starts and shows what it has.

To read a SQLite file in WAL mode a process needs another file of 32 KiB beside it, the index of the log.
"""

import os
from contextlib import suppress
from pathlib import Path

from moderation.config.settings import Settings
from service.database_health import is_disk_full

RESERVE_BYTES = 262_144
_BLOCK_BYTES = 4096


def make_room(settings: Settings) -> bool:
    """Whether the disk is full. If so, give the reserve up until `refill`; else keep one for the next start."""
    is_full = is_disk_full(settings)
    if is_full:
        with suppress(OSError):  # the database says what is wrong with its folder
            _path(settings).unlink(missing_ok=True)
    else:
        refill(settings)
    return is_full


def refill(settings: Settings) -> None:
    """Write the reserve, or as much of it as there is room for."""
    if not settings.is_sqlite:
        return
    with suppress(OSError), _path(settings).open("ab", buffering=0) as file:
        while file.tell() < RESERVE_BYTES:
            file.write(os.urandom(_BLOCK_BYTES))  # not zeros, which some file systems do not store


def _path(settings: Settings) -> Path:
    return Path(f"{settings.database_path}.reserve")
