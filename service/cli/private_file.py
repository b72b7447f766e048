"""New files that only their owner can read, for what names people."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from moderation.errors import Invalid


@contextmanager
def new_private_file(path: Path, *, option: str) -> Iterator[IO[str]]:
    """A new file of mode 0600. Raises Invalid when it exists or cannot be written; option: which one named it."""
    try:
        with open(path, "x", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            yield file
    except OSError as error:
        raise Invalid(option, f"{str(path)!r} cannot be written: {error.strerror}. Name a new file.") from error
