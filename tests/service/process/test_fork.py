"""A forked program has an output, an exit status, an environment and files of its own, as a started one has."""

import os
import signal
import sys
from ast import literal_eval
from pathlib import Path

import pytest

from service.process.fork import ForkedProcess
from tests.waiting import eventually


@pytest.fixture
def fork():
    """Forks a function and returns its exit status and what it wrote."""

    def start(run, *arguments, **environment):
        reading, writing = os.pipe()
        child = ForkedProcess(run, *arguments, title="rejoinder: test", output=writing, environment=environment)
        os.close(writing)
        with os.fdopen(reading) as output:
            written = output.read()
        return child.wait(), written

    return start


def test_what_a_function_prints_goes_to_the_output_and_it_ends_with_0(fork):
    assert fork("builtins.print", "hello") == (0, "hello\n")


def test_a_sentence_as_exit_status_is_printed(fork):
    assert fork("sys.exit", "The port is taken.") == (1, "The port is taken.\n")


def test_an_error_is_printed_with_its_traceback(fork):
    status, written = fork("time.sleep", "no number")

    assert status == 1
    assert "TypeError" in written


def test_it_has_the_given_environment_and_no_other(fork):
    assert fork("os.getenv", "COLOUR", COLOUR="blue") == (1, "blue\n")
    assert fork("os.getenv", "PATH") == (0, "")


def test_it_keeps_no_file_of_its_parent(fork, tmp_path):
    with (tmp_path / "lock").open("w"):
        _, listed = fork("os.listdir", "/proc/self/fd")

    assert len(literal_eval(listed)) == 4  # the fourth is the folder that is being read


def test_code_in_the_current_folder_is_not_imported(fork, tmp_path, monkeypatch):
    (tmp_path / "intruder.py").write_text("def run(): print('intruder')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))

    status, written = fork("intruder.run")

    assert status == 1
    assert "ModuleNotFoundError" in written


def test_a_signal_is_its_exit_status():
    with Path(os.devnull).open("w") as output:
        child = ForkedProcess("signal.pause", title="rejoinder: test", output=output.fileno(), environment={})

    child.terminate()

    assert child.wait() == child.poll() == -signal.SIGTERM


def test_what_the_parent_has_not_flushed_is_not_written_twice(fork, capfd):
    print("once", end="")

    fork("builtins.print", "")

    sys.stdout.flush()
    assert capfd.readouterr().out == "once"


def test_ps_shows_its_title():
    with Path(os.devnull).open("w") as output:
        child = ForkedProcess("signal.pause", title="rejoinder: test", output=output.fileno(), environment={})

    eventually(lambda: Path(f"/proc/{child.pid}/cmdline").read_text().startswith("rejoinder: test"))

    child.terminate()
    child.wait()
