"""The one kind of request that may be large and slow: an upload of a file to import.

Its body is not read into memory first. The app's thread reads it as it arrives and writes it to disk. There are few
such threads, so the app refuses whoever may not upload before it reads.
"""

import asyncio
import io
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uvicorn._types import ASGIReceiveCallable

THREADS = 2
"""How many uploads are under way at once in a process."""

SILENCE_S = 30.0
UPLOAD_S = 6 * 3600.0
"""How long an upload may send nothing, and how long it may take: 8 GiB in this time are 400 KB/s."""

_PATH = re.compile(rb"/dashboard/sites/[^/?]+/imports(?:\?.*)?")


def is_upload(method: bytes, path: bytes) -> bool:
    """Whether this is the request with a file. path: as it was sent, perhaps behind a public path, and a query."""
    found = path.find(b"/dashboard/")
    return method == b"POST" and found >= 0 and _PATH.fullmatch(path, found) is not None


class ArrivingBody(io.RawIOBase):
    """The body of a request, for a thread that reads it while it arrives. Ends early when the client goes away."""

    def __init__(self, loop: asyncio.AbstractEventLoop, receive: "ASGIReceiveCallable") -> None:
        self._loop, self._receive = loop, receive
        self._rest = memoryview(b"")
        self.is_complete = False

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        """Fill the buffer with what has arrived; wait when nothing has."""
        while not self._rest and not self.is_complete:
            self._fetch()
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def _fetch(self) -> None:
        message = asyncio.run_coroutine_threadsafe(self._next(), self._loop).result()
        self._rest = memoryview(message)

    async def _next(self) -> bytes:
        message = await self._receive()
        if message["type"] != "http.request":
            self.is_complete = True
            return b""
        self.is_complete = not message["more_body"]
        return message["body"]
