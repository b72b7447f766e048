"""`python -m bench.widget.others`: how much script and style stand before a form, beside those of three others.

Waline, Artalk and Twikoo come from npm with `npm pack`, as they are published; they are not run, because each needs
its own server. Bytes are gzipped at level 9, of the files that the documentation of each puts into a page.
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


def _weight_of(other: Other) -> tuple[str, int]:
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            ["npm", "pack", "--silent", other.package], cwd=folder, check=True, capture_output=True, text=True
        ).stdout.split()[-1]
        version = packed.removesuffix(".tgz").rpartition("-")[2]
        with tarfile.open(Path(folder) / packed) as archive:
            files = [archive.extractfile(f"package/dist/{name}") for name in other.files]
            return version, sum(len(gzip.compress(file.read(), 9)) for file in files if file)


if __name__ == "__main__":
    main()
