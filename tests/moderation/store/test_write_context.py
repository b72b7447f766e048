import threading
from contextvars import ContextVar

from tests.waiting import eventually

asker = ContextVar("asker", default="nobody")


def test_a_write_that_another_thread_carries_out_still_knows_who_asked_for_it(sqlite_store):
    seen = {}
    inside, go_on = threading.Event(), threading.Event()

    def hold(rows):
        inside.set()
        go_on.wait(10)

    def ask(name):
        asker.set(name)
        sqlite_store.write(lambda uow: seen.update({name: asker.get()}))

    holder = threading.Thread(target=sqlite_store.write, args=(hold,))
    holder.start()
    inside.wait(10)
    askers = [threading.Thread(target=ask, args=(name,)) for name in ("Ada", "Ben", "Cleo")]
    for thread in askers:
        thread.start()
    eventually(lambda: len(sqlite_store._database._group._waiting) == 3)
    go_on.set()
    for thread in (holder, *askers):
        thread.join()

    assert seen == {"Ada": "Ada", "Ben": "Ben", "Cleo": "Cleo"}
