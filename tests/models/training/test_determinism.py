"""Training uses the same kernels on every processor."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from models.training.determinism import PORTABLE_ENVIRONMENT

PROGRAM = """
import os, sys
from models.training.determinism import use_portable_arithmetic
use_portable_arithmetic()
import numpy, threadpoolctl
from numpy._core._multiarray_umath import __cpu_features__ as features
pools = threadpoolctl.threadpool_info()
print(features["X86_V4"], {pool["architecture"] for pool in pools if "architecture" in pool})
print(sys.argv[1:], sys.flags.safe_path, os.environ.get('OPENBLAS_CORETYPE'))
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="only x86-64 is restricted")
def test_the_program_restarts_with_its_arguments_and_without_processor_specific_kernels() -> None:
    unset = {name: value for name, value in os.environ.items() if name not in PORTABLE_ENVIRONMENT}
    ended = subprocess.run(
        [sys.executable, "-P", "-c", PROGRAM, "--out", "a b"],
        env=unset | {"PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.splitlines() == ["False {'Haswell'}", "['--out', 'a b'] True Haswell"]
