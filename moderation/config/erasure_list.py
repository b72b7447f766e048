"""The list of what was erased, as a file of the home folder: a restored database does not replace it."""

import os
import secrets
from collections.abc import Set
from pathlib import Path

from moderation.erasing.erasures import Erasure, latest, lines_of, read_lines
from moderation.errors import BadSetting
from moderation.process import failpoints


def list_path(home: Path) -> Path:
    """The file of the home folder."""
    return home / "erasures.jsonl"


def read_list(path: Path) -> set[Erasure]:
    """What the file lists; nothing where there is none. Raises BadSetting, ListUnreadable."""
    try:
        with path.open(encoding="utf-8") as file:
            return read_lines(file)
    except FileNotFoundError:
        return set()
    except (OSError, UnicodeError) as problem:
        raise BadSetting(f"The list of erasures {str(path)!r} cannot be read: {problem}.") from problem


def add_to_list(path: Path, erased: Set[Erasure]) -> None:
    """Add to the file what it does not list, by one rename. Raises BadSetting, ListUnreadable."""
    known = read_list(path)
    wanted = latest(known | erased)
    if wanted == known:
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with open(draft, "x", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.writelines(lines_of(wanted))
            file.flush()
            os.fsync(file.fileno())
        failpoints.reach("erasure_list.before_rename")
        draft.replace(path)
    except OSError as problem:
        raise BadSetting(f"The list of erasures {str(path)!r} cannot be written: {problem.strerror}.") from problem
    finally:
        draft.unlink(missing_ok=True)
