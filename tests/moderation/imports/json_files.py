"""Writes files of JSON, packed or not."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

AT = datetime(2020, 5, 1, 12, tzinfo=UTC)
"""When the comments of these files were written."""


def lines(folder: Path, *values: Any, packed: bool = True) -> Path:
    """A file of one JSON value per line."""
    path = folder / "backup"
    data = "".join(f"{json.dumps(each)}\n" for each in values).encode()
    path.write_bytes(gzip.compress(data) if packed else data)
    return path


def whole(folder: Path, value: Any, *, packed: bool = False) -> Path:
    """A file of one JSON value."""
    path = folder / "export.json"
    data = json.dumps(value, ensure_ascii=False, indent=1).encode()
    path.write_bytes(gzip.compress(data) if packed else data)
    return path
