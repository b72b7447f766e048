"""Logging: one event per line, without personal data: `2026-11-23T10:00:00.000Z info worker comment decided id=…`."""

import logging
import sys
import time
import traceback
from types import TracebackType

from moderation.errors import ModerationError

_FRAMES = 6


def configure(level: str) -> None:
    """Log to standard error: our events of at least this level, and warnings of libraries.

    level: debug, info, warning or error.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("rejoinder").setLevel(level.upper())
    logging.captureWarnings(True)


class LineFormatter(logging.Formatter):
    """Time, level, logger, event. An exception is logged by its type and place.

    The message of a foreign exception is left out on purpose: a database's error quotes the row, a parser's the text.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The event as one line, whatever the message holds."""
        clock = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        where = record.name.removeprefix("rejoinder.")
        line = f"{clock}.{int(record.msecs):03d}Z {record.levelname.lower()} {where} {_first_line(record)}"
        if record.exc_info and record.exc_info[1]:
            line += f" {described(record.exc_info[1])}"
        return line


def described(problem: BaseException) -> str:
    """An exception as `problem=Type at=file:line<file:line`, with its message if the exception is ours."""
    words = f" words={str(problem)!r}" if isinstance(problem, ModerationError) else ""
    return f"problem={type(problem).__name__} at={_place(problem.__traceback__)}{words}"


def _first_line(record: logging.LogRecord) -> str:
    lines = record.getMessage().splitlines() or [""]
    return "".join(character if character.isprintable() else "?" for character in lines[0])


def _place(trace: TracebackType | None) -> str:
    """The innermost frames, innermost first."""
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    return "<".join(f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno}" for frame in reversed(frames))
