"""`python -m bench.sink PORT…`: an endpoint on each port, in a process of its own; the path says how it behaves.

/after/50 answers 204 after 50 ms, /after/0 at once, /never takes what comes and does not answer.
"""

import asyncio
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.stack import ROOT, eventually, free_port

BACKLOG = 4096
ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_AFTER = re.compile(rb"POST /after/(\d+) ")


@contextmanager
def sinks(count: int) -> Iterator[list[int]]:
    """Start a process with `count` endpoints; yields their ports."""
    ports = [free_port() for _ in range(count)]
    process = subprocess.Popen([sys.executable, "-m", "bench.sink", *map(str, ports)], cwd=ROOT)
    try:
        eventually(lambda: all(_listens(port) for port in ports))
        yield ports
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Endpoint(asyncio.Protocol):
    """One connection, kept open. Requests come one after the other, as clients without pipelining send them."""

    def __init__(self) -> None:
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer once the request is whole."""
        self._held += data
        head, ends, body = self._held.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not ends or len(body) < (int(length[1]) if length else 0):
            return
        self._held = b""
        if after := _AFTER.match(head):
            asyncio.get_running_loop().call_later(int(after[1]) / 1000, self._answer)

    def _answer(self) -> None:
        if isinstance(self._transport, asyncio.WriteTransport) and not self._transport.is_closing():
            self._transport.write(ANSWER)


async def listen(ports: list[int]) -> None:
    """Serve on these ports of 127.0.0.1 until the process is ended."""
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(Endpoint, "127.0.0.1", port, backlog=BACKLOG) for port in ports]
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(listen([int(port) for port in sys.argv[1:]]))
