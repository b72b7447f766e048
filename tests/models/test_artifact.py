import json
import shutil
from hashlib import sha256

import numpy as np
import pytest

from models.artifact import SHIPPED, BadArtifact, load
from models.scorer import Scorer


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(SHIPPED, folder)
    return folder


def rewrite(folder, **changes):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | changes))


def put(folder, name, array):
    np.save(folder / name, array)
    files = json.loads((folder / "manifest.json").read_text())["files"]
    rewrite(folder, files=files | {name: sha256((folder / name).read_bytes()).hexdigest()})


def test_the_shipped_model_loads_and_is_at_most_15_mb(copy, artifact):
    assert load(copy).version == artifact.version
    assert sum(path.stat().st_size for path in copy.iterdir()) <= 15_000_000


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(BadArtifact, match=r"no model in .* manifest.json is missing"):
        load(tmp_path)


def test_a_truncated_array_is_refused(copy):
    whole = (copy / "gram_weights.npy").read_bytes()
    (copy / "gram_weights.npy").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(BadArtifact, match=r"gram_weights.npy is damaged: its SHA-256 differs from the manifest"):
        load(copy)


def test_one_flipped_bit_is_refused(copy):
    rows = bytearray((copy / "word_weights.npy").read_bytes())
    rows[-1] ^= 1
    (copy / "word_weights.npy").write_bytes(rows)

    with pytest.raises(BadArtifact, match=r"word_weights.npy is damaged"):
        load(copy)


def test_a_missing_file_is_named(copy):
    (copy / "pair_weights.npy").unlink()

    with pytest.raises(BadArtifact, match=r"pair_weights.npy cannot be read"):
        load(copy)


def test_another_format_is_refused(copy):
    rewrite(copy, format=99)

    with pytest.raises(BadArtifact, match=r"has format 99; this version of Rejoinder reads format \d+"):
        load(copy)


def test_a_manifest_that_is_not_json_is_refused(copy):
    (copy / "manifest.json").write_text("{")

    with pytest.raises(BadArtifact, match=r"not a readable manifest"):
        load(copy)


@pytest.mark.parametrize("content", ["[]", "{}", "[" * 100_000])
def test_a_manifest_that_is_not_an_object_with_a_format_is_refused(copy, content):
    (copy / "manifest.json").write_text(content)

    with pytest.raises(BadArtifact, match=r"is not a readable manifest \([^']+\)\. Install"):
        load(copy)


@pytest.mark.parametrize("bias", [float("nan"), float("inf"), 10**400, "-5", None])
def test_calibration_that_is_not_finite_is_refused(copy, bias):
    heads = json.loads((copy / "manifest.json").read_text())["heads"]
    rewrite(copy, heads=heads | {"abuse": heads["abuse"] | {"bias": bias}})

    with pytest.raises(BadArtifact, match=r"has a label without finite calibration numbers"):
        load(copy)


def test_a_label_without_calibration_is_refused(copy):
    heads = json.loads((copy / "manifest.json").read_text())["heads"]
    rewrite(copy, heads={label: numbers for label, numbers in heads.items() if label != "threat"})

    with pytest.raises(BadArtifact, match=r"has a label without finite calibration numbers"):
        load(copy)


def test_a_model_with_features_in_another_order_is_refused(copy):
    features = json.loads((copy / "manifest.json").read_text())["features"]
    rewrite(copy, features=features[::-1])

    with pytest.raises(BadArtifact, match=r"is for another version of Rejoinder"):
        Scorer.load(copy)


def test_weights_that_are_not_finite_are_refused(copy):
    rows = np.load(copy / "word_weights.npy")
    rows[3, 2] = np.nan
    put(copy, "word_weights.npy", rows)

    with pytest.raises(BadArtifact, match=r"word_weights.npy contains numbers that are not finite"):
        load(copy)


def test_a_pickle_is_never_loaded(copy):
    put(copy, "hashes.npy", np.array([{"a": 1}], dtype=object))

    with pytest.raises(BadArtifact, match=r"hashes.npy is not a plain array"):
        load(copy)


def test_arrays_of_another_size_are_refused(copy):
    put(copy, "word_weights.npy", np.load(copy / "word_weights.npy")[:-1])

    with pytest.raises(BadArtifact, match=r"do not match"):
        load(copy)
