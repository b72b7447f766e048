import os
import threading

import pytest

from moderation.errors import StoreBusy
from moderation.store.database.group_commit import FileTurn, Group
from tests.waiting import eventually


def test_what_gathers_while_one_group_is_done_is_done_as_the_next():
    began, go_on = threading.Event(), threading.Event()
    groups = []

    def do_all(items):
        groups.append(sorted(items))
        if items == [0]:
            began.set()
            go_on.wait(30)

    group = Group(do_all)
    threads = [threading.Thread(target=group.do, args=(number,)) for number in range(6)]
    threads[0].start()
    began.wait(30)
    for thread in threads[1:]:
        thread.start()
    eventually(lambda: len(group._waiting) == 5)
    go_on.set()
    for thread in threads:
        thread.join(30)

    assert groups == [[0], [1, 2, 3, 4, 5]]


def test_every_item_of_many_threads_is_done_exactly_once():
    done = []
    group = Group(done.extend)
    threads = [
        threading.Thread(target=lambda base=base: [group.do(base + step) for step in range(200)])
        for base in range(0, 3_200, 200)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(done) == list(range(3_200))


def test_a_group_that_is_stopped_leaves_the_lead_to_others():
    def do_all(items):
        if "stop" in items:
            raise KeyboardInterrupt

    group = Group(do_all)
    with pytest.raises(KeyboardInterrupt):
        group.do("stop")

    group.do("go on")


def test_two_processes_never_hold_the_turn_at_the_same_time(tmp_path):
    turn = FileTurn(tmp_path / "turn")
    tally = tmp_path / "tally"
    tally.write_text("0")

    def count():
        for _ in range(200):
            with turn.taken():
                tally.write_text(str(int(tally.read_text()) + 1))

    child = os.fork()
    if child == 0:
        count()
        os._exit(0)
    count()
    os.waitpid(child, 0)
    turn.close()

    assert tally.read_text() == "400"


def test_a_fork_does_not_share_its_parent_s_turn(tmp_path):
    turn = FileTurn(tmp_path / "turn")
    reading, writing = os.pipe()

    with turn.taken():
        child = os.fork()
        if child == 0:
            with turn.taken():
                os.write(writing, b"child")
            os._exit(0)
        os.set_blocking(reading, False)
        with pytest.raises(BlockingIOError):
            os.read(reading, 5)
    os.waitpid(child, 0)

    assert os.read(reading, 5) == b"child"
    turn.close()
    os.close(reading)
    os.close(writing)


def test_a_folder_that_cannot_be_written_is_told_plainly(tmp_path):
    turn = FileTurn(tmp_path / "nowhere" / "turn")

    with pytest.raises(StoreBusy, match="cannot be written: No such file"), turn.taken():
        pass
