"""The output of `rejoinder up`: its own messages, and the lines of its programs with the program's name in front."""

import sys
from contextlib import suppress
from typing import TextIO

MAX_LINE = 8192


class Output:
    """A terminal or a file. Errors are ignored: a closed terminal must not stop the service."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._partial_lines: dict[int, bytes] = {}

    def say(self, message: str) -> None:
        """Print one line."""
        self._write(message)

    def add(self, name: str, pipe: int, data: bytes) -> None:
        """Print the complete lines from a program's pipe; keep the beginning of the next one."""
        *lines, rest = (self._partial_lines.pop(pipe, b"") + data).split(b"\n")
        if len(rest) > MAX_LINE:
            lines, rest = [*lines, rest], b""
        for line in lines:
            self._write(f"{name:<9} | {line.decode('utf-8', 'replace').rstrip()}")
        if rest:
            self._partial_lines[pipe] = rest

    def end(self, name: str, pipe: int) -> None:
        """The pipe is closed: print what is left of its last line."""
        if pipe in self._partial_lines:
            self.add(name, pipe, b"\n")

    def _write(self, line: str) -> None:
        with suppress(OSError, ValueError):
            print(line, file=self._stream, flush=True)
