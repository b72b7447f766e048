"""A trained model on disk: arrays, words and a manifest that names the hash of each. Loading runs no code."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import isfinite
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.features.ngrams import GRAM_BITS, PAIR_BITS

FORMAT: Final = 2
MANIFEST: Final = "manifest.json"
SHIPPED: Final = Path(__file__).parent / "trained" / "rejoinder"
_ARRAYS: Final = {
    "rows": "float32",
    "grams": "float16",
    "pairs": "float16",
    "hashes": "uint32",
    "counts": "uint32",
    "ordinary": "bool",
    "signs": "float64",
}


class BadArtifact(Exception):
    """Raised when a model's files are missing, damaged, of another version, or hold a number that is none."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """A model as it is served.

    words: the known words. rows: shape (n_words, n_labels). grams, pairs: shape (2 ** bits, n_labels).
    hashes, counts, ordinary: shape (n_words,); ordinary: see `models.inference.token_cache.is_ordinary`.
    signs: shape (n_features,), of `models.features.submission`.
    manifest: labels, calibration, sources, scores.
    """

    words: Sequence[str]
    rows: NDArray[np.float32]
    grams: NDArray[np.float16]
    pairs: NDArray[np.float16]
    hashes: NDArray[np.uint32]
    counts: NDArray[np.uint32]
    ordinary: NDArray[np.bool_]
    signs: NDArray[np.float64]
    manifest: Mapping[str, Any]

    @property
    def version(self) -> str:
        """Its name and the first digits of its hash, such as "rejoinder-2026.11+af2bfba3"."""
        return f"{self.manifest['name']}+{digest(self.manifest)[:8]}"


def digest(manifest: Mapping[str, Any]) -> str:
    """One hash for all that a score depends on: the files, the curves, the names of labels and features."""
    parts = {name: manifest[name] for name in ("files", "heads", "labels", "features")}
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def save(artifact: Artifact, folder: Path) -> None:
    """Write a model, its manifest last."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "words.txt").write_text("\n".join(artifact.words), encoding="utf-8")
    for name, dtype in _ARRAYS.items():
        np.save(
            folder / f"{name}.npy", np.ascontiguousarray(getattr(artifact, name), dtype=dtype), allow_pickle=False
        )
    names = ["words.txt", *(f"{name}.npy" for name in _ARRAYS)]
    files = {name: sha256((folder / name).read_bytes()).hexdigest() for name in names}
    write_manifest({**artifact.manifest, "format": FORMAT, "files": files}, folder)


def write_manifest(manifest: Mapping[str, Any], folder: Path) -> None:
    """Write the facts of a model beside its arrays."""
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(folder: Path = SHIPPED) -> Artifact:
    """Open a model, its arrays mapped into memory and read-only. Raises BadArtifact with what is wrong and where."""
    manifest = _manifest(folder)
    for name, expected in manifest["files"].items():
        if _hash(folder / name) != expected:
            raise BadArtifact(
                f"{folder / name} is damaged: its SHA-256 is not the manifest's. Install the model again."
            )
    words = (folder / "words.txt").read_text(encoding="utf-8").split("\n")
    arrays = {name: _array(folder / f"{name}.npy", dtype) for name, dtype in _ARRAYS.items()}
    _agree(folder, len(words), len(manifest["labels"]), len(manifest["features"]), arrays)
    return Artifact(words=words, manifest=manifest, **arrays)


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadArtifact(f"There is no model in {folder}: {MANIFEST} is missing.") from error
    except (OSError, ValueError, RecursionError) as error:
        raise BadArtifact(f"{path} is not a readable manifest ({error}). Install the model again.") from error
    if not isinstance(manifest, dict) or "format" not in manifest:
        raise BadArtifact(f"{path} is not a readable manifest (it says no format). Install the model again.")
    if manifest["format"] != FORMAT:
        raise BadArtifact(
            f"{path} says format {manifest['format']!r}; this version of Rejoinder reads format {FORMAT}."
        )
    if not _is_complete(manifest):
        raise BadArtifact(f"{path} is not complete. Install the model again.")
    if not _has_curves(manifest["heads"], manifest["labels"]):
        raise BadArtifact(f"{path} lacks a curve of finite numbers for some label. Install the model again.")
    return manifest


def _is_complete(manifest: Mapping[str, Any]) -> bool:
    kinds = {"name": str, "labels": list, "features": list, "files": dict, "heads": dict}
    whole = all(isinstance(manifest.get(name), kind) for name, kind in kinds.items())
    return whole and set(manifest["files"]) == {"words.txt", *(f"{name}.npy" for name in _ARRAYS)}


def _has_curves(heads: Mapping[str, Any], labels: Sequence[str]) -> bool:
    """Whether each label has the three numbers of its curve. JSON as Python reads it knows NaN and Infinity."""
    try:
        return all(isfinite(heads[label][part]) for label in labels for part in ("whole", "peak", "bias"))
    except (KeyError, TypeError, OverflowError):
        return False


def _hash(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise BadArtifact(f"{path} cannot be read ({error.strerror}). Install the model again.") from error


def _array(path: Path, dtype: str) -> Any:
    try:
        array = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except (OSError, ValueError, EOFError) as error:
        raise BadArtifact(f"{path} is not a plain array ({error}). Install the model again.") from error
    if array.dtype != dtype:
        raise BadArtifact(f"{path} holds {array.dtype}, not {dtype}.")
    if dtype.startswith("float") and not np.isfinite(array).all():
        raise BadArtifact(f"{path} holds numbers that are not finite; a score would mean nothing.")
    return array


def _agree(folder: Path, words: int, labels: int, features: int, arrays: Mapping[str, NDArray[Any]]) -> None:
    shapes = {name: array.shape for name, array in arrays.items()}
    whole = shapes["rows"] == (words, labels)
    whole = whole and shapes["hashes"] == shapes["counts"] == shapes["ordinary"] == (words,)
    whole = whole and shapes["grams"] == (1 << GRAM_BITS, labels) and shapes["pairs"] == (1 << PAIR_BITS, labels)
    whole = whole and shapes["signs"] == (features,)
    if not whole:
        raise BadArtifact(f"The arrays in {folder} do not fit together: {words} words, {labels} labels, {shapes}.")
