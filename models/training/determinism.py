"""Makes training reproducible across x86-64 processors.

numpy and OpenBLAS choose their kernels by the processor, and kernels sum in different orders. The last bit of one sum
does not matter, but after a hundred solver steps the third digit of a head differs.
"""

import os
import platform
import sys
from typing import Final

PORTABLE_ENVIRONMENT: Final = {
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
    "OPENBLAS_CORETYPE": "Haswell",
}
"""Restricts both to what every x86-64 server since 2013 has. With one thread, results are identical to the bit."""


def use_portable_arithmetic() -> None:
    """Restart this program with PORTABLE_ENVIRONMENT, unless it is set already or the processor is not x86-64."""
    if platform.machine() in {"x86_64", "AMD64"} and not PORTABLE_ENVIRONMENT.items() <= os.environ.items():
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | PORTABLE_ENVIRONMENT)  # noqa: S606  (itself)
