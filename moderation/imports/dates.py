"""The dates of other systems, in UTC. None for one that cannot be right."""

import re
from datetime import UTC, datetime, timedelta

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_FRACTION = re.compile(r"(\.\d{6})\d+")
_ZONE = re.compile(r"(?: m=[+-][\d.]+)?$| [A-Z]{2,5}(?: m=[+-][\d.]+)?$| [+-]\d\d(?: m=[+-][\d.]+)?$")
"""What programs in Go write behind the offset: the zone's name, and a clock."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def utc_of(text: str) -> datetime | None:
    """An ISO 8601 date, or one with a space in the middle and before its offset; without an offset it is UTC."""
    try:
        at = datetime.fromisoformat(text)  # nearly all are written so
    except ValueError:
        try:
            at = datetime.fromisoformat(_plain(text))
        except ValueError:
            return None
    try:
        return usable(at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC))
    except OverflowError:
        return None


def _plain(text: str) -> str:
    """A date without what only some programs write: more than six digits of a second, a space, a zone's name."""
    text = _FRACTION.sub(r"\1", text.strip())
    return re.sub(r"\s+(?=[+-]\d\d:?\d\d$)", "", _ZONE.sub("", text))


def utc_of_seconds(seconds: float) -> datetime | None:
    """Seconds since 1970, or milliseconds where seconds would lie in the far future."""
    try:
        if seconds > 100_000_000_000:
            seconds /= 1000
        return usable(_EPOCH + timedelta(microseconds=round(seconds * 1_000_000)))
    except (ValueError, OverflowError):
        return None


def usable(at: datetime) -> datetime | None:
    """A date since there are comments on pages; zeros and ones stand for none."""
    return at if at >= _EARLIEST else None
