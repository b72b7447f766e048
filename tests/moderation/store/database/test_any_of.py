import pytest
from sqlalchemy import not_, select

from moderation.store.database.any_of import any_of
from moderation.store.tables import comments
from tests.builders import received


def _found(store, condition):
    with store.read() as uow:
        return set(uow.connection.scalars(select(comments.c.id).where(condition)))


@pytest.fixture
def two(store):
    """The ids of two comments."""
    return received(store).id, received(store).id


def test_it_finds_what_is_named(store, two):
    assert _found(store, any_of(comments.c.id, two[:1])) == {two[0]}
    assert _found(store, any_of(comments.c.id, ())) == set()


def test_it_knows_bytes(store, two):
    with store.read() as uow:
        text_key = uow.connection.scalar(select(comments.c.text_key).where(comments.c.id == two[0]))

    assert two[0] in _found(store, any_of(comments.c.text_key, [text_key]))
    assert _found(store, any_of(comments.c.text_key, [b"another"])) == set()


def test_its_opposite_finds_the_others(store, two):
    assert _found(store, not_(any_of(comments.c.id, two[:1]))) == {two[1]}


def test_it_can_be_compared_with_another_condition(store, two):
    is_first, is_pending = any_of(comments.c.id, two[:1]), comments.c.status == "pending"

    assert _found(store, is_pending == is_first) == {two[0]}
