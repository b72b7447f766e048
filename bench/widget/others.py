"""`python -m bench.widget.others`: how much script and style stand before a form, beside those of three others.

Waline, Artalk and Twikoo come from npm with `npm pack`, as they are published. Bytes are gzipped at level 9, of the
files that the documentation of each puts into a page. `python -m bench.widget` runs them.
"""

import gzip
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from service import bundles


@dataclass(frozen=True)
class Other:
    """A comment system on npm. files: what a page loads of its `dist`."""

    name: str
    package: str
    files: tuple[str, ...]


OTHERS = (
    Other("Waline", "@waline/client", ("waline.js", "waline.css")),
    Other("Artalk", "artalk", ("Artalk.js", "Artalk.css")),
    Other("Artalk, its light build", "artalk", ("ArtalkLite.js", "ArtalkLite.css")),
    Other("Twikoo", "twikoo", ("twikoo.min.js",)),
)


def main() -> None:
    """Print a table."""
    ours = len(gzip.compress(bundles.built("embed.js").encode(), 9))
    print("| | files | KB gzipped |\n|---|---|---|")
    print(f"| Rejoinder | 1 | {ours / 1000:.1f} |")
    for other in OTHERS:
        version, weight = _weight_of(other)
        print(f"| {other.name} {version} | {len(other.files)} | {weight / 1000:.1f} |")


def unpacked(package: str, folder: Path) -> tuple[str, Path]:
    """Fetch a package of npm's into the folder; its version, and the folder of the files that pages load."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    version = packed.removesuffix(".tgz").rpartition("-")[2]
    with tarfile.open(folder / packed) as archive:
        archive.extractall(folder / packed.removesuffix(".tgz"), filter="data")
    return version, folder / packed.removesuffix(".tgz") / "package" / "dist"


def _weight_of(other: Other) -> tuple[str, int]:
    with tempfile.TemporaryDirectory() as folder:
        version, files = unpacked(other.package, Path(folder))
        return version, sum(len(gzip.compress((files / name).read_bytes(), 9)) for name in other.files)


if __name__ == "__main__":
    main()
