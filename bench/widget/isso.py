"""A running Isso with comments on one page."""

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

CONFIG = """[general]
dbpath = {folder}/comments.db
host = {origin}
[server]
listen = http://localhost:{port}
[moderation]
enabled = false
[guard]
enabled = false
[hash]
algorithm = none
"""


@contextmanager
def begin_isso(program: Path, folder: Path, origin: str, bodies: Sequence[str]) -> Iterator[str]:
    """Isso with these comments on /rye, for pages of this origin; yields its URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "isso.cfg").write_text(CONFIG.format(folder=folder, origin=origin, port=port))
    process = subprocess.Popen([program, "-c", folder / "isso.cfg", "run"], stderr=subprocess.DEVNULL)
    url = f"http://localhost:{port}"
    try:
        for number, body in enumerate(bodies):
            _post(f"{url}/new?uri=/rye", {"author": f"Reader {number}", "text": body, "title": "Rye"}, origin)
        yield url
    finally:
        process.terminate()
        process.wait()


def _post(url: str, sent: dict[str, str], origin: str) -> None:
    headers = {"Content-Type": "application/json", "Origin": origin, "Referer": f"{origin}/rye"}
    request = urllib.request.Request(url, json.dumps(sent).encode(), headers)
    for left in range(100, -1, -1):
        try:
            urllib.request.urlopen(request, timeout=30).close()
            return
        except urllib.error.URLError:
            if not left:
                raise
            time.sleep(0.2)
