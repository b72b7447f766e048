"""Which programs run, and which of them are waited for."""

import pytest

from moderation.config.settings import Settings
from service.process import programs
from service.process.programs import worker_programs


@pytest.fixture
def workers(tmp_path):
    return {
        program.name: program
        for program in worker_programs(
            Settings.from_env({"REJOINDER_HOME": str(tmp_path), "REJOINDER_SCORING_WORKERS": "3"})
        )
    }


def test_there_are_as_many_scoring_workers_as_are_set(workers):
    assert list(workers) == ["scoring-1", "scoring-2", "scoring-3", "delivery", "sweep"]


def test_workers_are_ready_when_each_bell_is_answered(workers, monkeypatch):
    monkeypatch.setattr(programs, "listeners", lambda url: {"scoring": 0, "delivery": 1})

    assert {name for name, program in workers.items() if not program.is_ready()} == {"scoring-1"}


def test_redis_is_asked_once_for_each_bell(workers, monkeypatch):
    asked = []
    monkeypatch.setattr(programs, "listeners", lambda url: asked.append(url) or {"scoring": 1, "delivery": 1})

    assert all(program.is_ready() for program in workers.values())
    assert len(asked) == 2


def test_workers_are_not_waited_for_while_redis_cannot_be_asked(workers, monkeypatch):
    monkeypatch.setattr(programs, "listeners", lambda url: None)

    assert all(program.is_ready() for program in workers.values())
