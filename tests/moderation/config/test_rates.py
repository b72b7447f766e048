import pytest

from moderation.config.rates import Rate, parse_rates


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("20/minute", [(20, 60, "a minute")]),
        ("5 per 10 seconds", [(5, 10, "10 seconds")]),
        ("3 / 2 Hours", [(3, 7_200, "2 hours")]),
        ("1/second; 100/hour;1000/day", [(1, 1, "a second"), (100, 3_600, "an hour"), (1_000, 86_400, "a day")]),
    ],
)
def test_a_limit_is_read_with_its_windows(text, rates):
    assert [(rate.amount, rate.window_s, rate.window) for rate in parse_rates(text)] == rates


@pytest.mark.parametrize(
    "text", ["", "20", "0/minute", "20/0minute", "20/fortnight", "20/minute;", "-1/day", "1/day!"]
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError) as refused:
        parse_rates(text)

    assert str(refused.value) == text.split(";")[-1]


def test_equal_rates_are_equal():
    assert parse_rates("60/minute") == (Rate(60, 1, "minute"),)
