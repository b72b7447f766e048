"""Rate limits as settings write them: `20/minute`, `5 per 10 seconds`, several separated by semicolons."""

import re
from dataclasses import dataclass

_RATE = re.compile(r"([1-9]\d{0,8}) ?(?:/|per) ?(?:([1-9]\d{0,4}) ?)?(second|minute|hour|day)s?", re.IGNORECASE)
_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}


@dataclass(frozen=True, slots=True)
class Rate:
    """How many are allowed in a window. units: how many of the unit the window has; unit: "minute" and the like."""

    amount: int
    units: int
    unit: str

    @property
    def window_s(self) -> int:
        """The length of the window in seconds."""
        return self.units * _SECONDS[self.unit]

    @property
    def window(self) -> str:
        """The window in words: "a minute", "5 minutes"."""
        return (
            f"a{'n' if self.unit == 'hour' else ''} {self.unit}" if self.units == 1 else f"{self.units} {self.unit}s"
        )


def parse_rates(text: str) -> tuple[Rate, ...]:
    """The rates in a setting. Raises ValueError."""
    return tuple(_rate(each.strip()) for each in text.split(";"))


def _rate(text: str) -> Rate:
    match = _RATE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    amount, units, unit = match.groups()
    return Rate(int(amount), int(units or 1), unit.lower())
