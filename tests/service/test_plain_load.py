"""A submission is loaded the quick way and by marshmallow alike, whatever was sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from marshmallow import ValidationError

from service.schemas.submission import SUBMISSION
from tests.service.bodies import a_body

odd = some.one_of(
    some.none(),
    some.booleans(),
    some.integers(),
    some.text(max_size=4),
    some.sampled_from(["a@b.example", "https://a.example/", " x ", "a\nb", "x" * 600]),
    some.dictionaries(some.sampled_from(["key", "url", "title", "kye"]), some.text(max_size=4) | some.none()),
    some.lists(some.text(max_size=1), max_size=1),
)
names = some.sampled_from([*SUBMISSION.fields, "nmae"])
changes = some.dictionaries(names, odd, max_size=2)


@given(changes, some.sets(names, max_size=2))
def test_both_loads_agree(changes, left_out):
    told = {name: value for name, value in (a_body() | changes).items() if name not in left_out}

    assert _outcome(SUBMISSION.load_plain, told) == _outcome(SUBMISSION.load, told)


@pytest.mark.parametrize("told", [None, [], "x", 1, {}])
def test_they_agree_on_what_is_no_submission_at_all(told):
    assert _outcome(SUBMISSION.load_plain, told) == _outcome(SUBMISSION.load, told)


def test_what_is_right_is_not_loaded_twice(monkeypatch):
    monkeypatch.setattr(type(SUBMISSION), "load", None)

    assert SUBMISSION.load_plain(a_body()) == a_body()


def _outcome(load, told):
    try:
        return load(told)
    except ValidationError as problem:
        return problem.messages
