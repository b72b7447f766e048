"""INSERT that may meet a row that is there already: each database has a dialect of its own for it."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

UPSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
"""By the name of the connection's dialect."""
