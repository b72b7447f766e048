"""Where the Python processes of an installation look for code: never in the current folder."""

import os
import site
from pathlib import Path

import service

_ROOT = Path(service.__file__).absolute().parents[1]
"""The folder that our packages are in: site-packages, or a checkout."""


def safe_environment() -> dict[str, str]:
    """The environment for child processes. `python -m` in them does not put the current folder on the search path.

    PYTHONPATH keeps its absolute folders: a relative or empty one is the current folder too. A checkout is added at
    its end, because without the current folder its processes would not find it.
    """
    given = [each for each in os.environ.get("PYTHONPATH", "").split(os.pathsep) if Path(each).is_absolute()]
    installed = {*site.getsitepackages(), site.getusersitepackages()}
    own = [] if {str(_ROOT)} & {*installed, *given} else [str(_ROOT)]
    return {**os.environ, "PYTHONSAFEPATH": "1", "PYTHONPATH": os.pathsep.join([*given, *own])}
