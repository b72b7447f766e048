import json
import shutil

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
    from hashlib import sha256

    np.save(folder / name, array)
    files = json.loads((folder / "manifest.json").read_text())["files"]
    rewrite(folder, files=files | {name: sha256((folder / name).read_bytes()).hexdigest()})


def test_the_shipped_model_loads_and_is_small(copy):
    assert load(copy).version == Scorer.load().version
    assert sum(path.stat().st_size for path in copy.iterdir()) <= 15_000_000


def test_an_empty_folder_is_no_model(tmp_path):
    with pytest.raises(BadArtifact, match=r"no model in .* manifest.json is missing"):
        load(tmp_path)


def test_a_truncated_array_is_refused(copy):
    whole = (copy / "grams.npy").read_bytes()
    (copy / "grams.npy").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(BadArtifact, match=r"grams.npy is damaged: its SHA-256 is not the manifest's"):
        load(copy)


def test_one_flipped_bit_is_refused(copy):
    rows = bytearray((copy / "rows.npy").read_bytes())
    rows[-1] ^= 1
    (copy / "rows.npy").write_bytes(rows)

    with pytest.raises(BadArtifact, match=r"rows.npy is damaged"):
        load(copy)


def test_a_missing_file_is_named(copy):
    (copy / "pairs.npy").unlink()

    with pytest.raises(BadArtifact, match=r"pairs.npy cannot be read"):
        load(copy)


def test_another_format_is_refused(copy):
    rewrite(copy, format=99)

    with pytest.raises(BadArtifact, match=r"says format 99; this version of Rejoinder reads format \d+"):
        load(copy)


def test_a_manifest_that_is_no_json_is_refused(copy):
    (copy / "manifest.json").write_text("{")

    with pytest.raises(BadArtifact, match=r"not a readable manifest"):
        load(copy)


@pytest.mark.parametrize("said", ["[]", "{}", "[" * 100_000])
def test_a_manifest_of_another_shape_is_refused_in_plain_words(copy, said):
    (copy / "manifest.json").write_text(said)

    with pytest.raises(BadArtifact, match=r"is not a readable manifest \([^']+\)\. Install"):
        load(copy)


@pytest.mark.parametrize("bias", [float("nan"), float("inf"), 10**400, "-5", None])
def test_a_curve_that_holds_no_number_is_refused(copy, bias):
    heads = json.loads((copy / "manifest.json").read_text())["heads"]
    rewrite(copy, heads=heads | {"abuse": heads["abuse"] | {"bias": bias}})

    with pytest.raises(BadArtifact, match=r"lacks a curve of finite numbers"):
        load(copy)


def test_a_label_without_a_curve_is_refused(copy):
    heads = json.loads((copy / "manifest.json").read_text())["heads"]
    rewrite(copy, heads={label: curve for label, curve in heads.items() if label != "threat"})

    with pytest.raises(BadArtifact, match=r"lacks a curve of finite numbers"):
        load(copy)


def test_a_model_whose_signs_are_others_or_in_another_order_is_refused(copy):
    features = json.loads((copy / "manifest.json").read_text())["features"]
    rewrite(copy, features=features[::-1])

    with pytest.raises(BadArtifact, match=r"is of another version of Rejoinder"):
        Scorer.load(copy)


def test_a_number_that_is_none_is_refused(copy):
    rows = np.load(copy / "rows.npy")
    rows[3, 2] = np.nan
    put(copy, "rows.npy", rows)

    with pytest.raises(BadArtifact, match=r"rows.npy holds numbers that are not finite"):
        load(copy)


def test_a_pickle_is_never_opened(copy):
    put(copy, "hashes.npy", np.array([{"a": 1}], dtype=object))

    with pytest.raises(BadArtifact, match=r"hashes.npy is not a plain array"):
        load(copy)


def test_arrays_of_another_size_are_refused(copy):
    put(copy, "rows.npy", np.load(copy / "rows.npy")[:-1])

    with pytest.raises(BadArtifact, match=r"do not fit together"):
        load(copy)
