"""A WordPress of Debian's package with its Akismet plugin, on a MariaDB of its own, both for one test."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.waiting import eventually

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).parent / "clients" / "wordpress.php"
NEEDED = ("php", "mariadbd", "mariadb", "mariadb-install-db")

_CONFIG = """<?php
define( 'DB_NAME', 'wp' ); define( 'DB_USER', 'root' ); define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:{socket}' ); define( 'DB_CHARSET', 'utf8mb4' ); define( 'DB_COLLATE', '' );
$table_prefix = 'wp_'; define( 'DISABLE_WP_CRON', true );
if ( ! defined( 'ABSPATH' ) ) {{ define( 'ABSPATH', __DIR__ . '/' ); }}
require_once ABSPATH . 'wp-settings.php';
"""


@contextmanager
def wordpress(url: str) -> Iterator[Path]:
    """The folder of an installed WordPress that asks the Rejoinder at this URL, by the lines in docs/migrate.md."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        pytest.skip(
            f"{', '.join(missing)} missing: install php-cli, php-mysql and mariadb-server-core to try WordPress."
        )
    with tempfile.TemporaryDirectory(prefix="wp") as name, _mariadb(Path(name)) as socket:
        folder = _unpacked(Path(name)) / "usr" / "share" / "wordpress"
        (folder / "wp-config.php").write_text(_CONFIG.format(socket=socket))
        [lines] = re.findall(r"```php\n(.*?)```", (ROOT / "docs" / "migrate.md").read_text("utf-8"), re.DOTALL)
        (folder / "wp-content" / "mu-plugins").mkdir()
        (folder / "wp-content" / "mu-plugins" / "rejoinder.php").write_text(
            lines.replace("https://comments.example", url)
        )
        call(folder, "install")
        yield folder


def call(folder: Path, *arguments: str, program: Path = PROGRAM) -> str:
    """What a program prints."""
    run = subprocess.run(
        ["php", str(program), str(folder), *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return run.stdout


def _unpacked(folder: Path) -> Path:
    download = subprocess.run(
        ["apt-get", "download", "-q", "wordpress"], cwd=folder, capture_output=True, text=True, check=False
    )
    packages = list(folder.glob("wordpress_*.deb"))
    if download.returncode or not packages:
        pytest.skip("Debian's package wordpress cannot be downloaded, so the plugin cannot be tried.")
    subprocess.run(["dpkg", "-x", str(packages[0]), str(folder / "root")], check=True)
    return folder / "root"


@contextmanager
def _mariadb(folder: Path) -> Iterator[Path]:
    """A server without a network, on a socket in this folder; its database is `wp`."""
    data, socket = folder / "db", folder / "s"
    own = ["--user=root", f"--datadir={data}"]
    subprocess.run(
        ["mariadb-install-db", "--no-defaults", "--auth-root-authentication-method=normal", *own],
        check=True,
        capture_output=True,
    )
    server = subprocess.Popen(
        [
            "mariadbd",
            "--no-defaults",
            *own,
            f"--socket={socket}",
            "--skip-networking",
            f"--pid-file={folder / 'pid'}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        client = [
            "mariadb",
            "--no-defaults",
            "-uroot",
            f"--socket={socket}",
            "-e",
            "CREATE DATABASE IF NOT EXISTS wp",
        ]
        eventually(lambda: subprocess.run(client, capture_output=True, check=False).returncode == 0)
        yield socket
    finally:
        server.terminate()
        server.wait()
