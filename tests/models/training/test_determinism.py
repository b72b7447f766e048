"""Training uses the same routines on every processor."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from models.training.determinism import PLAINEST

LOOK = """
import os, sys
from models.training.determinism import use_plainest
use_plainest()
import numpy, threadpoolctl
from numpy._core._multiarray_umath import __cpu_features__ as found
print(found["X86_V4"], {pool["architecture"] for pool in threadpoolctl.threadpool_info() if "architecture" in pool})
print(sys.argv[1:], sys.flags.safe_path, os.environ.get('OPENBLAS_CORETYPE'))
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="other processors have no routines to choose from")
def test_a_program_begins_again_with_its_arguments_and_without_the_routines_that_few_processors_have() -> None:
    unset = {name: value for name, value in os.environ.items() if name not in PLAINEST}
    ended = subprocess.run(
        [sys.executable, "-P", "-c", LOOK, "--out", "a b"],
        env=unset | {"PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.splitlines() == ["False {'Haswell'}", "['--out', 'a b'] True Haswell"]
