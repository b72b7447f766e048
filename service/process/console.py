"""What `rejoinder up` shows: its own sentences, and what its programs write, each line with the program's name."""

import sys
from contextlib import suppress
from typing import TextIO

LONGEST_LINE = 8192


class Output:
    """A terminal, or a file. When nobody reads any more, nothing is written any more."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._beginnings: dict[int, bytes] = {}

    def say(self, sentence: str) -> None:
        """One line of our own."""
        self._write(sentence)

    def add(self, name: str, pipe: int, written: bytes) -> None:
        """Bytes from a program's pipe: its whole lines are shown, the beginning of the next is kept."""
        *lines, rest = (self._beginnings.pop(pipe, b"") + written).split(b"\n")
        if len(rest) > LONGEST_LINE:
            lines, rest = [*lines, rest], b""
        for line in lines:
            self._write(f"{name:<9} | {line.decode('utf-8', 'replace').rstrip()}")
        if rest:
            self._beginnings[pipe] = rest

    def end(self, name: str, pipe: int) -> None:
        """The pipe is closed: show what it left without a line's end."""
        if pipe in self._beginnings:
            self.add(name, pipe, b"\n")

    def _write(self, line: str) -> None:
        with suppress(OSError, ValueError):
            print(line, file=self._stream, flush=True)
