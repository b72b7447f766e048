"""`rejoinder demo fill`."""

from tests.builders import received


def test_a_site_without_comments_is_filled(console, store):
    answer = console.json("demo", "fill", "200")

    assert answer == {"site": "demo", "comments": 200, "waiting": 10}
    with store.read() as uow:
        assert uow.statistics.comments_of("demo") == 200


def test_a_site_with_comments_is_left_alone_with_the_remedy(console, store):
    received(store)

    refused = console.refusal("demo", "fill", "200")

    assert "comments already" in refused
    with store.read() as uow:
        assert uow.statistics.comments_of("demo") == 1
