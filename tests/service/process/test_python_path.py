import os
from pathlib import Path

import pytest

from service.process import python_path
from service.process.python_path import safe_environment


@pytest.mark.parametrize("given", ["", ":", ".", ".:lib", "/code:.:", "/code"])
def test_no_entry_of_the_search_path_means_the_current_folder(monkeypatch, given):
    monkeypatch.setenv("PYTHONPATH", given)

    environment = safe_environment()

    folders = environment["PYTHONPATH"].split(os.pathsep)
    assert environment["PYTHONSAFEPATH"] == "1"
    assert all(Path(each).is_absolute() for each in folders)
    assert ("/code" in folders) is ("/code" in given)


def test_an_installed_package_adds_nothing_to_the_search_path(monkeypatch, tmp_path):
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setattr(python_path, "_ROOT", tmp_path)
    monkeypatch.setattr(python_path.site, "getsitepackages", lambda: [str(tmp_path)])

    assert safe_environment()["PYTHONPATH"] == ""
