"""A trained model on disk: arrays, words, and a manifest with the SHA-256 of each file. Loading executes no code."""

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

FORMAT: Final = 4
MANIFEST: Final = "manifest.json"
SHIPPED: Final = Path(__file__).parent / "trained" / "rejoinder"
_ARRAYS: Final = {
    "word_weights": "float16",
    "gram_weights": "float16",
    "pair_weights": "float16",
    "hashes": "uint32",
    "counts": "uint32",
    "ordinary": "bool",
    "feature_weights": "float64",
}


class BadArtifact(Exception):
    """The files of a model are missing, damaged or incompatible, or contain numbers that are not finite."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """A trained model.

    words: the vocabulary. word_weights: shape (n_words, n_labels); a word's own weight plus those of its n-grams.
    gram_weights, pair_weights: shape (2 ** bits, n_labels). hashes, counts, ordinary: shape (n_words,); see
    `models.features.ngrams.word_hash` and `models.inference.reader.is_ordinary`.
    feature_weights: shape (n_features,), of the spam head, for `models.features.submission.FEATURES`.
    manifest: labels, calibration, sources, golden sample.
    """

    words: Sequence[str]
    word_weights: NDArray[np.float16]
    gram_weights: NDArray[np.float16]
    pair_weights: NDArray[np.float16]
    hashes: NDArray[np.uint32]
    counts: NDArray[np.uint32]
    ordinary: NDArray[np.bool_]
    feature_weights: NDArray[np.float64]
    manifest: Mapping[str, Any]

    @property
    def version(self) -> str:
        """Its name and the first digits of its digest, such as "rejoinder-2026.11+af2bfba3"."""
        return f"{self.manifest['name']}+{digest(self.manifest)[:8]}"


def digest(manifest: Mapping[str, Any]) -> str:
    """A hash of everything that a score depends on: files, calibration, and the names of labels and features."""
    parts = {name: manifest[name] for name in ("files", "heads", "labels", "features")}
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def save(artifact: Artifact, folder: Path) -> None:
    """Write a model to a folder, the manifest last."""
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
    """Write the manifest of a model."""
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(folder: Path = SHIPPED) -> Artifact:
    """Load a model; its arrays are read-only memory maps. Raises BadArtifact with the file and the problem."""
    manifest = _load_manifest(folder)
    for name, expected in manifest["files"].items():
        if _sha256(folder / name) != expected:
            raise BadArtifact(
                f"{folder / name} is damaged: its SHA-256 differs from the manifest. Install the model again."
            )
    words = (folder / "words.txt").read_text(encoding="utf-8").split("\n")
    arrays = {name: _load_array(folder / f"{name}.npy", dtype) for name, dtype in _ARRAYS.items()}
    _check_shapes(folder, len(words), len(manifest["labels"]), len(manifest["features"]), arrays)
    return Artifact(words=words, manifest=manifest, **arrays)


def _load_manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadArtifact(f"There is no model in {folder}: {MANIFEST} is missing.") from error
    except (OSError, ValueError, RecursionError) as error:
        raise BadArtifact(f"{path} is not a readable manifest ({error}). Install the model again.") from error
    if not isinstance(manifest, dict) or "format" not in manifest:
        raise BadArtifact(f"{path} is not a readable manifest (it has no format). Install the model again.")
    if manifest["format"] != FORMAT:
        raise BadArtifact(
            f"{path} has format {manifest['format']!r}; this version of Rejoinder reads format {FORMAT}."
        )
    if not _is_complete(manifest):
        raise BadArtifact(f"{path} is incomplete. Install the model again.")
    if not _has_calibration(manifest["heads"], manifest["labels"]):
        raise BadArtifact(f"{path} has a label without finite calibration numbers. Install the model again.")
    return manifest


def _is_complete(manifest: Mapping[str, Any]) -> bool:
    kinds = {"name": str, "labels": list, "features": list, "files": dict, "heads": dict}
    has_all = all(isinstance(manifest.get(name), kind) for name, kind in kinds.items())
    return has_all and set(manifest["files"]) == {"words.txt", *(f"{name}.npy" for name in _ARRAYS)}


def _has_calibration(heads: Mapping[str, Any], labels: Sequence[str]) -> bool:
    """Whether each label has three finite calibration numbers. Python's JSON parser accepts NaN and Infinity."""
    try:
        return all(isfinite(heads[label][part]) for label in labels for part in ("whole", "peak", "bias"))
    except (KeyError, TypeError, OverflowError):
        return False


def _sha256(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise BadArtifact(f"{path} cannot be read ({error.strerror}). Install the model again.") from error


def _load_array(path: Path, dtype: str) -> Any:
    try:
        array = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except (OSError, ValueError, EOFError) as error:
        raise BadArtifact(f"{path} is not a plain array ({error}). Install the model again.") from error
    if array.dtype != dtype:
        raise BadArtifact(f"{path} contains {array.dtype} instead of {dtype}. Install the model again.")
    if dtype.startswith("float") and not np.isfinite(array).all():
        raise BadArtifact(f"{path} contains numbers that are not finite. Install the model again.")
    return array


def _check_shapes(folder: Path, words: int, labels: int, features: int, arrays: Mapping[str, NDArray[Any]]) -> None:
    shapes = {name: array.shape for name, array in arrays.items()}
    fits = shapes["word_weights"] == (words, labels)
    fits = fits and shapes["hashes"] == shapes["counts"] == shapes["ordinary"] == (words,)
    fits = (
        fits
        and shapes["gram_weights"] == (1 << GRAM_BITS, labels)
        and shapes["pair_weights"] == (1 << PAIR_BITS, labels)
    )
    fits = fits and shapes["feature_weights"] == (features,)
    if not fits:
        raise BadArtifact(
            f"The arrays in {folder} do not match: {words} words, {labels} labels, {shapes}. Install the model again."
        )
