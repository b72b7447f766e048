"""Dates as the reader's language writes them, always in UTC."""

from datetime import UTC, datetime

from babel import UnknownLocaleError
from babel.dates import format_datetime

from moderation.messages import SOURCE_LANGUAGE
from service.http.language import translator


def short_date(at: datetime) -> str:
    """A time to the minute, such as "23 Nov 2026, 14:05 UTC"."""
    # Translators: a date pattern of Unicode's CLDR; letters between single quotes stand as they are
    return _formatted(at, translator().pgettext("date pattern", "d MMM y, HH:mm 'UTC'"))


def long_date(at: datetime) -> str:
    """A time to the minute with the month's whole name, such as "23 November 2026, 14:05 UTC"."""
    # Translators: a date pattern of Unicode's CLDR; letters between single quotes stand as they are
    return _formatted(at, translator().pgettext("date pattern", "d MMMM y, HH:mm 'UTC'"))


def _formatted(at: datetime, pattern: str) -> str:
    language = translator().language.replace("-", "_")
    try:
        return format_datetime(at, pattern, tzinfo=UTC, locale=language)
    except (UnknownLocaleError, ValueError):
        return format_datetime(at, pattern, tzinfo=UTC, locale=SOURCE_LANGUAGE)
