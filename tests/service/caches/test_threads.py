import pytest

from moderation.conversation import Place
from service.caches.threads import PAGE_OVERHEAD_BYTES, Outline, RenderedPage, ThreadCache


def rendered(version=1, *, size=100):
    return RenderedPage(version, b"x" * size)


def never():
    raise AssertionError("this was rendered already")


@pytest.mark.parametrize(
    ("thread", "path", "place"),
    [
        ("a a1 b c", "a", 1),
        ("a a1 b c", "a a1", 2),
        ("a a1 b c", "b", 3),
        ("a a1 b c", "c", 4),
        ("a c", "b", 1),
        ("a a2 b", "a a1", 1),
        ("a a1 a2 b", "a a1", 2),
        ("a a2 b", "a a1 a11", 1),
        ("b a1 c", "a a1", 0),
        ("a a1 a11 a12 b", "a a1 a11", 3),
        ("a", "", 0),
        ("", "a", 0),
    ],
)
def test_a_page_begins_after_the_path_of_the_last_comment_whatever_is_left_of_it(thread, path, place):
    ids = tuple(thread.split())
    depths = tuple(len(id) - 1 if id[:-1] in ids or len(id) == 1 else 0 for id in ids)

    places = tuple(Place(id, depth=depth) for id, depth in zip(ids, depths, strict=True))
    assert Outline(1, places).place_after(path.split()) == place


def test_a_thread_is_rendered_once_at_each_version():
    cache, made = ThreadCache(), []

    for version in (1, 1, 2, 2, 1):
        cache.get("thr", version, lambda version=version: made.append(version) or rendered(version))

    assert made == [1, 2, 1]


def test_what_was_read_longest_ago_makes_room():
    cache = ThreadCache(max_bytes=3 * (100 + PAGE_OVERHEAD_BYTES))
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

    assert cache.get("large", 1, lambda: rendered(size=5_000)).body

    assert cache._size <= 1_000


def test_many_versions_of_one_thread_take_the_room_of_one():
    cache = ThreadCache()
    for version in range(50):
        cache.get("thr", version, lambda version=version: rendered(version))

    assert cache._size == rendered().size
