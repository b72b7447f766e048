"""One arithmetic for training: without it, processors of different makes add in different orders and end apart.

numpy and OpenBLAS choose their routines by the processor at import. A sum whose last bit differs is nothing, but
training stops after so many steps, and a hundred steps later the third digit of a head differs.
"""

import os
import platform
import sys
from typing import Final

PLAINEST: Final = {
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
    "OPENBLAS_CORETYPE": "Haswell",
}
"""What makes both use what every x86-64 server since 2013 has; with one thread the results are the same bits."""


def use_plainest() -> None:
    """Start this program again with the plainest arithmetic, unless it has it or the processor knows but one."""
    if platform.machine() in {"x86_64", "AMD64"} and not PLAINEST.items() <= os.environ.items():
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | PLAINEST)  # noqa: S606  (itself)
