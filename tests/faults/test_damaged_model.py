"""A model that was damaged while the service runs: the next start of a scoring worker fails, and `/ready` says so."""

import os
import shutil
import signal
from pathlib import Path

import pytest

from models.artifact import SHIPPED
from tests.service.cli.test_up import Up, body_of, free_port
from tests.waiting import eventually

pytestmark = pytest.mark.slow


def test_scoring_workers_that_cannot_start_are_told(tmp_path: Path) -> None:
    model = tmp_path / "model"
    shutil.copytree(SHIPPED, model)
    up = Up(tmp_path / "home", free_port(), REJOINDER_MODEL=str(model))
    try:
        up.screen()
        before = body_of(f"{up.url}/ready")
        for array in model.glob("*.npy"):
            array.write_bytes(array.read_bytes()[:-1] + b"?")

        os.kill(up.children()["scoring"], signal.SIGKILL)

        eventually(lambda: "A worker for scoring could not start" in body_of(f"{up.url}/ready"))
        assert before == '{"status":"ready"}\n'
        assert up.post_comment() == 202
    finally:
        up.process.kill()
        up.process.communicate()
