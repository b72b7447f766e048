"""The progress of a long command on a terminal: how much of a file is done, how fast, and how long the rest takes."""

import sys
import time
from types import TracebackType
from typing import Self

from moderation.imports.report import Report
from moderation.imports.source_file import SourceFile

EVERY_S = 0.5


class Progress:
    """One line on standard error, written over and over; nothing where that is no terminal.

    seconds: how long the command took, once it has ended.
    """

    def __init__(self, file: SourceFile, report: Report) -> None:
        self._file, self._report = file, report
        self._began = time.monotonic()
        self._shown = 0.0
        self._is_terminal = sys.stderr.isatty()
        self.seconds = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.seconds = round(time.monotonic() - self._began, 3)
        if self._shown:
            print(file=sys.stderr)

    def show(self) -> None:
        """Write the line, if it was not written just now."""
        now = time.monotonic()
        if self._is_terminal and now - self._shown >= EVERY_S:
            self._shown = now
            sys.stderr.write(f"\r{self.line(now - self._began)}\x1b[K")
            sys.stderr.flush()

    def line(self, elapsed_s: float) -> str:
        """ "1,500 rows, 6,000/s, 42%, 0:12 left"; without the end where the file does not tell."""
        rows = self._report.outcomes.total()
        words = [f"{rows:,} rows", f"{rows / max(elapsed_s, 0.001):,.0f}/s"]
        done = min(1.0, self._file.read / self._file.size) if self._file.size else 0.0
        if done:
            left_s = round(elapsed_s * (1 - done) / done)
            words += [f"{done:.0%}", f"{left_s // 60}:{left_s % 60:02} left"]
        return ", ".join(words)
