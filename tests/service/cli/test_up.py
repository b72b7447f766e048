"""`rejoinder up` as a real process: the first start, a killed program, the end, and the second start."""

import json
import os
import pty
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import LIMIT_S, eventually

ROOT = Path(__file__).parent.parent.parent.parent

FROM_SOURCE = (sys.executable, "-m", "service.cli")

pytestmark = pytest.mark.slow


class Up:
    """One `rejoinder up --json`, its screen, and what it says meanwhile."""

    def __init__(
        self,
        home: Path,
        port: int,
        command: Sequence[str] = FROM_SOURCE,
        cwd: Path = ROOT,
        stdout: int = subprocess.PIPE,
        **variables: str,
    ) -> None:
        resources = {"REJOINDER_HOME": str(home), "REJOINDER_PORT": str(port), **variables}
        self.said = home.parent / f"said-{time.monotonic_ns()}"
        self.url = f"http://127.0.0.1:{port}"
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                [*command, "up", "--json"],
                cwd=cwd,
                env=without_ours(os.environ) | resources,
                stdout=stdout,
                stderr=said,
                start_new_session=True,
            )

    def screen(self) -> Any:
        """What it prints when everything has started."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.said.read_text()
        return self.with_secrets(json.loads(line))

    def with_secrets(self, screen: Any) -> Any:
        """What it prints, with what is in the files that it names, since this is no terminal."""
        self.printed = screen
        named = [name for name in ("dashboard", "key") if screen.get(f"{name}_file")]
        return screen | {name: Path(screen[f"{name}_file"]).read_text().strip() for name in named}

    def children(self) -> dict[str, int]:
        """Its programs by name, with their process ids."""
        pids = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        titles = {int(pid): title_of(int(pid)) for pid in pids}
        return {title.removeprefix("rejoinder: "): pid for pid, title in titles.items() if title}

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        assert self.process.stdout is not None
        self.process.stdout.read()
        return self.process.wait(timeout=LIMIT_S)

    def post_comment(self) -> int:
        body = {"name": "Ann", "email": "ann@reader.example", "body": "Lovely bread.", "thread": {"key": "bread"}}
        request = urllib.request.Request(
            f"{self.url}/v1/sites/demo/comments",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=LIMIT_S) as answer:
            return int(answer.status)

    def queue(self, key: str) -> list[Any]:
        request = urllib.request.Request(f"{self.url}/v1/queue", headers={"Authorization": f"Bearer {key}"})
        with urllib.request.urlopen(request, timeout=LIMIT_S) as answer:
            return list(json.load(answer)["comments"])


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Callable[..., Up]]:
    """Starts `rejoinder up` in a home of this test; what still runs in the end is killed."""
    port, started = free_port(), []

    def start(**variables: str) -> Up:
        started.append(Up(tmp_path / "home", port, **variables))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.communicate()


def without_ours(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith("REJOINDER_")}


def free_port() -> int:
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return int(attempt.getsockname()[1])


def title_of(pid: int) -> str:
    """What `ps` shows of a program; "" before it has its title, and when it has ended."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_text().split("\0")[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return "valkey" if "valkey-server" in command else command if command.startswith("rejoinder: ") else ""


def is_alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_the_first_start_makes_a_site_and_a_second_start_keeps_its_data(up):
    first = up()
    screen = first.screen()
    assert first.post_comment() == 202
    eventually(lambda: [each["score"] is not None for each in first.queue(screen["key"])] == [True])
    assert first.end() == 0

    second = up()
    again = second.screen()

    assert (screen["site"], again["site"], again["key"]) == ("demo", "demo", None)
    assert again["dashboard"] != screen["dashboard"]
    assert [each["body"] for each in second.queue(screen["key"])] == ["Lovely bread."]
    assert second.end(signal.SIGINT) == 0


def test_the_site_is_there_as_soon_as_anything_answers(up):
    started = up()

    eventually(lambda: answers(f"{started.url}/health"))

    assert started.post_comment() == 202


def test_without_a_terminal_secrets_are_in_private_files(up):
    run = up()

    screen = run.screen()
    run.end()

    printed = json.dumps(run.printed) + run.said.read_text()
    assert screen["key"].startswith("rj_") and "/dashboard/sign-in/" in screen["dashboard"]
    assert "rj_" not in printed and "/dashboard/sign-in/" not in printed
    for name in ("key_file", "dashboard_file"):
        assert stat.S_IMODE(Path(run.printed[name]).stat().st_mode) == 0o600


def test_a_terminal_shows_the_link_and_the_key(tmp_path):
    reader, terminal = pty.openpty()
    run = Up(tmp_path / "home", free_port(), stdout=terminal)
    os.close(terminal)
    try:
        shown = ""
        while "\n" not in shown:
            shown += os.read(reader, 4096).decode()
        screen = json.loads(shown)
    finally:
        run.process.kill()
        run.process.communicate()
        os.close(reader)

    assert screen["key"].startswith("rj_") and "/dashboard/sign-in/" in screen["dashboard"]
    assert not (tmp_path / "home" / "sign-in-link").exists()


def test_it_starts_in_a_home_of_any_name(up, tmp_path):
    home = tmp_path / "with space=per%20cent?#" / "quo'te\" naïve 日本" / ("long" * 40)

    run = up(REJOINDER_HOME=str(home))
    key = run.screen()["key"]

    assert run.post_comment() == 202
    eventually(lambda: [each["score"] is not None for each in run.queue(key)] == [True])
    assert (home / "rejoinder.db").exists()
    assert run.end() == 0


@pytest.mark.parametrize("python_path", ["", str(ROOT)], ids=["not set", "checkout"])
def test_code_in_the_current_folder_never_runs(tmp_path, python_path):
    folder = tmp_path / "decoys"
    folder.mkdir()
    for name in ("limits", "redis", "rq", "flask", "numpy", "worker", "service", "multiprocessing"):
        (folder / f"{name}.py").write_text("open('it ran', 'w').close()")
    script = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from service.cli import main; main()"

    run = Up(
        tmp_path / "home",
        free_port(),
        command=(sys.executable, "-P", "-c", script),
        cwd=folder,
        PYTHONPATH=python_path,
    )
    try:
        run.screen()
        assert run.post_comment() == 202
        assert run.end() == 0
    finally:
        run.process.kill()
        run.process.communicate()
    assert not (folder / "it ran").exists()


def test_every_program_that_is_killed_comes_back_and_none_outlives_the_end(up):
    run = up()
    run.screen()
    before = run.children()
    assert sorted(before) == ["delivery", "scoring", "sweep", "valkey", "web"]

    for pid in before.values():
        os.kill(pid, signal.SIGKILL)

    eventually(
        lambda: sorted(run.children()) == sorted(before) and not set(run.children().values()) & {*before.values()}
    )
    eventually(lambda: answers(f"{run.url}/health"))
    assert run.post_comment() == 202
    after = run.children()
    assert run.end() == 0
    assert not any(is_alive(pid) for pid in after.values())


def test_when_it_is_killed_itself_nothing_of_it_goes_on(up):
    run = up()
    run.screen()
    pids = run.children().values()

    run.process.kill()

    eventually(lambda: not any(is_alive(pid) for pid in pids))
    eventually(lambda: not answers(f"{run.url}/health"))


def test_a_second_one_on_the_same_home_is_refused_with_a_remedy(up):
    first = up()
    first.screen()

    second = up(REJOINDER_PORT=str(free_port()))
    message = second.screen()["error"]

    assert f"already runs in '{first.said.parent}/home' (process {first.process.pid})" in message
    assert second.process.wait(timeout=LIMIT_S) == 1


def test_a_port_that_is_taken_is_refused_with_a_remedy(up):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        run = up(REJOINDER_PORT=str(port))

        assert f"REJOINDER_PORT cannot be '{port}' on 127.0.0.1: Address already in use." in run.screen()["error"]


def test_a_home_in_which_not_everything_can_be_written_is_refused_with_a_remedy(console, home):
    (home / "up.lock").mkdir(parents=True)

    assert "cannot write 'up.lock' in it: Is a directory. Give the folder" in console.refusal("up")


def test_a_database_that_does_not_answer_is_named_with_a_remedy(up):
    run = up(REJOINDER_DATABASE_URL="postgresql://me:hunter2@127.0.0.1:9/comments")
    message = run.screen()["error"]

    assert "postgresql://me:***@127.0.0.1:9/comments cannot be used" in message
    assert "Check REJOINDER_DATABASE_URL" in message


def test_a_model_that_is_broken_stops_the_start_with_a_sentence(up, tmp_path):
    (tmp_path / "manifest.json").write_text("{}")

    run = up(REJOINDER_MODEL=str(tmp_path))
    message = run.screen()["error"]

    assert message == "scoring ended with exit code 1 instead of starting."
    assert f"worker scoring: REJOINDER_MODEL cannot be '{tmp_path}'" in run.said.read_text()
    assert "Traceback" not in run.said.read_text()
    assert run.process.wait(timeout=LIMIT_S) == 1


def test_a_service_that_was_set_up_starts_while_redis_is_away_and_takes_comments_in(up):
    first = up()
    key = first.screen()["key"]
    first.end()

    second = up(REJOINDER_REDIS_URL="redis://127.0.0.1:9/0")
    second.screen()

    assert second.post_comment() == 202
    assert len(second.queue(key)) == 1
    eventually(lambda: "redis cannot be used role=scoring" in second.said.read_text())
    assert "Traceback" not in second.said.read_text()
    assert second.end() == 0


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def body_of(url: str) -> str:
    """The body of an answer, whatever its status."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.read().decode()


def status_of_comment(up: Up) -> int:
    """The status of a comment that is posted. A refusal says when to try again."""
    try:
        return up.post_comment()
    except urllib.error.HTTPError as refusal:
        with refusal:
            assert int(refusal.headers["Retry-After"]) > 0
            return refusal.code
