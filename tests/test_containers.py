"""The container files fit the code, as far as that can be seen without Docker."""

import re
import tomllib
from pathlib import Path

from moderation.config.options import OPTIONS

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


def test_they_set_only_settings_that_exist():
    compose = (ROOT / "compose.yaml").read_text("utf-8")

    named = set(re.findall(r"REJOINDER_\w+", DOCKERFILE + compose))

    assert named <= {option.variable for option in OPTIONS}


def test_the_image_is_built_from_every_package_and_nothing_else_is_let_in():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = {pattern.rstrip("*") for pattern in project["tool"]["setuptools"]["packages"]["find"]["include"]}
    first, *others = (ROOT / ".dockerignore").read_text("utf-8").split()

    copied = set(" ".join(re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE)).split())

    assert packages <= copied
    assert first == "*"
    assert {line[1:] for line in others if line.startswith("!")} == copied


def test_it_runs_on_the_python_that_it_was_built_with():
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)

    assert len(bases) == 2
    assert len(set(bases)) == 1
