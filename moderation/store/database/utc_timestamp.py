"""Times in the database: whole microseconds since 1970, the same on both engines and cheap to compare."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, TypeDecorator
from sqlalchemy.engine import Dialect

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class UtcTimestamp(TypeDecorator[datetime]):
    """A column of aware datetimes."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Aware datetime to microseconds."""
        return None if value is None else micros_of(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Microseconds to aware datetime."""
        return None if value is None else moment_of(value)


def micros_of(at: datetime) -> int:
    """An aware datetime as microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def moment_of(micros: int) -> datetime:
    """Microseconds since 1970 as a datetime in UTC. Raises OverflowError, and TypeError for anything but a number."""
    return _EPOCH + micros * _MICROSECOND
