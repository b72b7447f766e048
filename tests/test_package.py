"""The package as people install it: source distribution, wheel, and `rejoinder up` from the wheel alone."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

from tests.service.cli.test_up import Up, free_port
from tests.waiting import LIMIT_S, eventually

ROOT = Path(__file__).parent.parent
PACKAGES = ("models", "moderation", "service", "worker")
SOURCES = (*PACKAGES, "pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE")
NOT_INSTALLED = {".po", ".pot", ".pyc"}
CATALOGUE = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "spam"\nmsgstr "Spam"\n'

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A copy of the source tree with a translation in it, and nothing that was built."""
    tree = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        else:
            shutil.copy(ROOT / name, tree / name)
    messages = tree / "moderation" / "locales" / "ga" / "LC_MESSAGES"
    messages.mkdir(parents=True)
    (messages / "public.po").write_text(CATALOGUE)
    return tree


@pytest.fixture(scope="module")
def wheel(source, tmp_path_factory):
    """The wheel, built from the source distribution."""
    out = tmp_path_factory.mktemp("dist")
    build = "import sys; from setuptools import build_meta; build_meta.build_sdist(sys.argv[1])"
    run(sys.executable, "-c", build, str(out), cwd=source)
    [sdist] = out.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(out, filter="data")
    unpacked = out / sdist.name.removesuffix(".tar.gz")
    pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(out), str(unpacked), cwd=out)
    [wheel] = out.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The wheel's code alone in a virtual environment; the packages that it needs are those of the tests."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    pip("--python", str(python), "install", "--no-deps", "--no-index", str(wheel), cwd=folder)
    [site_packages] = folder.glob("lib/python*/site-packages")
    (site_packages / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return folder


def test_the_wheel_has_every_file_of_the_packages_and_compiled_catalogues(source, wheel):
    files = {
        path.relative_to(source).as_posix()
        for package in PACKAGES
        for path in (source / package).rglob("*")
        if path.is_file() and path.suffix not in NOT_INSTALLED
    }

    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert "moderation/locales/ga/LC_MESSAGES/public.mo" in names
    assert {name for name in names if not name.endswith(".mo")} == {
        name for name in files if not name.endswith(".mo")
    }


def test_the_wheel_alone_takes_in_and_scores_a_comment(installed, tmp_path):
    rejoinder = str(installed / "bin" / "rejoinder")
    up = Up(tmp_path / "home", free_port(), command=(rejoinder,), cwd=tmp_path, PYTHONPATH="")
    try:
        key = up.screen()["key"]

        assert up.post_comment() == 202
        eventually(lambda: [each["score"] is not None for each in up.queue(key)] == [True])
        for path in ("/demo", "/embed.js", "/embed.css", "/v1/docs", "/dashboard/static/dashboard.css"):
            with urllib.request.urlopen(up.url + path, timeout=LIMIT_S) as answer:
                assert answer.status == 200 and answer.read()
        assert up.end() == 0
    finally:
        up.process.kill()
        up.process.communicate()
    assert origin_of(installed, "service").is_relative_to(installed)
    assert "ga" in run(str(installed / "bin" / "python"), "-c", LANGUAGES, cwd=tmp_path)


LANGUAGES = "from moderation.messages.catalogues import languages; print(*languages())"


def origin_of(environment, package):
    python = str(environment / "bin" / "python")
    return Path(run(python, "-c", f"import {package}; print({package}.__file__)", cwd=environment).strip())


def pip(*arguments, cwd):
    return run(sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments, cwd=cwd)


def run(*command, cwd):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
