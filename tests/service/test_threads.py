from service.threads import OVERHEAD_BYTES, Rendered, ThreadCache


def rendered(version=1, *, size=100):
    return Rendered(version=version, ids=("a",), items=(b"x" * size,))


def never():
    raise AssertionError("this was rendered already")


def test_a_thread_is_rendered_once_at_each_version():
    cache, made = ThreadCache(), []

    for version in (1, 1, 2, 2, 1):
        cache.get("thr", version, lambda version=version: made.append(version) or rendered(version))

    assert made == [1, 2, 1]


def test_what_was_read_longest_ago_makes_room():
    cache = ThreadCache(max_bytes=3 * (100 + 2 * OVERHEAD_BYTES))
    for name in "abc":
        cache.get(name, 1, rendered)
    cache.get("a", 1, never)

    cache.get("d", 1, rendered)

    cache.get("a", 1, never)
    cache.get("d", 1, never)
    seen = []
    cache.get("b", 1, lambda: seen.append("b") or rendered())
    assert seen == ["b"]


def test_a_thread_that_is_too_large_is_given_but_not_kept():
    cache = ThreadCache(max_bytes=1_000)
    cache.get("small", 1, rendered)

    assert cache.get("large", 1, lambda: rendered(size=5_000)).items

    assert cache._size <= 1_000


def test_many_versions_of_one_thread_take_the_room_of_one():
    cache = ThreadCache()
    for version in range(50):
        cache.get("thr", version, lambda version=version: rendered(version))

    assert cache._size == rendered().size
