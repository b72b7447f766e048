"""What the scripts say before anything is installed, and the bill of materials."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.waiting import LIMIT_S

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("python", ["/no/such/python3", "false"])
def test_a_python_that_was_asked_for_and_cannot_be_used_is_not_replaced_by_another(tmp_path, python):
    for name in ("script", "requirements.lock", "pyproject.toml"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)

    run = subprocess.run(
        ["script/install", "requirements.lock"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHON": python},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )

    assert (run.returncode, run.stdout) == (1, "")
    assert f"PYTHON cannot be '{python}': expected a Python 3.11 or newer" in run.stderr
    assert not (tmp_path / ".venv").exists()


def test_the_bill_of_materials_has_every_locked_package_with_hashes_and_licence():
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    locked = re.findall(r"^([a-z0-9-]+)==(\S+)", lock, re.MULTILINE)

    run = subprocess.run([ROOT / "script/sbom"], capture_output=True, text=True, timeout=LIMIT_S, check=True)
    document = json.loads(run.stdout)

    components, dependencies = document["components"], document["dependencies"]
    needed = {reference for each in dependencies for reference in each["dependsOn"]}
    assert document["bomFormat"] == "CycloneDX"
    assert [(each["name"], each["version"]) for each in components] == locked
    assert sum(len(each["hashes"]) for each in components) == lock.count("--hash=sha256:")
    assert [each["name"] for each in components if not each.get("licenses")] == []
    assert needed == {each["purl"] for each in components}
