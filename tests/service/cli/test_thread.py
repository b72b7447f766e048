from tests.builders import a_submission, received


def test_a_moved_thread_is_under_its_new_key_and_on_record(console, store, facts):
    received(store, a_submission(thread="/old"))

    moved = console.json("thread", "move", "demo", "/old", "/new", "--url", "https://blog.example/new")

    with store.read() as uow:
        thread = uow.threads.get("demo", "/old")
    assert (moved["key"], thread.key, thread.url) == ("/new", "/new", "https://blog.example/new")
    assert facts("demo") == [("console", "thread.moved"), ("console", "thread.changed")]


def test_merged_threads_are_one(console, store, facts):
    received(store, a_submission(thread="/a"))
    received(store, a_submission(thread="/b"))

    output = console("thread", "merge", "demo", "/a", "/b").output

    assert output == "The comments of /a are under /b now; /a leads there.\n"
    assert facts("demo") == [("console", "thread.merged")]


def test_a_move_to_nowhere_says_what_is_wrong(console, store):
    received(store, a_submission(thread="/old"))

    assert "1 to 500 characters" in console.refusal("thread", "move", "demo", "/old", "")
    assert "There is no such" in console.refusal("thread", "move", "demo", "/nowhere", "/new")
    assert "origin of the site" in console.refusal("thread", "move", "demo", "/old", "/new", "--url", "https://e.ex/")
