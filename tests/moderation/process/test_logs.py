"""One event, one line, and nothing of a person in it."""

import logging
import sys

import pytest

from moderation.errors import Invalid
from moderation.process import logs


@pytest.fixture
def formatted():
    """What a record looks like as a line."""
    formatter = logs.LineFormatter()

    def line(message, *arguments, exc_info=None, name="rejoinder.worker"):
        record = logging.LogRecord(name, logging.WARNING, __file__, 1, message, arguments, exc_info)
        return formatter.format(record)

    return line


def raised(problem):
    try:
        raise problem
    except type(problem):
        return sys.exc_info()


def test_a_line_has_its_time_its_level_its_place_and_its_event(formatted):
    line = formatted("comment decided id=%s action=%s", "cmt_1", "hold")

    clock, rest = line.split(" ", 1)
    assert clock.endswith("Z") and clock[10] == "T"
    assert rest == "warning worker comment decided id=cmt_1 action=hold"


def test_an_event_cannot_pretend_to_be_two(formatted):
    line = formatted("bell not rung problem=%s", "x\n2026-01-01T00:00:00Z info worker all is well\x1b[2J")

    assert "\n" not in line
    assert "all is well" not in line
    assert "\x1b" not in formatted("%s", "\x1b[2J")


def test_an_exception_is_told_by_kind_and_place_without_its_words(formatted):
    line = formatted("comment not scored", exc_info=raised(ValueError("the text was: call me on 555 1234")))

    assert "555 1234" not in line
    assert "problem=ValueError at=moderation/process/test_logs.py:" in line


def test_our_own_errors_may_speak(formatted):
    line = formatted("refused", exc_info=raised(Invalid("name", "must not be empty.")))

    assert "words='name: must not be empty.'" in line


@pytest.fixture
def _logging_as_it_was():
    """To set logging up is for a process of its own."""
    root, resources = logging.getLogger(), logging.getLogger("rejoinder")
    handlers, level, our_level = list(root.handlers), root.level, resources.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    resources.setLevel(our_level)
    logging.captureWarnings(False)


@pytest.mark.usefixtures("_logging_as_it_was")
def test_libraries_are_heard_only_when_they_warn(capsys):
    logs.configure("info")

    logging.getLogger("rejoinder.worker").info("worker started role=sweep")
    logging.getLogger("some.library").info("I did something")
    logging.getLogger("some.library").warning("I could not")

    written = capsys.readouterr().err
    assert "worker started role=sweep" in written
    assert "I did something" not in written
    assert "warning some.library I could not" in written
