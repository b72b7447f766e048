"""The files of the home folder besides the database: the secret and the embedded Valkey's socket."""

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from moderation.errors import BadSetting

MAX_SOCKET_PATH = 100
"""Bytes. Linux allows 107, macOS 103."""

START_FIRST = "Run `rejoinder up` (or `serve`) first, or set REJOINDER_HOME to the home of your installation."


def secret_path(home: Path) -> Path:
    """The file of the generated secret, for when REJOINDER_SECRET is not set."""
    return home / "secret"


def kept_secret(home: Path) -> bytes:
    """The generated secret. Raises BadSetting when there is none yet or the file is damaged."""
    path = secret_path(home)
    try:
        kept = path.read_bytes().strip()
    except FileNotFoundError as problem:
        raise BadSetting(f"There is no secret at {str(path)!r} yet. {START_FIRST}") from problem
    except OSError as problem:
        raise BadSetting(f"The secret in {str(path)!r} cannot be read: {problem.strerror}.") from problem
    if len(kept) < 32:
        raise BadSetting(f"The secret in {str(path)!r} is too short: expected the file as Rejoinder made it.")
    return kept


def make_secret(home: Path) -> None:
    """Generate a secret, mode 0600, unless there is one. Raises BadSetting.

    It is written under another name and then linked, so that of two processes one wins and both read the same secret.
    """
    if not secret_path(home).exists():
        write_secret(home, secrets.token_urlsafe(48).encode())


def write_secret(home: Path, secret: bytes) -> None:
    """Write the secret of the home, mode 0600, unless there is one. Raises BadSetting."""
    path = secret_path(home)
    try:
        _link_secret(path, path.with_name(f"secret.{os.getpid()}.{secrets.token_hex(4)}"), secret)
    except OSError as problem:
        raise BadSetting(f"The secret in {str(path)!r} cannot be written: {problem.strerror}.") from problem


def is_rotating(home: Path) -> bool:
    """Whether a rotation of the secret was begun and not finished."""
    return _rotation_mark(home).exists()


def begin_rotation(home: Path) -> None:
    """Put a new secret before the others in the file, by one rename. From then on it seals. Raises BadSetting."""
    _replace_secret(home, b"\n".join([secrets.token_urlsafe(48).encode(), kept_secret(home)]))
    _rotation_mark(home).touch(mode=0o600)


def end_rotation(home: Path) -> None:
    """Leave out the secrets that neither seal nor find any more. Raises BadSetting."""
    newest, *_, first = kept_secret(home).split(b"\n")
    _replace_secret(home, b"\n".join([newest, first]))
    _rotation_mark(home).unlink(missing_ok=True)


def _rotation_mark(home: Path) -> Path:
    return home / "secret.rotating"


def _replace_secret(home: Path, content: bytes) -> None:
    path = secret_path(home)
    draft = path.with_name(f"secret.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with open(draft, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as problem:
        raise BadSetting(f"The secret in {str(path)!r} cannot be written: {problem.strerror}.") from problem
    finally:
        draft.unlink(missing_ok=True)


def socket_path(home: Path) -> str:
    """Where the embedded Valkey listens, quoted for a URL: in the home, or in /tmp when that path is too long.

    Not in TMPDIR: that can be too long as well, and differ between `rejoinder up` and `rejoinder doctor`.
    """
    path = home / "valkey.sock"
    if len(os.fsencode(path)) > MAX_SOCKET_PATH:
        digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
        path = Path("/tmp") / f"rejoinder-{os.getuid()}" / f"{digest}.sock"  # noqa: S108  (a folder of mode 0700)
    return quote(str(path))


def _link_secret(path: Path, draft: Path, secret: bytes) -> None:
    try:
        with open(draft, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
