"""nginx and Caddy as the documentation sets them up, as real processes in front of an installation.

They listen on 127.0.0.1 alone: on every address, an attacker's connection may have the port already.
"""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.stack import ROOT
from tests.waiting import eventually


def documented(page: str, kind: str) -> list[str]:
    """The code blocks of this kind on a page of docs/, in order."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def nginx_site(*, port: int, upstream: int) -> str:
    """The site of docs/operate.md, which listens on this port and passes requests on to the other."""
    site, _ = documented("operate.md", "nginx")
    return _replaced(site, {"listen 80;": f"listen 127.0.0.1:{port};", "127.0.0.1:8080": f"127.0.0.1:{upstream}"})


def compose_site(*, port: int, upstream: int) -> str:
    """The site of compose.yaml, likewise."""
    text = (ROOT / "compose.yaml").read_text("utf-8").partition("\nconfigs:")[2].partition("\nvolumes:")[0]
    site = re.sub(r"resolver [^;]*;", "", text.partition("content: |")[2]).replace("$$", "$")
    return _replaced(
        site, {"listen 8080;": f"listen 127.0.0.1:{port};", "http://web:8080": f"http://127.0.0.1:{upstream}"}
    )


def caddyfile(*, port: int, upstream: int) -> str:
    """The Caddyfile of docs/operate.md, which listens on this port and passes requests on to the other."""
    [file] = documented("operate.md", "caddyfile")
    own = {
        "{\n    servers": "{\n    admin off\n    servers",
        "comments.example {": f"http://:{port} {{\n    bind 127.0.0.1",
    }
    return _replaced(file, {**own, "127.0.0.1:8080": f"127.0.0.1:{upstream}"})


def start_nginx(site: str, folder: Path) -> "subprocess.Popen[bytes]":
    """nginx with this site, and as many connections as docs/operate.md advises."""
    _, numbers = documented("operate.md", "nginx")
    names = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = " ".join(f"{name}_temp_path {folder}/{name};" for name in names)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user} worker_processes 2; daemon off; pid {folder}/pid;\n"
        f"{numbers}\n"
        f"http {{ access_log off; {temporary}\n{site}\n}}\n"
    )
    return _started(["nginx", "-p", str(folder), "-c", "nginx.conf", "-e", "error.log"], folder)


def start_caddy(file: str, folder: Path) -> "subprocess.Popen[bytes]":
    """Caddy with this Caddyfile."""
    (folder / "Caddyfile").write_text(file)
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    return _started(command, folder)


STARTS = {
    "nginx": ("nginx", nginx_site, start_nginx),
    "compose": ("nginx", compose_site, start_nginx),
    "caddy": ("caddy", caddyfile, start_caddy),
}
"""By the name of the configuration: the program, its configuration, and how it is started."""


@contextmanager
def running(name: str, folder: Path, *, port: int, upstream: int) -> Iterator[None]:
    """The proxy with one of STARTS, while it runs. Skips the test where the program is not installed."""
    program, configure, start = STARTS[name]
    need(program)
    with _until_the_end(start(configure(port=port, upstream=upstream), folder), port, folder):
        yield


@contextmanager
def nginx_with(location: str, folder: Path, *, port: int, upstream: int) -> Iterator[None]:
    """nginx with the site of docs/operate.md and this location instead of its own, while it runs."""
    site = nginx_site(port=port, upstream=upstream)
    location = _replaced(location.partition("#")[0].rstrip(), {"127.0.0.1:8080": f"127.0.0.1:{upstream}"})
    own = re.search(r"location / \{\n *proxy_pass [^;]*;\n(.*?)\}", site, re.DOTALL)
    assert own, "docs/operate.md has no location with proxy_pass first any more"
    site = f"{site[: own.start()]}{location[:-1]}{own[1]}}} }}"
    with _until_the_end(start_nginx(site, folder), port, folder):
        yield


@contextmanager
def _until_the_end(process: "subprocess.Popen[bytes]", port: int, folder: Path) -> Iterator[None]:
    try:
        eventually(lambda: process.poll() is not None or _listens(port))
        assert process.poll() is None, (folder / "log").read_text()
        yield
    finally:
        process.terminate()
        process.wait()


def need(name: str) -> None:
    """Skip the test where the proxy is not installed."""
    if shutil.which(name) is None and not Path(f"/usr/sbin/{name}").exists():
        pytest.skip(f"{name} is not installed: install the package {name}")


def _replaced(text: str, changes: dict[str, str]) -> str:
    for old, new in changes.items():
        assert old in text, f"the documented configuration has no {old!r} any more"
        text = text.replace(old, new)
    return text


def _started(command: list[str], folder: Path) -> "subprocess.Popen[bytes]":
    home = {**os.environ, "HOME": str(folder), "PATH": f"{os.environ['PATH']}:/usr/sbin"}
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, env=home)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
